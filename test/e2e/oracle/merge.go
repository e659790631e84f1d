package main

import (
	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/v1alpha1"
	listers "github.com/argoproj/argo-rollouts/pkg/client/listers/rollouts/v1alpha1"
	analysisutil "github.com/argoproj/argo-rollouts/utils/analysis"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/cache"
)

const namespace = "default"

// merge makes one spec of a case's templates, as a Rollout's analysis is made of the templates that it refers to.
func merge(played Case) (*v1alpha1.AnalysisRunSpec, error) {
	templates := cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{cache.NamespaceIndex: cache.MetaNamespaceIndexFunc})
	clusterTemplates := cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{})
	for _, template := range played.Templates {
		template.Namespace = namespace
		if err := templates.Add(template); err != nil {
			return nil, err
		}
	}
	for _, template := range played.ClusterTemplates {
		if err := clusterTemplates.Add(template); err != nil {
			return nil, err
		}
	}
	experiment := &v1alpha1.Experiment{ObjectMeta: metav1.ObjectMeta{Name: "case", Namespace: namespace}}
	context := newExperimentContext(experiment, nil, nil, nil, nil, nil,
		listers.NewAnalysisTemplateLister(templates), listers.NewClusterAnalysisTemplateLister(clusterTemplates),
		nil, nil, nil, 0, nil)
	chosen, clusterChosen, err := getAnalysisTemplatesFromRefs(context, &played.Refs)
	if err != nil {
		return nil, err
	}
	run, err := analysisutil.NewAnalysisRunFromTemplates(chosen, clusterChosen, played.Args, nil, nil, nil, nil, "case", "", namespace)
	if err != nil {
		return nil, err
	}
	return &run.Spec, nil
}
