package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const formatVersion = 1

// ownName are the names in a folder that belong to the log.
var ownName = regexp.MustCompile(`^(audit\.jsonl(\..*)?|lock(\..*)?|\.gitignore|seal|keys|forward|writers)$`)

// checkpoint is what a signed note says, and by which keys.
type checkpoint struct {
	origin string
	tlog.Tree
	by []string
}

// readFormat reads seal/format, which is written in one way only.
func (l *auditLog) readFormat() error {
	if !l.exists("seal/format") && !l.hasCheckpoint() {
		return nil
	}
	data, err := l.read("seal/format")
	if err != nil {
		return err
	}
	var format struct {
		Format int    `json:"format"`
		Origin string `json:"origin"`
	}
	if json.Unmarshal(data, &format) == nil && format.Format > formatVersion {
		return fmt.Errorf("format version %d is newer than this program", format.Format)
	}
	var written bytes.Buffer
	encoder := json.NewEncoder(&written)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(format) != nil || format.Format != formatVersion || !bytes.Equal(written.Bytes(), data) {
		return finding("seal/format is not as it must be")
	}
	l.origin = format.Origin
	return nil
}

// checkIgnored looks at .gitignore, unless it could be somebody else's.
func (l *auditLog) checkIgnored() error {
	entries, err := os.ReadDir(l.dir)
	isForeign := func(entry os.DirEntry) bool { return !ownName.MatchString(entry.Name()) }
	if err != nil || !l.exists(".gitignore") || slices.ContainsFunc(entries, isForeign) {
		return err
	}
	if ignored, err := l.read(".gitignore"); err != nil || string(ignored) != "*\n" {
		return finding(".gitignore is not as it must be")
	}
	return nil
}

func (l *auditLog) readKeys() error {
	l.keys = slices.Clone(l.trusted)
	if !l.exists("seal/kansa.vkey") {
		if l.isSharedSecret() {
			return errors.New("its checkpoints are signed with a shared secret (HMAC), which this program does not take")
		}
		return nil
	}
	data, err := l.read("seal/kansa.vkey")
	if err == nil && len(data) == 0 {
		return finding("seal/kansa.vkey is empty")
	}
	for line := range strings.Lines(string(data)) {
		key, err := parseKey(strings.TrimSuffix(line, "\n"))
		if err != nil || !strings.HasSuffix(line, "\n") || slices.ContainsFunc(l.published, sameAs(key)) {
			return finding("seal/kansa.vkey is not as it must be")
		}
		l.published = append(l.published, key)
		if !slices.ContainsFunc(l.keys, sameAs(key)) {
			l.keys = append(l.keys, key)
		}
	}
	return err
}

// checkKeys compares seal/kansa.vkey with the signatures: it has every key that signed, in the order of their first use.
func (l *auditLog) checkKeys() error {
	if len(l.checkpoints) == 0 {
		return nil
	}
	var used []string
	for _, checkpoint := range l.checkpoints {
		for _, by := range checkpoint.by {
			if !slices.Contains(used, by) {
				used = append(used, by)
			}
		}
	}
	for i, key := range l.published {
		switch {
		case i < len(used) && fullName(key) == used[i]:
		case i == len(used) && i == len(l.published)-1:
			l.unfinished = append(l.unfinished, "the last key in seal/kansa.vkey has signed nothing yet")
		default:
			return finding("seal/kansa.vkey does not have the keys that signed")
		}
	}
	if len(used) > len(l.published) {
		return finding("seal/kansa.vkey lacks a key that signed")
	}
	return nil
}

// isSharedSecret says whether the newest checkpoint ends with a signature of 32 bytes; Ed25519 has 64.
func (l *auditLog) isSharedSecret() bool {
	newest, _ := l.read("seal/checkpoint")
	signature, _ := base64.StdEncoding.DecodeString(string(newest[bytes.LastIndexByte(newest, ' ')+1:]))
	return len(signature) == 4+32
}

// readCheckpoints opens every note of seal/checkpoints. Each is followed by an empty line.
func (l *auditLog) readCheckpoints() error {
	if !l.hasCheckpoint() {
		l.unfinished = append(l.unfinished, "there is no checkpoint yet")
		return nil
	}
	all, err := l.read("seal/checkpoints")
	if err != nil {
		return err
	}
	newest, err := l.read("seal/checkpoint")
	if l.exists("seal/checkpoint") && (err != nil || len(newest) == 0) {
		return finding("seal/checkpoint is no checkpoint")
	}
	notes, torn := []string{""}, string(all)
	for {
		text, afterText, hasText := strings.Cut(torn, "\n\n")
		signatures, after, hasSignatures := strings.Cut(afterText, "\n\n")
		if !hasText || !hasSignatures {
			break
		}
		notes, torn = append(notes, text+"\n\n"+signatures+"\n"), after
		if err := l.addCheckpoint(notes[len(notes)-1]); err != nil {
			return err
		}
	}
	// A note is appended first, then seal/checkpoint is replaced: a crash leaves half a note, or one too many.
	switch last := len(notes) - 1; {
	case (torn != "" || last == 0) && string(newest) == notes[last]:
		l.unfinished = append(l.unfinished, "seal/checkpoints ends with half a checkpoint")
	case torn == "" && last > 0 && string(newest) == notes[last-1]:
		l.unfinished = append(l.unfinished, "seal/checkpoint is one behind seal/checkpoints")
	case torn != "" || string(newest) != notes[last]:
		return finding("seal/checkpoint is not the last one of seal/checkpoints")
	}
	return l.checkTrust()
}

