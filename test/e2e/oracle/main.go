// Oracle plays analyses on the Argo Rollouts controller's own code, under a virtual clock.
//
//	oracle runs        reads one case a line, prints one outcome a line, in order (see case.go)
//	oracle conditions  reads one condition a line, prints one verdict a line (see conditions.go)
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/sirupsen/logrus"
)

func main() {
	logrus.SetOutput(io.Discard)
	logrus.SetLevel(logrus.PanicLevel)
	if len(os.Args) != 2 {
		fail(fmt.Errorf("usage: oracle runs|conditions"))
	}
	var answer func(line []byte) (any, error)
	switch os.Args[1] {
	case "runs":
		player, err := newPlayer()
		if err != nil {
			fail(err)
		}
		answer = player.play
	case "conditions":
		answer = judge
	default:
		fail(fmt.Errorf("unknown mode %q", os.Args[1]))
	}
	if err := answerLines(os.Stdin, os.Stdout, answer); err != nil {
		fail(err)
	}
}

// answerLines writes one line of JSON for each line read, and flushes it at once, so that the other side may ask for
// one case after another.
func answerLines(in io.Reader, out io.Writer, answer func(line []byte) (any, error)) error {
	reader := bufio.NewReaderSize(in, 1<<16)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for {
		line, err := reader.ReadBytes('\n')
		if len(line) > 1 {
			answered, failed := answer(line)
			if failed != nil {
				return fmt.Errorf("%w, in the case %s", failed, line)
			}
			if failed := encoder.Encode(answered); failed != nil {
				return failed
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "oracle:", err)
	os.Exit(1)
}
