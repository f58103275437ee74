"""certes/runtime/fetch.py: only configured hosts, no redirect, bounded size and time."""

import gzip
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from certes.credential.errors import Malformed, Refusal, Unreachable
from certes.runtime.fetch import Fetcher, Hosts

HOSTS = Hosts(frozenset({"registry.example"}), {"skills.example": "http://127.0.0.1:8400/"})
URL = "https://registry.example/v1/bundle"


class Parts(httpx.SyncByteStream):
    """A body that arrives in parts."""

    def __init__(self, parts: list[bytes], pause_s: float = 0.0) -> None:
        self.parts = parts
        self.pause_s = pause_s

    def __iter__(self) -> Iterator[bytes]:
        for part in self.parts:
            time.sleep(self.pause_s)
            yield part


def said(status: int, content: bytes, **headers: str) -> httpx.Response:
    """An answer whose body is still to be read, as from a network."""
    return httpx.Response(status, stream=Parts([content]), headers=headers)


def fetcher(handler: Callable[[httpx.Request], httpx.Response], **limits: float) -> Fetcher:
    """A fetcher whose network is a function."""
    max_bytes = int(limits.get("max_bytes", 1000))
    deadline_s = limits.get("deadline_s", 5.0)
    return Fetcher(HOSTS, max_bytes=max_bytes, deadline_s=deadline_s, transport=httpx.MockTransport(handler))


def code_of(call: Callable[[], object]) -> str:
    """The code of the refusal that a call ends with."""
    with pytest.raises(Refusal) as caught:
        call()
    return caught.value.code


def test_a_document_is_fetched_with_its_etag() -> None:
    fetched = fetcher(lambda request: said(200, b"{}", ETag='"a"')).get(URL)
    assert (fetched.body, fetched.etag) == (b"{}", '"a"')


def test_an_unchanged_document_has_no_body() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.headers["if-none-match"] == '"a"'
        return httpx.Response(304)

    fetched = fetcher(answer).get(URL, etag='"a"')
    assert (fetched.body, fetched.etag) == (None, '"a"')


def test_not_modified_without_an_etag_is_no_answer() -> None:
    assert code_of(lambda: fetcher(lambda request: httpx.Response(304)).get(URL)) == "answer_not_ok"


@pytest.mark.parametrize("status", [301, 302, 307, 308, 404, 500, 204])
def test_redirects_and_failures_are_not_followed(status: int) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(status, headers={"Location": "https://registry.example/other"})

    assert code_of(lambda: fetcher(answer).get(URL)) == "answer_not_ok"
    assert asked == [URL]


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/",
        "https://registry.example@evil.example/",
        "https://evil.example#registry.example",
        "https://registry.example:8443/",
        "ftp://registry.example/",
        "file:///etc/passwd",
        "//registry.example/",
        "http://[::1",
        "",
    ],
)
def test_an_address_that_was_not_configured_is_not_asked(url: str) -> None:
    with pytest.raises(Malformed) as caught:
        fetcher(lambda request: httpx.Response(200)).get(url)
    assert caught.value.code == "address_not_allowed"


def test_a_mapped_host_is_asked_at_its_loopback_address() -> None:
    assert HOSTS.resolve("https://skills.example/cm/1/did.json") == "http://127.0.0.1:8400/cm/1/did.json"
    assert HOSTS.resolve("https://skills.example/a?b=c") == "http://127.0.0.1:8400/a?b=c"


def test_an_answer_that_is_too_large_is_refused() -> None:
    assert code_of(lambda: fetcher(lambda _: said(200, b"x" * 1001)).get(URL)) == "answer_too_large"
    assert fetcher(lambda _: said(200, b"x" * 1000)).get(URL).body == b"x" * 1000


def packed(parts: list[bytes]) -> Callable[[httpx.Request], httpx.Response]:
    """Answers with a gzip body in parts."""
    return lambda _: httpx.Response(200, stream=Parts(parts), headers={"Content-Encoding": "gzip"})


def test_a_packed_answer_is_unpacked_and_bounded() -> None:
    content = gzip.compress(b"x" * 900)
    halves = [content[:10], content[10:]]
    assert fetcher(packed(halves)).get(URL).body == b"x" * 900
    bomb = gzip.compress(b"\0" * 50_000_000)
    assert code_of(lambda: fetcher(packed([bomb])).get(URL)) == "answer_too_large"


def test_a_packed_answer_that_is_broken_or_cut_short_is_refused() -> None:
    content = gzip.compress(b"x" * 900)
    assert code_of(lambda: fetcher(packed([content[:-4]])).get(URL)) == "answer_cut_short"
    assert code_of(lambda: fetcher(packed([b"not gzip at all"])).get(URL)) == "answer_encoding_broken"
    brotli = fetcher(lambda _: httpx.Response(200, stream=Parts([b"x"]), headers={"Content-Encoding": "br"}))
    assert code_of(lambda: brotli.get(URL)) == "answer_encoding_broken"


def test_a_slow_drip_ends_at_the_deadline() -> None:
    drip = fetcher(lambda _: httpx.Response(200, stream=Parts([b"x"] * 50, 0.05)), deadline_s=0.2)
    started = time.monotonic()
    assert code_of(lambda: drip.get(URL)) == "answer_too_slow"
    assert time.monotonic() - started < 2


def test_a_host_that_does_not_answer_is_unreachable() -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    with pytest.raises(Unreachable) as caught:
        fetcher(fail).get(URL)
    assert (caught.value.code, caught.value.params["error_class"]) == ("host_unreachable", "ConnectError")
    assert (
        code_of(lambda: fetcher(fail).put(URL, b"{}", content_type="application/json")) == "host_unreachable"
    )


def test_what_is_sent_arrives_and_its_answer_is_bounded() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return said(201, request.headers["content-type"].encode() + b" " + request.content)

    answered = fetcher(answer).exchange("POST", URL, b"{}", content_type="application/json")
    assert (answered.status, answered.body) == (201, b"application/json {}")
    assert fetcher(answer).post(URL, b"{}", content_type="a/b") == 201
    assert code_of(lambda: fetcher(answer).put(URL, b"x" * 1001, content_type="a/b")) == "answer_too_large"


class _Redirecting(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(302)
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        """Silent."""


def test_over_a_real_socket_a_redirect_is_not_followed() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Redirecting)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        host = f"127.0.0.1:{server.server_port}"
        client = Fetcher(Hosts(frozenset({host})))
        assert code_of(lambda: client.get(f"http://{host}/")) == "answer_not_ok"
        client.close()
    finally:
        server.shutdown()
        server.server_close()
