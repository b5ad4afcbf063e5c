// Package server answers health checks.
package server

import (
	"net/http"
	"sync"
)

const defaultPort = 8080

var (
	once sync.Once
	mux  = http.NewServeMux()
)

// Checker says whether a part is well.
type Checker interface {
	Check() error
}

// Server runs checkers one after the other.
type Server struct {
	checkers []Checker
	mu       sync.Mutex
}

type Handler func(w http.ResponseWriter, r *http.Request) error

// New makes a server without checkers.
func New() *Server {
	return &Server{}
}

// ServeHTTP answers 200 when every checker is well.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.checkers {
		if err := c.Check(); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
	}
}

func Map[T, U any](items []T, f func(T) U) []U {
	result := make([]U, 0, len(items))
	for _, item := range items {
		result = append(result, f(item))
	}
	return result
}
