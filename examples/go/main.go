// A service on an empty base: no shell, no packages, nothing that a health check could run. The companion sees to that.
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func get(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "Hello from Go")
	})
	server := &http.Server{
		Addr:    get("HOST", "") + ":" + get("PORT", "8080"),
		Handler: logged(mux, os.Stdout),
		// The gateway keeps connections open for reuse, and waits 30 seconds for an answer.
		IdleTimeout:       75 * time.Second,
		ReadHeaderTimeout: 30 * time.Second,
	}

	stop, done := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer done()
	failed := make(chan error, 1)
	go func() { failed <- server.ListenAndServe() }()
	select {
	case err := <-failed:
		log.Fatal(err)
	case <-stop.Done():
	}
	// The companion has held SIGTERM back until no new request comes: what is in hand is finished.
	finish, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := server.Shutdown(finish); err != nil {
		log.Fatal(err)
	}
}
