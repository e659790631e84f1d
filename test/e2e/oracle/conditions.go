package main

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/v1alpha1"
	"github.com/argoproj/argo-rollouts/utils/evaluate"
	"github.com/sirupsen/logrus"
)

// Condition is a successCondition and a result to evaluate it on, values as Prometheus writes them.
type Condition struct {
	Kind      string   `json:"kind"` // scalar or vector
	Result    []string `json:"result"`
	Condition string   `json:"condition"`
}

// Verdict is what the controller's evaluator makes of it.
type Verdict struct {
	Phase    v1alpha1.AnalysisPhase `json:"phase"`
	Message  string                 `json:"message,omitempty"`
	Panicked string                 `json:"panicked,omitempty"`
}

func judge(line []byte) (answer any, err error) {
	var asked Condition
	if err := json.Unmarshal(line, &asked); err != nil {
		return nil, err
	}
	values := make([]float64, 0, len(asked.Result))
	for _, text := range asked.Result {
		value, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return nil, err
		}
		values = append(values, value)
	}
	var result any = values
	if asked.Kind == "scalar" {
		result = values[0]
	}
	defer func() {
		if panicked := recover(); panicked != nil {
			answer, err = Verdict{Panicked: fmt.Sprint(panicked)}, nil
		}
	}()
	metric := v1alpha1.Metric{SuccessCondition: asked.Condition}
	phase, failed := evaluate.EvaluateResult(result, metric, *logrus.NewEntry(logrus.StandardLogger()))
	verdict := Verdict{Phase: phase}
	if failed != nil {
		verdict.Message = failed.Error()
	}
	return verdict, nil
}
