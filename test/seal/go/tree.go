package main

import (
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

const tileHeight = 8

// pathOf is the path of a tile in C2SP tlog-tiles: without the height that Go's has.
func pathOf(tile tlog.Tile) string {
	return strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", tileHeight), "tile/", 1)
}

// stored is a tree with all of its hashes in memory.
type stored []tlog.Hash

func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index >= int64(len(s)) {
			return nil, fmt.Errorf("no hash %d", index)
		}
		hashes[i] = s[index]
	}
	return hashes, nil
}

// makeTree builds the tree of the entries: its root, its tiles, the proof of one record and that it extends an older tree.
func makeTree(q question, a *answer) error {
	var tree stored
	size := int64(len(q.Entries))
	for i, entry := range q.Entries {
		hashes, err := tlog.StoredHashes(int64(i), entry, tree)
		if err != nil {
			return err
		}
		tree = append(tree, hashes...)
	}
	a.Tiles = make(map[string][]byte)
	for _, tile := range tlog.NewTiles(tileHeight, 0, size) {
		data, err := tlog.ReadTileData(tile, tree)
		if err != nil {
			return err
		}
		a.Tiles[pathOf(tile)] = data
	}
	return prove(q, a, size, tree)
}

// prove takes the root, the proof of record Index and the proof that the tree extends one of OldSize from a reader.
func prove(q question, a *answer, size int64, reader tlog.HashReader) error {
	root, err := tlog.TreeHash(size, reader)
	if err != nil {
		return err
	}
	a.Size, a.Root = size, &root
	record, err := tlog.ProveRecord(size, q.Index, reader)
	if err != nil {
		return err
	}
	older, err := tlog.ProveTree(size, q.OldSize, reader)
	a.Proof, a.Hashes = record, older
	return err
}

// given serves the tiles of a question.
type given map[string][]byte

func (g given) Height() int { return tileHeight }

func (g given) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, tile := range tiles {
		bytes, ok := g[pathOf(tile)]
		if !ok {
			return nil, fmt.Errorf("no tile %s", pathOf(tile))
		}
		data[i] = bytes
	}
	return data, nil
}

func (g given) SaveTiles([]tlog.Tile, [][]byte) {}

// readTiles reads every leaf hash and the two proofs through Go's reader, which checks each tile against the root.
func readTiles(q question, a *answer) error {
	reader := tlog.TileHashReader(tlog.Tree{N: q.Size, Hash: q.Root}, given(q.Tiles))
	indexes := make([]int64, q.Size)
	for i := range indexes {
		indexes[i] = tlog.StoredHashIndex(0, int64(i))
	}
	leaves, err := reader.ReadHashes(indexes)
	if err != nil {
		return err
	}
	if err := prove(q, a, q.Size, reader); err != nil {
		return err
	}
	for i, hash := range leaves {
		if hash != tlog.RecordHash(q.Entries[i]) {
			return fmt.Errorf("leaf %d is not the hash of its record", i)
		}
	}
	return nil
}
