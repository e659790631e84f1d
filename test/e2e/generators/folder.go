package main

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// A folder that answers as the repository server does for a Git repository: util/io/path and `git ls-files` there.
type folder string

// GetFiles gives the files that match a pattern. The repository server asks `git ls-files`, whose `*` takes slashes too.
func (root folder) GetFiles(_ context.Context, _, _, _, pattern string, _, _ bool) (map[string][]byte, error) {
	found := map[string][]byte{}
	err := root.walk(func(path string, entry fs.DirEntry) error {
		if entry.IsDir() || !matches(pattern, path) {
			return nil
		}
		content, err := os.ReadFile(filepath.Join(string(root), path))
		found[path] = content
		return err
	})
	return found, err
}

// GetDirectories gives all folders, without hidden ones.
func (root folder) GetDirectories(context.Context, string, string, string, bool, bool) ([]string, error) {
	found := []string{}
	err := root.walk(func(path string, entry fs.DirEntry) error {
		if !entry.IsDir() {
			return nil
		}
		if strings.HasPrefix(entry.Name(), ".") {
			return fs.SkipDir
		}
		found = append(found, path)
		return nil
	})
	return found, err
}

func (root folder) walk(visit func(path string, entry fs.DirEntry) error) error {
	return filepath.WalkDir(string(root), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == string(root) {
			return err
		}
		relative, err := filepath.Rel(string(root), path)
		if err != nil {
			return err
		}
		return visit(filepath.ToSlash(relative), entry)
	})
}

// matches tells whether a path matches a pattern whose `*` stands for any run of characters.
func matches(pattern, path string) bool {
	first, rest, star := strings.Cut(pattern, "*")
	if !star {
		return pattern == path
	}
	if !strings.HasPrefix(path, first) {
		return false
	}
	for from := len(first); from <= len(path); from++ {
		if matches(rest, path[from:]) {
			return true
		}
	}
	return false
}
