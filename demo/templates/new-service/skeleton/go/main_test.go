package main

import (
	"net/http/httptest"
	"testing"
)

func TestHealthAnswers(t *testing.T) {
	recorder := httptest.NewRecorder()
	health(recorder, httptest.NewRequest("GET", "/healthz", nil))
	if recorder.Code != 200 {
		t.Fatalf("expected 200, got %d", recorder.Code)
	}
}
