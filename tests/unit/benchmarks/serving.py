"""A server for tests of load: it gives prepared answers and remembers the requests."""

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Server:
    """Answers each POST with the next of its answers, the last one forever; keeps the requests."""

    def __init__(self, *answers: tuple[int, bytes]) -> None:
        self.received: list[bytes] = []
        waiting = list(answers)
        received = self.received

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                received.append(self.rfile.read(int(self.headers["Content-Length"])))
                status, content = waiting[0] if len(waiting) == 1 else waiting.pop(0)
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                with contextlib.suppress(OSError):
                    self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/graphql"
        threading.Thread(target=self._server.serve_forever, args=[0.01], daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextlib.contextmanager
def serving(*answers: tuple[int, bytes]) -> Iterator[Server]:
    """Such a server while it is needed."""
    server = Server(*answers)
    yield server
    server.close()
