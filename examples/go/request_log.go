package main

import (
	"io"
	"log/slog"
	"net/http"
	"time"
)

// One JSON line for each request, with the id that clients get as apigw-requestid.
func logged(next http.Handler, output io.Writer) http.Handler {
	// The names that the other applications here give them; a request's line needs no message.
	lines := slog.New(slog.NewJSONHandler(output, &slog.HandlerOptions{
		ReplaceAttr: func(groups []string, attribute slog.Attr) slog.Attr {
			switch {
			case len(groups) == 0 && attribute.Key == slog.MessageKey:
				return slog.Attr{}
			case len(groups) == 0 && attribute.Key == slog.LevelKey:
				return slog.String(slog.LevelKey, "info")
			}
			return attribute
		},
	}))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.Header.Get("X-Request-Id")
		// The companion asks every few seconds, and CloudWatch bills by the GB. What came by the gateway has an id.
		if r.UserAgent() == "companion" && id == "" {
			next.ServeHTTP(w, r)
			return
		}
		started := time.Now()
		noting := &noting{ResponseWriter: w, status: http.StatusOK}
		defer func() {
			attributes := []slog.Attr{
				slog.String("method", r.Method),
				slog.String("path", r.URL.Path),
				slog.Int("status", noting.status),
				slog.Float64("duration_ms", float64(time.Since(started).Microseconds()/100)/10),
			}
			// Every route of the gateway overwrites both, so a client cannot say them.
			for name, value := range map[string]string{"request_id": id, "client": r.Header.Get("X-Client-Ip")} {
				if value != "" {
					attributes = append(attributes, slog.String(name, value))
				}
			}
			lines.LogAttrs(r.Context(), slog.LevelInfo, "", attributes...)
		}()
		next.ServeHTTP(noting, r)
	})
}

// Knows what a request was answered with.
type noting struct {
	http.ResponseWriter
	status  int
	started bool
}

func (n *noting) WriteHeader(status int) {
	// Those below 200 come before the answer.
	if !n.started && status >= 200 {
		n.status, n.started = status, true
	}
	n.ResponseWriter.WriteHeader(status)
}

func (n *noting) Write(body []byte) (int, error) {
	n.started = true
	return n.ResponseWriter.Write(body)
}

// For http.ResponseController, which flushes what is sent in pieces.
func (n *noting) Unwrap() http.ResponseWriter { return n.ResponseWriter }
