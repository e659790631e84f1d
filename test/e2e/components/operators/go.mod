// Operators that do not run in the simulator: their modules bring the CRDs along.
module stovepipe.dev/e2e/operators

go 1.26.0

require (
	github.com/bitnami-labs/sealed-secrets v0.40.0
	github.com/kedacore/keda/v2 v2.21.0
	github.com/prometheus-operator/prometheus-operator v0.85.0
)