func (l *auditLog) addCheckpoint(signed string) error {
	count := len(l.checkpoints)
	opened, err := note.Open([]byte(signed), note.VerifierList(l.keys...))
	if err != nil {
		return findingf("checkpoint %d: %v", count, err)
	}
	next, err := parseCheckpoint(opened.Text)
	if err != nil {
		return findingf("checkpoint %d: %v", count, err)
	}
	// Go passes over what it need not look at; here, every signature must be one that was looked at.
	written, err := note.Sign(opened)
	if err != nil || string(written) != signed || len(opened.UnverifiedSigs) > 0 {
		return findingf("checkpoint %d has a signature by an unknown key, or two by one", count)
	}
	for _, signature := range opened.Sigs {
		if _, err := base64.StdEncoding.Strict().DecodeString(signature.Base64); err != nil {
			return findingf("checkpoint %d: its signature is not in canonical base64", count)
		}
		next.by = append(next.by, fmt.Sprintf("%s+%08x", signature.Name, signature.Hash))
	}
	if next.origin != l.origin {
		return findingf("checkpoint %d is of another log", count)
	}
	if count == 0 && next.N > 0 {
		return finding("the first checkpoint is not that of the empty log")
	}
	if count > 0 && next.N <= l.size {
		return findingf("checkpoint %d is not larger than the one before", count)
	}
	// A new key takes over where the old one signs too.
	isBefore := func(by string) bool { return slices.Contains(l.checkpoints[count-1].by, by) }
	if count > 0 && !slices.ContainsFunc(next.by, isBefore) {
		return findingf("checkpoint %d is signed by no key that signed the one before", count)
	}
	l.checkpoints, l.size = append(l.checkpoints, next), next.N
	return nil
}

// checkTrust wants the newest checkpoint signed by a trusted key. Those before it are in its tree, whoever signed them.
func (l *auditLog) checkTrust() error {
	if len(l.trusted) == 0 || len(l.checkpoints) == 0 {
		return nil
	}
	newest := l.checkpoints[len(l.checkpoints)-1]
	if !slices.ContainsFunc(l.trusted, func(key note.Verifier) bool { return slices.Contains(newest.by, fullName(key)) }) {
		return finding("no trusted key signed the newest checkpoint")
	}
	return nil
}

// contains looks for a checkpoint that somebody kept. A signature by other keys says that keys were exchanged.
func (l *auditLog) contains(signed []byte) error {
	opened, err := note.Open(signed, note.VerifierList(l.keys...))
	if err != nil {
		return findingf("the checkpoint that you kept: %v", err)
	}
	kept, err := parseCheckpoint(opened.Text)
	if err != nil {
		return err
	}
	return l.hasRoot(kept)
}

// parseCheckpoint reads origin, size and root, each in the one way in which it is written.
func parseCheckpoint(text string) (*checkpoint, error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 4 {
		return nil, errors.New("a checkpoint has three lines")
	}
	size, sizeErr := strconv.ParseInt(lines[1], 10, 64)
	root, rootErr := tlog.ParseHash(lines[2])
	if sizeErr != nil || rootErr != nil || text != fmt.Sprintf("%s\n%d\n%s\n", lines[0], size, root) || size < 0 {
		return nil, errors.New("malformed checkpoint")
	}
	return &checkpoint{origin: lines[0], Tree: tlog.Tree{N: size, Hash: root}}, nil
}

// parseKey reads a verifier key. Go also takes ids in capitals, and base64 whose unused bits are set; then one key would
// have many texts.
func parseKey(vkey string) (note.Verifier, error) {
	key, err := note.NewVerifier(vkey)
	if err != nil {
		return nil, err
	}
	encoded, isPlain := strings.CutPrefix(vkey, fullName(key)+"+")
	if _, err := base64.StdEncoding.Strict().DecodeString(encoded); err != nil || !isPlain {
		return nil, errors.New("the key is not written as it must be")
	}
	return key, nil
}

func fullName(key note.Verifier) string { return fmt.Sprintf("%s+%08x", key.Name(), key.KeyHash()) }

func sameAs(key note.Verifier) func(note.Verifier) bool {
	return func(other note.Verifier) bool { return fullName(other) == fullName(key) }
}
