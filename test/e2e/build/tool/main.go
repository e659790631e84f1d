// Command tool is the one program in the images that the tests build FROM scratch.
package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run writes the hash of a file (hash FROM TO), or the time (now TO). Without arguments it is a scanner for BuildKit
// (moby/buildkit, docs/attestations/sbom-protocol.md) that lists nothing.
func run(args []string) error {
	switch {
	case len(args) == 3 && args[0] == "hash":
		content, err := os.ReadFile(args[1])
		if err != nil {
			return err
		}
		fmt.Printf("read %s\n", content)
		return os.WriteFile(args[2], []byte(fmt.Sprintf("%x", sha256.Sum256(content))), 0o644)
	case len(args) == 2 && args[0] == "now":
		fmt.Println("the step runs")
		return os.WriteFile(args[1], []byte(time.Now().Format(time.RFC3339Nano)), 0o644)
	case len(args) == 0:
		statement, err := json.Marshal(map[string]any{
			"_type":         "https://in-toto.io/Statement/v0.1",
			"predicateType": "https://spdx.dev/Document",
			"predicate":     map[string]any{"spdxVersion": "SPDX-2.3", "name": os.Getenv("BUILDKIT_SCAN_SOURCE")},
		})
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(os.Getenv("BUILDKIT_SCAN_DESTINATION"), "tool.spdx.json"), statement, 0o644)
	}
	return fmt.Errorf("tool: hash FROM TO, now TO, or nothing (found %q)", args)
}
