package main

import (
	"encoding/json"

	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/v1alpha1"
)

// Case is one analysis: either a spec, or templates to merge into one. In every text of it, PROMETHEUS stands for the
// address of the server that plays the script.
type Case struct {
	Spec *v1alpha1.AnalysisRunSpec `json:"spec"`

	Templates        []*v1alpha1.AnalysisTemplate        `json:"templates"`
	ClusterTemplates []*v1alpha1.ClusterAnalysisTemplate `json:"clusterTemplates"`
	Refs             []v1alpha1.AnalysisTemplateRef      `json:"refs"`
	Args             []v1alpha1.Argument                 `json:"args"`

	// Secrets by name, then by key.
	Secrets map[string]map[string]string `json:"secrets"`
	// Script holds the replies by the marker in the query (see server.go).
	Script map[string][]Reply `json:"script"`
	// DefaultAddress is ARGO_ROLLOUTS_PROMETHEUS_ADDRESS.
	DefaultAddress string `json:"defaultAddress"`
	// Server is asked instead of the script.
	Server string `json:"server"`

	// Start is the time of the run's creation, in milliseconds since the epoch; TerminateAfter is when spec.terminate is
	// set, in milliseconds after it. A run that is not completed then is cut off.
	Start          float64  `json:"start"`
	TerminateAfter *float64 `json:"terminateAfter"`
}

// Outcome is what became of a case.
type Outcome struct {
	// Refused is the error of the merge; nothing was run.
	Refused string `json:"refused,omitempty"`
	// Spec is what was run, before its arguments were filled in.
	Spec   *v1alpha1.AnalysisRunSpec   `json:"spec,omitempty"`
	Status *v1alpha1.AnalysisRunStatus `json:"status,omitempty"`
	// Requests by the marker in the query, in the order of their arrival.
	Requests map[string][]Request `json:"requests,omitempty"`
	// Passes of the reconciler, and how long they took on the real clock.
	Passes       int     `json:"passes"`
	Milliseconds float64 `json:"milliseconds"`
	// Panicked is set where the controller's code panics.
	Panicked string `json:"panicked,omitempty"`
}

func parseCase(line []byte) (Case, error) {
	var played Case
	err := json.Unmarshal(line, &played)
	return played, err
}
