// What golang.org/x/mod/sumdb, from which the C2SP formats were taken, says of a log, of proofs and of notes.
//
// One JSON object in, one out. It imports nothing of ours.
package main

import (
	"encoding/json"
	"os"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

// A proof is a path; Index is of the leaf, or the size of the older tree.
type proof struct {
	Index int64
	Path  []tlog.Hash
}

type asked struct {
	Entries           [][]byte
	Inclusion, Growth []proof // ours: each is checked, and theirs is given
	VKey, SKey        string
	Notes             []string // each is opened with VKey
	Text              string   // is signed with SKey
	Numbers           []int64  // of tiles: their paths
}

type answer struct {
	Roots              []tlog.Hash // of the first entry, of the first two, …
	Tiles              map[string][]byte
	Inclusion, Growth  []proof
	Taken, TakenGrowth []bool
	Opened             []string // the text of each note; empty when it is refused
	Note               string
	Paths              []string
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	var in asked
	must(json.NewDecoder(os.Stdin).Decode(&in))
	out := answer{Tiles: map[string][]byte{}}
	grow(in, &out)
	notes(in, &out)
	for _, n := range in.Numbers {
		out.Paths = append(out.Paths, tlog.Tile{H: height, L: 1, N: n, W: 256}.Path(), tlog.Tile{H: height, L: 0, N: n, W: 7}.Path())
	}
	must(json.NewEncoder(os.Stdout).Encode(out))
}

func grow(in asked, out *answer) {
	var kept []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var found []tlog.Hash
		for _, index := range indexes {
			found = append(found, kept[index])
		}
		return found, nil
	})
	for n, entry := range in.Entries {
		hashes, err := tlog.StoredHashes(int64(n), entry, reader)
		must(err)
		kept = append(kept, hashes...)
		root, err := tlog.TreeHash(int64(n)+1, reader)
		must(err)
		out.Roots = append(out.Roots, root)
	}
	size := int64(len(in.Entries))
	root := out.Roots[size-1]
	for _, tile := range tlog.NewTiles(height, 0, size) {
		raw, err := tlog.ReadTileData(tile, reader)
		must(err)
		out.Tiles[tile.Path()] = raw
	}
	for _, ours := range in.Inclusion {
		path, err := tlog.ProveRecord(size, ours.Index, reader)
		must(err)
		out.Inclusion = append(out.Inclusion, proof{ours.Index, path})
		leaf := tlog.RecordHash(in.Entries[ours.Index])
		out.Taken = append(out.Taken, tlog.CheckRecord(ours.Path, size, root, ours.Index, leaf) == nil)
	}
	for _, ours := range in.Growth {
		path, err := tlog.ProveTree(size, ours.Index, reader)
		must(err)
		out.Growth = append(out.Growth, proof{ours.Index, path})
		taken := tlog.CheckTree(ours.Path, size, root, ours.Index, out.Roots[ours.Index-1]) == nil
		out.TakenGrowth = append(out.TakenGrowth, taken)
	}
}

func notes(in asked, out *answer) {
	verifier, err := note.NewVerifier(in.VKey)
	must(err)
	signer, err := note.NewSigner(in.SKey)
	must(err)
	for _, raw := range in.Notes {
		text := ""
		if opened, err := note.Open([]byte(raw), note.VerifierList(verifier)); err == nil {
			text = opened.Text
		}
		out.Opened = append(out.Opened, text)
	}
	signed, err := note.Sign(&note.Note{Text: in.Text}, signer)
	must(err)
	out.Note = string(signed)
}
