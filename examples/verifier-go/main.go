// Verifier is a second verifier for the audit logs of Kansa, written from docs/file-format.md alone: it shares no code
// with Kansa.
//
//	verifier [-key VKEY]... [-at-least FILE] DIR
//
// It says intact (exit code 0), tampered (1) or incomplete (4), and why. 2 is wrong usage, 3 what cannot be checked.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

const (
	intact     = 0
	tampered   = 1
	wrongUsage = 2
	unchecked  = 3
	incomplete = 4
)

// worstFirst has the exit codes of a folder with several logs.
var worstFirst = []int{tampered, unchecked, incomplete, intact}

func main() {
	var trusted []note.Verifier
	var kept []byte
	flag.Func("key", "a verifier key that you trust; may be repeated", func(vkey string) error {
		key, err := parseKey(vkey)
		trusted = append(trusted, key)
		return err
	})
	flag.Func("at-least", "a file with a checkpoint that you kept: the log must contain it", func(path string) (err error) {
		kept, err = os.ReadFile(path)
		return err
	})
	flag.Parse()
	if flag.NArg() != 1 {
		flag.Usage()
		os.Exit(wrongUsage)
	}

	// A folder is the set of its logs; what was kept is to be found in one of them.
	dirs, _ := filepath.Glob(filepath.Join(flag.Arg(0), "writers", "*"))
	var codes []int
	isFound := kept == nil
	for _, dir := range append([]string{flag.Arg(0)}, dirs...) {
		log := &auditLog{dir: dir, trusted: trusted}
		if names, _ := log.journalFiles(); len(names) == 0 && !log.isFolder("seal") {
			continue
		}
		err := log.verify()
		if kept != nil && strings.HasPrefix(string(kept), log.origin+"\n") {
			isFound = true
			if err == nil {
				err = log.contains(kept)
			}
		}
		codes = append(codes, report(log, err))
	}
	if len(codes) == 0 {
		fmt.Println("there is no log")
		os.Exit(unchecked)
	}
	if !isFound {
		fmt.Println("tampered: the log of the checkpoint that you kept is not here")
		codes = append(codes, tampered)
	}
	for _, code := range worstFirst {
		if slices.Contains(codes, code) {
			os.Exit(code)
		}
	}
}

func report(log *auditLog, err error) int {
	var found finding
	switch {
	case errors.As(err, &found):
		fmt.Printf("%s: tampered: %v\n", log.dir, err)
		return tampered
	case err != nil:
		fmt.Printf("%s: cannot be checked: %v\n", log.dir, err)
		return unchecked
	case len(log.unfinished) > 0:
		fmt.Printf("%s: incomplete: %s\n", log.dir, strings.Join(log.unfinished, "; "))
		return incomplete
	}
	fmt.Printf("%s: intact: %d records, of which the first %d were deleted in order\n", log.dir, log.size, log.first)
	return intact
}
