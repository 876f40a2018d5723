package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// A tile holds 256 hashes: those at the bottom of 8 levels of the tree.
const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
	maxLevel   = 63
)

var (
	sealFiles = []string{"seal/format", "seal/kansa.vkey", "seal/checkpoint", "seal/checkpoints"}
	temporary = regexp.MustCompile(`\.tmp-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
)

// growingTree is a tree in memory: all of its hashes, in the order of package tlog.
type growingTree struct {
	size   int64
	hashes []tlog.Hash
}

func (t *growingTree) add(leaf tlog.Hash) error {
	hashes, err := tlog.StoredHashesForRecordHash(t.size, leaf, t)
	t.size, t.hashes = t.size+1, append(t.hashes, hashes...)
	return err
}

func (t *growingTree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		hashes[i] = t.hashes[index]
	}
	return hashes, nil
}

// deletion is a sealed record that says: the records up to last were deleted in order, and this was their tree.
type deletion struct {
	last int64
	root string
}

// noteOwnRecord keeps what a sealed record says about the log itself.
func (l *auditLog) noteOwnRecord(line []byte) {
	var record struct {
		EventType struct {
			Type string
			Data struct {
				Category string
				Context  struct {
					Kind, Bytes, Root string
					LastSeq           string `json:"last_seq"`
				}
			}
		} `json:"event_type"`
	}
	if json.Unmarshal(line, &record) != nil || record.EventType.Type != "Security" {
		return
	}
	context := record.EventType.Data.Context
	switch record.EventType.Data.Category {
	case "RetentionDeleted":
		if last, err := strconv.ParseInt(context.LastSeq, 10, 64); err == nil {
			l.deletions = append(l.deletions, deletion{last, context.Root})
		}
	case "AuditRecovered":
		if size, err := strconv.Atoi(context.Bytes); err == nil && (context.Kind == "other-program" || context.Kind == "unmovable-tail") {
			l.leftSizes = append(l.leftSizes, size)
		}
	}
}

// checkHead wants a reason for a missing head: a sealed record that says so, with the root of what is gone.
func (l *auditLog) checkHead() error {
	for _, deleted := range l.deletions {
		if deleted.last < l.first-1 || deleted.last >= l.size {
			continue
		}
		root, err := tlog.TreeHash(deleted.last+1, &l.tree)
		if err == nil && root.String() == deleted.root {
			return nil
		}
	}
	if l.first == 0 {
		return nil
	}
	return findingf("the records before %d are missing, and no sealed record says that they were deleted", l.first)
}

// readHead takes the hashes of the records before first, which are no longer there, from the tiles.
func (l *auditLog) readHead(first int64) error {
	l.first = first
	for l.tree.size < first {
		n := l.tree.size / tileWidth
		hashes := int(min(tileWidth, first-l.tree.size))
		data := l.tileData(l.tileAt(0, n, l.size), hashes)
		if data == nil {
			return findingf("no tile has the hashes of the records from %d on", l.tree.size)
		}
		for at := range hashes {
			if err := l.tree.add(tlog.Hash(data[at*tlog.HashSize:][:tlog.HashSize])); err != nil {
				return err
			}
		}
	}
	return nil
}

// tileAt is a tile as a tree of this size has it; its width is 0 where the tree does not reach it.
func (l *auditLog) tileAt(level int, n, size int64) tlog.Tile {
	hashes := size >> (tileHeight * level)
	tile := tlog.Tile{H: tileHeight, L: level, N: n}
	if n <= hashes/tileWidth {
		tile.W = int(min(tileWidth, hashes-n*tileWidth))
	}
	return tile
}

// tileData is the content of a tile's file, or of a wider one's: it begins with the same hashes.
func (l *auditLog) tileData(tile tlog.Tile, hashes int) []byte {
	for ; tile.W <= tileWidth; tile.W++ {
		if data, err := l.read("seal/" + tilePath(tile)); err == nil && len(data) >= hashes*tlog.HashSize {
			return data
		}
	}
	return nil
}

// checkRoots compares every checkpoint with the tree of the lines.
func (l *auditLog) checkRoots() error {
	for i, checkpoint := range l.checkpoints {
		if err := l.hasRoot(checkpoint); err != nil {
			return findingf("checkpoint %d: %v", i, err)
		}
	}
	return nil
}

func (l *auditLog) hasRoot(checkpoint *checkpoint) error {
	if checkpoint.N > l.size {
		return findingf("there were %d records, but only %d are sealed", checkpoint.N, l.size)
	}
	root, err := tlog.TreeHash(checkpoint.N, &l.tree)
	if err == nil && root != checkpoint.Hash {
		return findingf("the first %d records have another root than was signed", checkpoint.N)
	}
	return err
}

// checkTiles looks at every file below seal/: each tile must have the hashes of the tree of the lines, and none may be
// missing.
func (l *auditLog) checkTiles() error {
	err := fs.WalkDir(os.DirFS(l.dir), "seal", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || temporary.MatchString(path) || slices.Contains(sealFiles, path) {
			return err
		}
		tile, err := parseTilePath(strings.TrimPrefix(path, "seal/"))
		if err != nil {
			return findingf("%s is no file of a seal", path)
		}
		if tile.W > l.tileAt(tile.L, tile.N, l.end).W {
			return findingf("%s is of records that are not there", path)
		}
		// Of wider tiles than the newest checkpoint needs, a crash may have left anything.
		if tile.W > l.tileAt(tile.L, tile.N, l.size).W {
			return nil
		}
		data, err := l.read(path)
		if err != nil {
			return err
		}
		return l.checkTile(tile, data)
	})
	if err != nil {
		return err
	}
	for _, tile := range tlog.NewTiles(tileHeight, 0, l.size) {
		data := l.tileData(tile, tile.W)
		if data == nil {
			return findingf("seal/%s is missing", tilePath(tile))
		}
		if err := l.checkTile(tile, data[:tile.W*tlog.HashSize]); err != nil {
			return err
		}
	}
	return nil
}

func (l *auditLog) checkTile(tile tlog.Tile, data []byte) error {
	expected, err := tlog.ReadTileData(tile, &l.tree)
	if err != nil || bytes.Equal(data, expected) {
		return err
	}
	for at := range min(len(data), len(expected)) {
		if data[at] != expected[at] && tile.L == 0 {
			return findingf("record %d is not what was sealed", tile.N*tileWidth+int64(at/tlog.HashSize))
		}
	}
	return findingf("seal/%s does not fit the records", tilePath(tile))
}

// tilePath and parseTilePath are those of C2SP tlog-tiles; package tlog has the height of the tiles in its paths.
func tilePath(tile tlog.Tile) string {
	return strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
}

func parseTilePath(path string) (tlog.Tile, error) {
	tile, err := tlog.ParseTilePath(strings.Replace(path, "tile/", "tile/8/", 1))
	if err == nil && (tile.L < 0 || tile.L > maxLevel) {
		err = errors.New("there is no such level")
	}
	return tile, err
}
