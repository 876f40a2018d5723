// Sealcheck answers with golang.org/x/mod/sumdb what the tests of Kansa's seal ask: JSON questions on stdin, JSON answers
// on stdout, one for each, in order. It shares no code with Kansa.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// question holds what any of the operations takes. Byte slices are base64 in JSON.
type question struct {
	Op      string            `json:"op"`
	Note    []byte            `json:"note"`
	Text    string            `json:"text"`
	Name    string            `json:"name"`
	Secret  []byte            `json:"secret"`
	Keys    []string          `json:"keys"`
	Size    int64             `json:"size"`
	Root    tlog.Hash         `json:"root"`
	OldSize int64             `json:"oldSize"`
	OldRoot tlog.Hash         `json:"oldRoot"`
	Index   int64             `json:"index"`
	Leaf    tlog.Hash         `json:"leaf"`
	Proof   []tlog.Hash       `json:"proof"`
	Entries [][]byte          `json:"entries"`
	Tiles   map[string][]byte `json:"tiles"`
	File    []byte            `json:"file"`
}

// answer holds what any of the operations gives.
type answer struct {
	Error     string            `json:"error,omitempty"`
	Text      string            `json:"text,omitempty"`
	Verified  []string          `json:"verified,omitempty"`
	Note      []byte            `json:"note,omitempty"`
	Private   string            `json:"private,omitempty"`
	Public    string            `json:"public,omitempty"`
	Size      int64             `json:"size,omitempty"`
	Root      *tlog.Hash        `json:"root,omitempty"`
	Proof     []tlog.Hash       `json:"proof,omitempty"`
	Hashes    []tlog.Hash       `json:"hashes,omitempty"`
	Paths     []string          `json:"paths,omitempty"`
	Tiles     map[string][]byte `json:"tiles,omitempty"`
	Origin    string            `json:"origin,omitempty"`
	Record    []byte            `json:"record,omitempty"`
	Extension []byte            `json:"extension,omitempty"`
}

func main() {
	var questions []question
	if err := json.NewDecoder(os.Stdin).Decode(&questions); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	answers := make([]answer, len(questions))
	for i, q := range questions {
		if err := respond(q, &answers[i]); err != nil {
			answers[i] = answer{Error: err.Error()}
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

func respond(q question, a *answer) error {
	switch q.Op {
	case "open note":
		return openNote(q, a)
	case "sign note":
		return signNote(q, a)
	case "generate key":
		var err error
		a.Private, a.Public, err = note.GenerateKey(nil, q.Name)
		return err
	case "parse tree":
		tree, err := tlog.ParseTree([]byte(q.Text))
		a.Size, a.Root = tree.N, &tree.Hash
		return err
	case "format tree":
		a.Text = string(tlog.FormatTree(tlog.Tree{N: q.Size, Hash: q.Root}))
		return nil
	case "check record":
		return tlog.CheckRecord(q.Proof, q.Size, q.Root, q.Index, q.Leaf)
	case "check tree":
		return tlog.CheckTree(q.Proof, q.Size, q.Root, q.OldSize, q.OldRoot)
	case "new tiles":
		for _, tile := range tlog.NewTiles(tileHeight, q.OldSize, q.Size) {
			a.Paths = append(a.Paths, pathOf(tile))
		}
		return nil
	case "make tree":
		return makeTree(q, a)
	case "read tiles":
		return readTiles(q, a)
	case "check proof":
		return checkProof(q, a)
	case "check extension":
		return checkExtension(q, a)
	case "make proofs":
		return makeProofs(q, a)
	}
	return errors.New("unknown operation: " + q.Op)
}

func openNote(q question, a *answer) error {
	var verifiers []note.Verifier
	for _, key := range q.Keys {
		verifier, err := note.NewVerifier(key)
		if err != nil {
			return err
		}
		verifiers = append(verifiers, verifier)
	}
	if q.Secret != nil {
		verifiers = append(verifiers, hmacKey{q.Name, q.Secret})
	}
	opened, err := note.Open(q.Note, note.VerifierList(verifiers...))
	if err != nil {
		return err
	}
	a.Text = opened.Text
	for _, signature := range opened.Sigs {
		a.Verified = append(a.Verified, signature.Name)
	}
	return nil
}

func signNote(q question, a *answer) error {
	var signers []note.Signer
	for _, key := range q.Keys {
		signer, err := note.NewSigner(key)
		if err != nil {
			return err
		}
		signers = append(signers, signer)
	}
	if q.Secret != nil {
		signers = append(signers, hmacKey{q.Name, q.Secret})
	}
	var err error
	a.Note, err = note.Sign(&note.Note{Text: q.Text}, signers...)
	return err
}
