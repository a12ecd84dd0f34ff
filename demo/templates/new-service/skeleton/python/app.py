"""${{ values.name }}: answers /healthz, and waits for you to write the rest."""

from http.server import BaseHTTPRequestHandler, HTTPServer


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        found = self.path == "/healthz"
        self.send_response(200 if found else 404)
        self.end_headers()
        self.wfile.write(b"ok\n" if found else b"not here\n")


if __name__ == "__main__":
    HTTPServer(("", 8080), Handler).serve_forever()
