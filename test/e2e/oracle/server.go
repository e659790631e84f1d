package main

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"sync"
)

// Reply is one answer over HTTP.
type Reply struct {
	Status int    `json:"status"`
	Body   string `json:"body"`
}

// Request is what was asked, as it came over HTTP. The time of an instant query is left out: it is the real one.
type Request struct {
	Method  string            `json:"method"`
	Path    string            `json:"path"`
	Form    map[string]string `json:"form"`
	Headers map[string]string `json:"headers,omitempty"`
}

// server plays Prometheus on loopback. The script has replies by query, or by the marker in it, marker="0", if the rest
// of the query is made of arguments; the n-th request for one gets its n-th reply, the last one repeats.
type server struct {
	*httptest.Server
	mutex    sync.Mutex
	script   map[string][]Reply
	requests map[string][]Request
}

var marker = regexp.MustCompile(`marker="(\w+)"`)

func startServer() *server {
	started := &server{}
	started.Server = httptest.NewServer(started)
	return started
}

func (s *server) load(script map[string][]Reply) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.script = script
	s.requests = map[string][]Request{}
}

func (s *server) ServeHTTP(writer http.ResponseWriter, request *http.Request) {
	if err := request.ParseForm(); err != nil {
		http.Error(writer, err.Error(), http.StatusTeapot)
		return
	}
	reply := s.next(request)
	writer.Header().Set("Content-Type", "application/json")
	writer.WriteHeader(reply.Status)
	_, _ = writer.Write([]byte(reply.Body))
}

func (s *server) next(request *http.Request) Reply {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	query := request.Form.Get("query")
	name := query
	if found := marker.FindStringSubmatch(query); found != nil {
		name = found[1]
	}
	asked := len(s.requests[name])
	s.requests[name] = append(s.requests[name], seen(request))
	replies := s.script[name]
	if len(replies) == 0 {
		return Reply{http.StatusNotFound, "no script for " + query}
	}
	return replies[min(asked, len(replies)-1)]
}

func seen(request *http.Request) Request {
	form := map[string]string{}
	for name, values := range url.Values(request.Form) {
		if name != "time" {
			form[name] = values[0]
		}
	}
	headers := map[string]string{}
	for name, values := range request.Header {
		if len(name) > 2 && name[:2] == "X-" {
			headers[name] = values[0]
		}
	}
	return Request{request.Method, request.URL.Path, form, headers}
}
