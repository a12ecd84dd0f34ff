import threading
import unittest
from http.server import HTTPServer
from urllib.request import urlopen

from app import Handler


class HealthTest(unittest.TestCase):
    def test_healthz_answers(self) -> None:
        server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.handle_request, daemon=True).start()
        with urlopen(f"http://127.0.0.1:{server.server_port}/healthz") as answer:
            self.assertEqual(answer.status, 200)
        server.server_close()
