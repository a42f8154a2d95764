// Checks an evidence log with the Go project's own implementation: reads tiles and the signed head over HTTP, checks
// the signature, every leaf's inclusion and the consistency of every smaller tree with the whole. With a .tlog-proof
// file and the log's key it checks that too, with nothing from the server, and that the server's log has grown from it.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
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

// openHead checks the signature of a checkpoint and gives the tree that it signs.
func openHead(signed []byte, key string) tlog.Tree {
	verifier, err := note.NewVerifier(strings.TrimSpace(key))
	check(err)
	opened, err := note.Open(signed, note.VerifierList(verifier))
	check(err)
	var origin, root string
	var size int64
	_, err = fmt.Sscanf(opened.Text, "%s\n%d\n%s\n", &origin, &size, &root)
	check(err)
	hash, err := tlog.ParseHash(root)
	check(err)
	return tlog.Tree{N: size, Hash: hash}
}

// checkProof checks a C2SP tlog-proof: the leaf in its "extra" line is in the tree that its checkpoint signs.
func checkProof(proofFile, keyFile string) tlog.Tree {
	proof, err := os.ReadFile(proofFile)
	check(err)
	key, err := os.ReadFile(keyFile)
	check(err)
	head, signed, found := strings.Cut(string(proof), "\n\n")
	lines := strings.Split(head, "\n")
	if !found || len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" {
		check(fmt.Errorf("%s is no proof", proofFile))
	}
	leaf, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	check(err)
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	check(err)
	var path tlog.RecordProof
	for _, line := range lines[3:] {
		hash, err := tlog.ParseHash(line)
		check(err)
		path = append(path, hash)
	}
	tree := openHead([]byte(signed), string(key))
	check(tlog.CheckRecord(path, tree.N, tree.Hash, index, tlog.RecordHash(leaf)))
	return tree
}

func main() {
	base := os.Args[1] + "/evidence/"
	tree := openHead(get(base+"checkpoint"), string(get(base+"key")))
	size, hash := tree.N, tree.Hash
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
	if len(os.Args) > 3 {
		then := checkProof(os.Args[2], os.Args[3])
		proof, err := tlog.ProveTree(size, then.N, reader)
		check(err)
		check(tlog.CheckTree(proof, size, hash, then.N, then.Hash))
		fmt.Printf("proof of %d valid\n", then.N)
	}
}
