package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"reflect"
	"time"

	"github.com/argoproj/argo-rollouts/analysis"
	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/v1alpha1"
	rolloutsfake "github.com/argoproj/argo-rollouts/pkg/client/clientset/versioned/fake"
	informers "github.com/argoproj/argo-rollouts/pkg/client/informers/externalversions"
	"github.com/argoproj/argo-rollouts/utils/record"
	timeutil "github.com/argoproj/argo-rollouts/utils/time"
	jsonpatch "github.com/evanphx/json-patch/v5"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	kubeinformers "k8s.io/client-go/informers"
	kubefake "k8s.io/client-go/kubernetes/fake"
	ktesting "k8s.io/client-go/testing"
	k8srecord "k8s.io/client-go/tools/record"
)

// player owns one controller, one clock and one scripted Prometheus, and plays one case after another on them.
type player struct {
	clock      *clock
	queue      *queue
	server     *server
	kube       *kubefake.Clientset
	controller *analysis.Controller
	// run and secrets as the API server holds them.
	run     *v1alpha1.AnalysisRun
	secrets map[string]map[string]string
}

// mostPasses bounds a case that would never end.
const mostPasses = 100_000

func newPlayer() (*player, error) {
	p := &player{clock: &clock{}, server: startServer(), kube: kubefake.NewSimpleClientset()}
	p.queue = &queue{clock: p.clock}
	timeutil.SetNowTimeFunc(p.clock.Now)
	rollouts := rolloutsfake.NewSimpleClientset()
	rollouts.PrependReactor("patch", "analysisruns", p.patch)
	kubeInformers := kubeinformers.NewSharedInformerFactory(p.kube, 0)
	p.controller = analysis.NewController(analysis.ControllerConfig{
		KubeClientSet:        p.kube,
		ArgoProjClientset:    rollouts,
		AnalysisRunInformer:  informers.NewSharedInformerFactory(rollouts, 0).Argoproj().V1alpha1().AnalysisRuns(),
		JobInformer:          kubeInformers.Batch().V1().Jobs(),
		JobPodsInformer:      kubeInformers.Core().V1().Pods(),
		AnalysisRunWorkQueue: p.queue,
		Recorder:             silent{},
	})
	return p, nil
}

func (p *player) play(line []byte) (any, error) {
	address := p.server.URL
	if given, err := parseCase(line); err != nil {
		return nil, err
	} else if given.Server != "" {
		address = given.Server
	}
	played, err := parseCase(bytes.ReplaceAll(line, []byte("PROMETHEUS"), []byte(address)))
	if err != nil {
		return nil, err
	}
	outcome, err := p.outcome(played)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(outcome)
	if err != nil {
		return nil, err
	}
	return json.RawMessage(bytes.ReplaceAll(text, []byte(address), []byte("PROMETHEUS"))), nil
}

func (p *player) outcome(played Case) (outcome Outcome, err error) {
	spec := played.Spec
	if spec == nil {
		if spec, err = merge(played); err != nil {
			return Outcome{Refused: err.Error()}, nil
		}
	}
	if err := p.setUp(played, spec); err != nil {
		return Outcome{}, err
	}
	defer func() {
		if panicked := recover(); panicked != nil {
			outcome, err = Outcome{Panicked: fmt.Sprint(panicked)}, nil
		}
	}()
	began := time.Now()
	passes, err := p.toTheEnd(played)
	elapsed := float64(time.Since(began).Microseconds()) / 1000
	return Outcome{Spec: spec, Status: &p.run.Status, Requests: p.server.requests, Passes: passes, Milliseconds: elapsed}, err
}

func (p *player) setUp(played Case, spec *v1alpha1.AnalysisRunSpec) error {
	p.clock.now = time.UnixMicro(int64(math.Round(played.Start * 1000))).UTC()
	p.queue.ready = nil
	p.server.load(played.Script)
	p.run = &v1alpha1.AnalysisRun{ObjectMeta: metav1.ObjectMeta{Name: "case", Namespace: namespace}, Spec: *spec.DeepCopy()}
	if err := os.Setenv("ARGO_ROLLOUTS_PROMETHEUS_ADDRESS", played.DefaultAddress); err != nil {
		return err
	}
	secrets := p.kube.CoreV1().Secrets(namespace)
	for name := range p.secrets {
		if err := secrets.Delete(context.TODO(), name, metav1.DeleteOptions{}); err != nil {
			return err
		}
	}
	p.secrets = played.Secrets
	for name, data := range played.Secrets {
		secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: namespace}, Data: map[string][]byte{}}
		for key, value := range data {
			secret.Data[key] = []byte(value)
		}
		if _, err := secrets.Create(context.TODO(), secret, metav1.CreateOptions{}); err != nil {
			return err
		}
	}
	p.kube.ClearActions()
	return nil
}

// toTheEnd reconciles at once when the run was made or changed, and when the controller asked for it.
func (p *player) toTheEnd(played Case) (passes int, err error) {
	var terminate *time.Time
	if played.TerminateAfter != nil {
		at := p.clock.now.Add(time.Duration(*played.TerminateAfter * float64(time.Millisecond)))
		terminate = &at
	}
	for passes = 1; ; passes++ {
		if passes > mostPasses {
			return passes, fmt.Errorf("not completed after %d passes", mostPasses)
		}
		before := p.run
		after := reconcileAnalysisRun(p.controller, before.DeepCopy())
		if err := persistAnalysisRunStatus(p.controller, before, after.Status); err != nil {
			return passes, err
		}
		if p.run.Status.Phase.Completed() {
			return passes, nil
		}
		if !reflect.DeepEqual(before.Status, p.run.Status) {
			p.queue.Add(nil)
		}
		next := p.queue.next()
		if terminate != nil && (next == nil || terminate.Before(*next)) {
			p.run = p.run.DeepCopy()
			p.run.Spec.Terminate = true
			next, terminate = terminate, nil
		}
		if next == nil {
			return passes, fmt.Errorf("the run waits for nothing")
		}
		p.clock.now = *next
	}
}

// patch does what the API server does with a patch of the status: what it keeps of times is whole seconds.
func (p *player) patch(action ktesting.Action) (bool, runtime.Object, error) {
	patch := action.(ktesting.PatchAction).GetPatch()
	held, err := json.Marshal(p.run)
	if err != nil {
		return true, nil, err
	}
	patched, err := jsonpatch.MergePatch(held, patch)
	if err != nil {
		return true, nil, err
	}
	run := &v1alpha1.AnalysisRun{}
	if err := json.Unmarshal(patched, run); err != nil {
		return true, nil, err
	}
	p.run = run
	return true, run, nil
}

// silent drops events.
type silent struct{}

func (silent) Eventf(runtime.Object, record.EventOptions, string, ...any) {}
func (silent) Warnf(runtime.Object, record.EventOptions, string, ...any)  {}
func (silent) K8sRecorder() k8srecord.EventRecorder                       { return nil }
