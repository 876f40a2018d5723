package main

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const tlogProofHead = "c2sp.org/tlog-proof@v1"

// checkProof reads a C2SP tlog-proof and proves with it that the one entry of the question is in the log.
func checkProof(q question, a *answer) error {
	lines, signed, err := splitProof(q.File)
	if err != nil {
		return err
	}
	if len(lines) < 2 || lines[0] != tlogProofHead {
		return errors.New("not a tlog-proof")
	}
	index, err := numberAfter("index ", lines[1])
	if err != nil {
		return err
	}
	proof, err := parseHashes(lines[2:])
	if err != nil {
		return err
	}
	tree, err := openTree(signed, q, a)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(q.Entries[0]))
}

// checkExtension reads the body of a request to a C2SP witness and proves with it that the log extends the one of an older
// checkpoint, which is the question's note.
func checkExtension(q question, a *answer) error {
	lines, signed, err := splitProof(q.File)
	if err != nil {
		return err
	}
	size, err := numberAfter("old ", lines[0])
	if err != nil {
		return err
	}
	proof, err := parseHashes(lines[1:])
	if err != nil {
		return err
	}
	old, err := openTree(q.Note, q, a)
	if err != nil {
		return err
	}
	if old.N != size {
		return errors.New("the proof does not begin at the older checkpoint")
	}
	tree, err := openTree(signed, q, a)
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash)
}

// makeProofs writes such files for a log of the entries: the proof of entry Index, and that it extends OldSize entries.
func makeProofs(q question, a *answer) error {
	if err := makeTree(q, a); err != nil {
		return err
	}
	signed, err := signTree(q, a.Size, *a.Root)
	if err != nil {
		return err
	}
	oldTree := question{Entries: q.Entries[:q.OldSize], OldSize: q.OldSize}
	var old answer
	if err := makeTree(oldTree, &old); err != nil {
		return err
	}
	if a.Note, err = signTree(q, q.OldSize, *old.Root); err != nil {
		return err
	}
	a.Record = joinProof(append([]string{tlogProofHead, fmt.Sprint("index ", q.Index)}, formatHashes(a.Proof)...), signed)
	a.Extension = joinProof(append([]string{fmt.Sprint("old ", q.OldSize)}, formatHashes(a.Hashes)...), signed)
	return nil
}

// openTree opens a signed checkpoint: origin, size and root.
func openTree(signed []byte, q question, a *answer) (tlog.Tree, error) {
	q.Note = signed
	if err := openNote(q, a); err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(a.Text, "\n")
	if len(lines) < 4 {
		return tlog.Tree{}, errors.New("not a checkpoint")
	}
	a.Origin = lines[0]
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	a.Size = size
	return tlog.Tree{N: size, Hash: root}, err
}

func signTree(q question, size int64, root tlog.Hash) ([]byte, error) {
	signer, err := note.NewSigner(q.Keys[0])
	if err != nil {
		return nil, err
	}
	return note.Sign(&note.Note{Text: fmt.Sprintf("%s\n%d\n%s\n", q.Name, size, root)}, signer)
}

func splitProof(file []byte) ([]string, []byte, error) {
	head, signed, ok := bytes.Cut(file, []byte("\n\n"))
	if !ok {
		return nil, nil, errors.New("no empty line")
	}
	return strings.Split(string(head), "\n"), signed, nil
}

func joinProof(lines []string, signed []byte) []byte {
	return append([]byte(strings.Join(lines, "\n")+"\n\n"), signed...)
}

func numberAfter(word, line string) (int64, error) {
	digits, ok := strings.CutPrefix(line, word)
	if !ok {
		return 0, fmt.Errorf("no line that begins with %q", word)
	}
	return strconv.ParseInt(digits, 10, 64)
}

func parseHashes(lines []string) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(lines))
	for i, line := range lines {
		data, err := base64.StdEncoding.DecodeString(line)
		if err != nil || len(data) != tlog.HashSize {
			return nil, errors.New("a line of the proof is no hash")
		}
		hashes[i] = tlog.Hash(data)
	}
	return hashes, nil
}

func formatHashes(hashes []tlog.Hash) []string {
	lines := make([]string, len(hashes))
	for i, hash := range hashes {
		lines[i] = hash.String()
	}
	return lines
}
