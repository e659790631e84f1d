package main

import (
	"time"
	_ "unsafe" // for go:linkname

	"github.com/argoproj/argo-rollouts/analysis"
	_ "github.com/argoproj/argo-rollouts/experiments"
	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/v1alpha1"
	clientset "github.com/argoproj/argo-rollouts/pkg/client/clientset/versioned"
	listers "github.com/argoproj/argo-rollouts/pkg/client/listers/rollouts/v1alpha1"
	"github.com/argoproj/argo-rollouts/utils/record"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes"
	appslisters "k8s.io/client-go/listers/apps/v1"
	corelisters "k8s.io/client-go/listers/core/v1"
)

// The controller's own functions that it does not export. The empty linked.s is what lets them have no body here.

//go:linkname reconcileAnalysisRun github.com/argoproj/argo-rollouts/analysis.(*Controller).reconcileAnalysisRun
func reconcileAnalysisRun(controller *analysis.Controller, run *v1alpha1.AnalysisRun) *v1alpha1.AnalysisRun

//go:linkname persistAnalysisRunStatus github.com/argoproj/argo-rollouts/analysis.(*Controller).persistAnalysisRunStatus
func persistAnalysisRunStatus(controller *analysis.Controller, orig *v1alpha1.AnalysisRun, status v1alpha1.AnalysisRunStatus) error

type experimentContext struct{}

//go:linkname newExperimentContext github.com/argoproj/argo-rollouts/experiments.newExperimentContext
func newExperimentContext(
	experiment *v1alpha1.Experiment,
	templateRSs map[string]*appsv1.ReplicaSet,
	templateServices map[string]*corev1.Service,
	kubeclientset kubernetes.Interface,
	argoProjClientset clientset.Interface,
	replicaSetLister appslisters.ReplicaSetLister,
	analysisTemplateLister listers.AnalysisTemplateLister,
	clusterAnalysisTemplateLister listers.ClusterAnalysisTemplateLister,
	analysisRunLister listers.AnalysisRunLister,
	serviceLister corelisters.ServiceLister,
	recorder record.EventRecorder,
	resyncPeriod time.Duration,
	enqueueExperimentAfter func(obj any, duration time.Duration),
) *experimentContext

// The same text as the method of the same name in the package rollout, whose context takes a whole Rollout to make.
//
//go:linkname getAnalysisTemplatesFromRefs github.com/argoproj/argo-rollouts/experiments.(*experimentContext).getAnalysisTemplatesFromRefs
func getAnalysisTemplatesFromRefs(context *experimentContext, refs *[]v1alpha1.AnalysisTemplateRef) ([]*v1alpha1.AnalysisTemplate, []*v1alpha1.ClusterAnalysisTemplate, error)
