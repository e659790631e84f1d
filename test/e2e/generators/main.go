// Command generators renders an ApplicationSet with Argo CD's own generators and templates, from a folder in place of a
// Git repository. In: {"repository": DIR, "applicationSet": {…}} for each line of stdin. Out: one line each,
// {"applications": [{…}], "error": "…"}, as the ApplicationSet controller would go on with: any error stops the set.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"os"

	"github.com/argoproj/argo-cd/v3/applicationset/controllers/template"
	"github.com/argoproj/argo-cd/v3/applicationset/generators"
	"github.com/argoproj/argo-cd/v3/applicationset/utils"
	argov1alpha1 "github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	log "github.com/sirupsen/logrus"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

type request struct {
	Repository     string                      `json:"repository"`
	ApplicationSet argov1alpha1.ApplicationSet `json:"applicationSet"`
}

type reply struct {
	Applications []argov1alpha1.Application `json:"applications"`
	Error        string                     `json:"error,omitempty"`
}

func main() {
	log.SetOutput(io.Discard) // what the generators log of errors is in the reply
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 64<<20)
	out := json.NewEncoder(os.Stdout)
	for in.Scan() {
		var asked request
		if err := json.Unmarshal(in.Bytes(), &asked); err != nil {
			_ = out.Encode(reply{Error: err.Error()})
			continue
		}
		_ = out.Encode(render(asked))
	}
}

func render(asked request) reply {
	git := generators.NewGitGenerator(folder(asked.Repository), "argocd")
	known := map[string]generators.Generator{
		"Git":         git,
		"List":        generators.NewListGenerator(),
		"PullRequest": generators.NewPullRequestGenerator(noCluster{}, generators.NewSCMConfig("", nil, true, false, nil, false)),
	}
	known["Matrix"] = generators.NewMatrixGenerator(known)
	applications, _, err := template.GenerateApplications(
		log.NewEntry(log.StandardLogger()), asked.ApplicationSet, known, &utils.Render{}, noCluster{})
	if err != nil {
		return reply{Applications: []argov1alpha1.Application{}, Error: err.Error()}
	}
	return reply{Applications: append([]argov1alpha1.Application{}, applications...)} // [] and not null
}

// A cluster that has whatever is asked for, empty: the Git generator asks whether the project demands signatures.
type noCluster struct{ client.Client }

func (noCluster) Get(context.Context, client.ObjectKey, client.Object, ...client.GetOption) error {
	return nil
}
