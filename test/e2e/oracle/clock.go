package main

import (
	"time"

	"k8s.io/client-go/util/workqueue"
)

// clock is the controller's idea of the time; it passes only between two passes of the reconciler.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

// queue stands for the controller's work queue: it remembers the earliest time at which the run is to be looked at
// again, as client-go's delaying queue does with an item that it holds already.
type queue struct {
	workqueue.TypedRateLimitingInterface[any]
	clock *clock
	ready *time.Time
}

func (q *queue) Add(any) { q.AddAfter(nil, 0) }

func (q *queue) AddAfter(_ any, delay time.Duration) {
	at := q.clock.now.Add(delay)
	if q.ready == nil || at.Before(*q.ready) {
		q.ready = &at
	}
}

// tick is how long it takes the controller to hear of a change, or to come back to what is already due.
const tick = 10 * time.Millisecond

// next takes the time of the next pass out of the queue; nil when the run waits for nothing.
func (q *queue) next() *time.Time {
	at := q.ready
	if soonest := q.clock.now.Add(tick); at != nil && at.Before(soonest) {
		at = &soonest
	}
	q.ready = nil
	return at
}
