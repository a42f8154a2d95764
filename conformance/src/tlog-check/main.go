// Checks an evidence log with the Go project's own implementation: reads tiles and the signed head over HTTP, checks
// the signature, every leaf's inclusion and the consistency of every smaller tree with the whole.
package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func get(url string) []byte {
	response, err := http.Get(url)
	check(err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	check(err)
	if response.StatusCode != 200 {
		check(fmt.Errorf("%s answered %s", url, response.Status))
	}
	return body
}

func check(err error) {
	if err != nil {
		fmt.Println("NOT VALID:", err)
		os.Exit(1)
	}
}

// tiles reads tiles by the paths of C2SP tlog-tiles, which are Go's without the height.
type tiles struct{ base string }

func (t tiles) Height() int { return 8 }
func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var data [][]byte
	for _, tile := range wanted {
		data = append(data, get(t.base+strings.Replace(tile.Path(), "tile/8/", "tile/", 1)))
	}
	return data, nil
}
func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func main() {
	base := os.Args[1] + "/evidence/"
	verifier, err := note.NewVerifier(strings.TrimSpace(string(get(base + "key"))))
	check(err)
	opened, err := note.Open(get(base+"checkpoint"), note.VerifierList(verifier))
	check(err)
	var origin, root string
	var size int64
	_, err = fmt.Sscanf(opened.Text, "%s\n%d\n%s\n", &origin, &size, &root)
	check(err)
	hash, err := tlog.ParseHash(root)
	check(err)
	tree := tlog.Tree{N: size, Hash: hash}
	reader := tlog.TileHashReader(tree, tiles{base})

	var leaves [][]byte
	for first := int64(0); first < size; first += 256 {
		path := fmt.Sprintf("tile/entries/%03d", first/256)
		if size-first < 256 {
			path += fmt.Sprintf(".p/%d", size-first)
		}
		for bundle := get(base + path); len(bundle) > 0; {
			length := int(binary.BigEndian.Uint16(bundle))
			leaves = append(leaves, bundle[2:2+length])
			bundle = bundle[2+length:]
		}
	}
	for i, leaf := range leaves {
		proof, err := tlog.ProveRecord(size, int64(i), reader)
		check(err)
		check(tlog.CheckRecord(proof, size, hash, int64(i), tlog.RecordHash(leaf)))
	}
	for n := int64(1); n <= size; n++ {
		smaller, err := tlog.TreeHash(n, reader)
		check(err)
		proof, err := tlog.ProveTree(size, n, reader)
		check(err)
		check(tlog.CheckTree(proof, size, hash, n, smaller))
	}
	fmt.Printf("valid %d\n", len(leaves))
}
