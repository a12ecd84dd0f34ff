// ${{ values.name }} answers /healthz, and waits for you to write the rest.
package main

import (
	"fmt"
	"log"
	"net/http"
)

func health(w http.ResponseWriter, _ *http.Request) {
	fmt.Fprintln(w, "ok")
}

func main() {
	http.HandleFunc("/healthz", health)
	log.Fatal(http.ListenAndServe(":8080", nil))
}
