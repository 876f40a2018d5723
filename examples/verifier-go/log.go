package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// finding says what is not as it was written: the log was tampered with.
type finding string

func (f finding) Error() string { return string(f) }

func findingf(format string, args ...any) error { return finding(fmt.Sprintf(format, args...)) }

// auditLog is one folder while it is being checked.
type auditLog struct {
	dir    string
	origin string
	// keys may have signed: the trusted ones, and those that are published in seal/kansa.vkey.
	trusted, published, keys []note.Verifier
	// checkpoints are the whole ones in seal/checkpoints, oldest first; size is that of the newest.
	checkpoints []*checkpoint
	size        int64
	// first is the seq of the oldest record that is there, end the one behind the newest, sealed or not.
	first, end int64
	// tree is that of the sealed records.
	tree growingTree
	// What sealed records say: deletions, and the sizes of files that have other lines behind their records.
	deletions []deletion
	leftSizes []int
	// unfinished is what a crash leaves, or a writer at work.
	unfinished []string
}

// journalLine is a line without its line break.
type journalLine struct {
	file     string
	fileSize int
	bytes    []byte
	isEnded  bool
	// seq is -1 where the line says none.
	seq int64
}

var (
	journalFile = regexp.MustCompile(`^audit\.jsonl(?:\.([1-9][0-9]{0,9}))?$`)
	seqAtEnd    = regexp.MustCompile(`"seq":(0|[1-9][0-9]{0,15})\}$`)
)

func (l *auditLog) verify() error {
	if l.exists("seal") && !l.isFolder("seal") {
		return finding("seal is no folder")
	}
	steps := []func() error{l.readLines}
	if l.exists("seal") {
		steps = []func() error{
			l.readFormat, l.checkIgnored, l.readKeys, l.readCheckpoints, l.checkKeys, l.readLines, l.checkTiles, l.checkRoots, l.checkHead,
		}
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// hasCheckpoint is false where a log was only just begun, or where its seal was removed.
func (l *auditLog) hasCheckpoint() bool {
	return l.exists("seal/checkpoint") || l.exists("seal/checkpoints")
}

// readLines builds the tree of the lines: line n of the log is leaf n, and says so at its end.
func (l *auditLog) readLines() error {
	var strange []journalLine
	isFirst, unsealed := true, int64(0)
	err := l.eachLine(func(line journalLine) error {
		if isFirst && line.seq >= 0 {
			isFirst = false
			if err := l.readHead(min(line.seq, l.size)); err != nil {
				return err
			}
		}
		next := l.tree.size
		isStrangeFile := len(strange) > 0 && strange[len(strange)-1].file == line.file
		switch {
		case next < l.size && line.seq == -1:
			strange = append(strange, line)
			return nil
		case next < l.size && (line.seq != next || !line.isEnded || isStrangeFile):
			return findingf("something else stands where record %d should be", next)
		case next < l.size:
			l.noteOwnRecord(line.bytes)
			return l.tree.add(tlog.RecordHash(line.bytes))
		case line.seq >= 0 && line.seq < l.size:
			return findingf("record %d stands behind the sealed records", line.seq)
		case line.seq >= 0 && len(l.checkpoints) == 0:
			return finding("there are records with a seq, but no checkpoint")
		}
		unsealed++
		if line.isEnded {
			l.end++
		}
		return nil
	})
	if err != nil {
		return err
	}
	if l.tree.size < l.size {
		return findingf("the records from %d to %d are missing", l.tree.size, l.size-1)
	}
	for _, line := range strange {
		if !slices.Contains(l.leftSizes, line.fileSize) {
			return findingf("%s has a line that is no record", line.file)
		}
	}
	if unsealed > 0 && len(l.checkpoints) == 0 && len(l.trusted) > 0 {
		return finding("there are lines and no seal, although a key is known")
	}
	if unsealed > 0 {
		l.unfinished = append(l.unfinished, fmt.Sprintf("%d lines are not sealed", unsealed))
	}
	l.end += l.size
	return nil
}

// eachLine calls f with each line of the log, oldest first.
func (l *auditLog) eachLine(f func(journalLine) error) error {
	names, err := l.journalFiles()
	if err != nil {
		return err
	}
	for _, name := range names {
		data, err := l.read(name)
		if err != nil {
			return err
		}
		for each := range bytes.Lines(data) {
			line := journalLine{file: name, fileSize: len(data), seq: -1}
			line.bytes, line.isEnded = bytes.CutSuffix(each, []byte("\n"))
			if match := seqAtEnd.FindSubmatch(line.bytes); match != nil {
				line.seq, _ = strconv.ParseInt(string(match[1]), 10, 64)
			}
			if err := f(line); err != nil {
				return err
			}
		}
	}
	return nil
}

// journalFiles are the names of the files with lines, oldest first.
func (l *auditLog) journalFiles() ([]string, error) {
	entries, err := os.ReadDir(l.dir)
	names := map[int64]string{}
	for _, entry := range entries {
		if match := journalFile.FindStringSubmatch(entry.Name()); match != nil {
			suffix, _ := strconv.ParseInt("0"+match[1], 10, 64)
			names[suffix] = entry.Name()
		}
	}
	var ordered []string
	for _, suffix := range slices.Backward(slices.Sorted(maps.Keys(names))) {
		ordered = append(ordered, names[suffix])
	}
	return ordered, err
}

func (l *auditLog) isFolder(name string) bool {
	info, err := os.Lstat(filepath.Join(l.dir, name))
	return err == nil && info.IsDir()
}

func (l *auditLog) exists(name string) bool {
	_, err := os.Lstat(filepath.Join(l.dir, name))
	return err == nil
}

// read reads a file of the log. A link could lead to a file that is not in the folder.
func (l *auditLog) read(name string) ([]byte, error) {
	path := filepath.Join(l.dir, filepath.FromSlash(name))
	switch info, err := os.Lstat(path); {
	case errors.Is(err, fs.ErrNotExist):
		return nil, findingf("there is no %s", name)
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, findingf("%s is no regular file", name)
	}
	return os.ReadFile(path)
}
