package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
)

func ask(t *testing.T, headers map[string]string, handler http.HandlerFunc) map[string]any {
	t.Helper()
	var output bytes.Buffer
	request := httptest.NewRequest("GET", "/orders/7?secret=1", nil)
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	logged(handler, &output).ServeHTTP(httptest.NewRecorder(), request)
	if output.Len() == 0 {
		return nil
	}
	if strings.Count(output.String(), "\n") != 1 {
		t.Fatalf("not one line: %q", output.String())
	}
	line := map[string]any{}
	if err := json.Unmarshal(output.Bytes(), &line); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"time", "duration_ms"} {
		if _, there := line[name]; !there {
			t.Fatalf("no %s in %v", name, line)
		}
		delete(line, name)
	}
	return line
}

func TestALineHasTheRequestsId(t *testing.T) {
	gateway := map[string]string{"X-Request-Id": `JKJa"XmPLvHcESHA=`, "X-Client-Ip": "203.0.113.9", "User-Agent": "companion"}
	line := ask(t, gateway, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusTeapot)
		w.WriteHeader(http.StatusOK)
	})
	expected := map[string]any{
		"level": "info", "method": "GET", "path": "/orders/7", "status": 418.0,
		"request_id": `JKJa"XmPLvHcESHA=`, "client": "203.0.113.9",
	}
	if !reflect.DeepEqual(line, expected) {
		t.Fatalf("%v", line)
	}
}

func TestWithoutTheGateway(t *testing.T) {
	answer := func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("well")) }
	expected := map[string]any{"level": "info", "method": "GET", "path": "/orders/7", "status": 200.0}
	if line := ask(t, nil, answer); !reflect.DeepEqual(line, expected) {
		t.Fatalf("%v", line)
	}
	if line := ask(t, map[string]string{"User-Agent": "companion"}, answer); line != nil {
		t.Fatalf("the check of health is logged: %v", line)
	}
}

func TestAFlushReachesTheClient(t *testing.T) {
	ask(t, nil, func(w http.ResponseWriter, _ *http.Request) {
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Fatal(err)
		}
	})
}
