"""What a connection may send, over real sockets: heads, bodies and addresses within bounds of size and time."""

import itertools
import socket
import time
from collections.abc import Iterator
from contextlib import suppress

import httpx
import orjson
import psutil
import pytest
from structlog.testing import capture_logs

from rounds.app import create_app
from rounds.http.connection import Bounds
from tests.conftest import settings_for, token_for
from tests.served import PATIENCE, Answer, Served, is_closed, read_answer, served

ORIGIN = "http://localhost:5173"
HURRIED = Bounds(
    head_seconds=0.4, body_seconds=0.4, body_bytes_per_second=1000, lingering_seconds=1.0, parting_seconds=0.1
)


@pytest.fixture(scope="module")
def app(module_url, engines):
    return create_app(settings_for(module_url, engines.redis_url))


@pytest.fixture(scope="module")
def server(app) -> Iterator[Served]:
    with served(app) as server:
        yield server


@pytest.fixture(scope="module")
def hurried(module_url, engines) -> Iterator[Served]:
    """A server that waits for nobody, so that the tests need not either."""
    with served(create_app(settings_for(module_url, engines.redis_url)), HURRIED) as server:
        yield server


def ask(server: Served, *parts: bytes) -> Answer:
    with server.connection() as connection:
        for part in parts:
            connection.sendall(part)
        return read_answer(connection)


def assert_problem(answer: Answer, status: int, code: str) -> None:
    assert answer.status == status
    assert answer.headers["content-type"] == "application/problem+json"
    document = orjson.loads(answer.body)
    assert document["code"] == code
    assert document["status"] == status
    assert document["request_id"] == answer.headers["x-request-id"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["connection"] == "close"


@pytest.mark.parametrize("length", [8_193, 20_000, 70_000, 300_000])
def test_an_address_that_is_too_long_is_a_problem(server, length):
    head = b"GET /patients?q=" + b"a" * length + b" HTTP/1.1\r\nHost: x\r\n\r\n"
    assert_problem(ask(server, head), 414, "uri_too_long")


def test_an_address_of_eight_thousand_bytes_is_read(server):
    assert ask(server, b"GET /health?q=" + b"a" * 8_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n").status == 422


@pytest.mark.parametrize(
    "headers",
    [
        b"X: " + b"a" * 70_000,
        b"X: " + b"a" * 5_000_000,
        b"a" * 70_000 + b": x",
        b"\r\n".join(b"X-%d: %s" % (number, b"a" * 1_000) for number in range(100)),
        b"\r\n".join(b"X-%d: a" % number for number in range(300)),
    ],
    ids=["one-value", "one-huge-value", "one-name", "together", "many"],
)
def test_headers_beyond_their_bound_are_a_problem(server, headers):
    assert_problem(
        ask(server, b"GET /health HTTP/1.1\r\nHost: x\r\n" + headers + b"\r\n\r\n"), 431, "headers_too_large"
    )


def test_headers_within_their_bound_are_read(server):
    headers = b"\r\n".join(b"X-%d: %s" % (number, b"a" * 1_000) for number in range(60))
    assert ask(server, b"GET /health HTTP/1.1\r\nHost: x\r\n" + headers + b"\r\n\r\n").status == 200


@pytest.mark.parametrize("part", [b"a" * 65_536, b"X: aaaa\r\n" * 8_192], ids=["one-line", "lines"])
def test_headers_without_an_end_cost_no_memory(server, part):
    process = psutil.Process()
    before = process.memory_info().rss
    with server.connection() as connection:
        connection.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\nX: ")
        with suppress(ConnectionError):
            for _ in range(80 * 16):  # 80 MB
                connection.sendall(part)
        assert process.memory_info().rss - before < 30_000_000
        assert_problem(read_answer(connection), 431, "headers_too_large")


def test_trailers_are_bounded_and_are_no_headers(server):
    head = b"POST /security/token HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
    assert (
        ask(server, head + b"Origin: " + ORIGIN.encode() + b"\r\n\r\n").headers.get("access-control-allow-origin")
        is None
    )
    with server.connection() as connection, suppress(ConnectionError):
        connection.sendall(head + b"X: ")
        for _ in range(20):
            connection.sendall(b"a" * 65_536)
        assert read_answer(connection).status in {400, 422}
        assert is_closed(connection)


@pytest.mark.parametrize(
    "garbage",
    [
        b"hello\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET  HTTP/1.1\r\n\r\n",
        b"GET /health HTTP/1.1\r\nno colon\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET http://[::1 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /health HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        b"POST /health HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    ],
)
def test_what_is_no_http_is_a_problem_too(server, garbage):
    assert_problem(ask(server, garbage), 400, "malformed_request")


def test_a_broken_chunk_is_a_problem(server):
    token = token_for(server.app, "admin").encode()
    head = (
        b"POST /patients HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token + b"\r\n"
        b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    assert_problem(ask(server, head, b"5\r\nhello\r\nzz\r\n"), 400, "malformed_request")


def test_refusals_can_be_read_across_origins_and_in_the_callers_language(server):
    head = b"GET /health HTTP/1.1\r\nHost: x\r\nOrigin: " + ORIGIN.encode() + b"\r\nAccept-Language: pt\r\nX: "
    answer = ask(server, head + b"a" * 70_000 + b"\r\n\r\n")
    assert_problem(answer, 431, "headers_too_large")
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert answer.headers["content-language"] == "pt"


def test_requests_that_follow_one_another_on_a_connection_are_answered_in_order(server):
    with server.connection() as connection:
        one = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
        connection.sendall(one * 3 + b"GET /?" + b"a" * 9_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        file = connection.makefile("rb")
        received = file.read()
    statuses = [int(line.split()[1]) for line in received.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")]
    # A body ends without a line break of its own, so what follows one begins in the middle of a "line".
    statuses += [int(part.split()[0]) for part in received.split(b"}HTTP/1.1 ")[1:]]
    assert statuses == [200, 200, 200, 414]


# --- slow senders


def test_a_head_that_does_not_end_in_time_is_given_up(hurried):
    with hurried.connection() as connection:
        connection.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n")
        started = time.monotonic()
        assert_problem(read_answer(connection), 408, "request_timeout")
        assert time.monotonic() - started < PATIENCE / 2


def test_a_head_that_trickles_is_given_up(hurried):
    with hurried.connection() as connection:
        connection.sendall(b"GET /health HTTP/1.1\r\n")
        connection.settimeout(0.05)
        for number in itertools.count():
            assert number < 200, "it was waited for all the same"
            connection.sendall(b"X: a\r\n")
            with suppress(TimeoutError):
                connection.recv(1, socket.MSG_PEEK)
                break
        connection.settimeout(PATIENCE)
        assert_problem(read_answer(connection), 408, "request_timeout")


def test_a_connection_that_says_nothing_is_closed(hurried):
    with hurried.connection() as connection:
        assert connection.recv(100) == b""


def posting(server: Served, more: bytes) -> bytes:
    token = token_for(server.app, "admin").encode()
    return (
        b"POST /patients HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token + b"\r\n"
        b"Content-Type: application/json\r\n" + more + b"\r\n\r\n"
    )


@pytest.mark.parametrize("more", [b"Content-Length: 1000", b"Transfer-Encoding: chunked"])
def test_a_body_that_does_not_come_is_given_up(hurried, more):
    with hurried.connection() as connection:
        connection.sendall(posting(hurried, more))
        assert_problem(read_answer(connection), 408, "request_timeout")
        assert is_closed(connection)


def test_a_body_that_trickles_is_given_up(hurried):
    with hurried.connection() as connection:
        connection.sendall(posting(hurried, b"Content-Length: 100000"))
        connection.settimeout(0.05)
        for number in itertools.count():
            assert number < 200, "it was waited for all the same"
            connection.sendall(b" ")
            with suppress(TimeoutError):
                connection.recv(1, socket.MSG_PEEK)
                break
        connection.settimeout(PATIENCE)
        assert_problem(read_answer(connection), 408, "request_timeout")


def test_a_body_that_comes_at_a_fair_pace_is_waited_for(hurried):
    body = b'{"name": "Ada Byron"}'.ljust(3_000)
    with hurried.connection() as connection:
        connection.sendall(posting(hurried, b"Content-Length: 3000"))
        started = time.monotonic()
        for at in range(0, 3_000, 300):
            connection.sendall(body[at : at + 300])
            time.sleep(0.1)  # three times the pace that is asked for
        assert time.monotonic() - started > 2 * HURRIED.body_seconds
        assert read_answer(connection).status == 422


def test_a_client_that_waits_to_be_asked_for_its_body_is_not_slow(hurried):
    with hurried.connection() as connection:
        connection.sendall(posting(hurried, b"Content-Length: 2\r\nExpect: 100-continue"))
        assert connection.recv(100).startswith(b"HTTP/1.1 100 Continue")
        connection.sendall(b"{}")
        assert read_answer(connection).status == 422


def test_a_stream_of_events_is_no_slow_request(hurried):
    headers = {"Authorization": f"Bearer {token_for(hurried.app, 'admin')}"}
    with httpx.Client(base_url=hurried.url, headers=headers) as client, client.stream("GET", "/events") as stream:
        assert stream.status_code == 200
        parts = stream.iter_text()
        assert ": listening" in next(parts)
        time.sleep(2.5 * HURRIED.head_seconds)  # and nobody hung up meanwhile:
        assert client.post("/patients", json={"name": "Ada Byron", "date_of_birth": "1990-01-01"}).status_code == 201
        deadline = time.monotonic() + PATIENCE
        while "rounds.patient.created" not in next(parts):
            assert time.monotonic() < deadline


# --- answers that come before the body has ended


@pytest.mark.parametrize("more", [b"", b"\r\nConnection: close"], ids=["kept", "closing"])
@pytest.mark.parametrize("how", [b"Content-Length: 30000000", b"Transfer-Encoding: chunked"])
def test_who_sends_too_much_can_read_that_it_was_too_much(server, how, more):
    with server.connection() as connection:
        connection.sendall(posting(server, how + more))
        part = b"10000\r\n" + b" " * 65_536 + b"\r\n" if how.endswith(b"chunked") else b" " * 65_536
        for _ in range(450):  # all of it, before a look at the answer, as most clients do
            connection.sendall(part)
        answer = read_answer(connection)
    assert answer.status == 413
    assert orjson.loads(answer.body)["code"] == "body_too_large"


def send_on(connection: socket.socket, part: bytes) -> None:
    for _ in range(1_000):  # 65 MB
        connection.sendall(part)


def test_nobody_is_read_for_ever(module_url, engines):
    bounds = Bounds(lingering_bytes=1_000_000, lingering_seconds=0.3)
    with served(create_app(settings_for(module_url, engines.redis_url)), bounds) as server:
        with server.connection() as connection:
            connection.sendall(posting(server, b"Transfer-Encoding: chunked"))
            with pytest.raises(ConnectionError):
                send_on(connection, b"10000\r\n" + b" " * 65_536 + b"\r\n")
        with server.connection() as connection:
            connection.sendall(posting(server, b"Content-Length: 30000000"))
            assert read_answer(connection).status == 413
            assert is_closed(connection)


def test_a_connection_that_sent_its_body_to_the_end_goes_on_being_used(server):
    with server.connection() as connection:
        connection.sendall(posting(server, b"Content-Length: 3000000") + b" " * 3_000_000)
        assert read_answer(connection).status == 413
        connection.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        assert read_answer(connection).status == 200


def test_who_has_no_token_is_told_before_the_body_is_read(server):
    with server.connection() as connection:
        connection.sendall(
            b"POST /patients HTTP/1.1\r\nHost: x\r\nContent-Length: 20000000\r\nConnection: close\r\n\r\n"
        )
        for _ in range(300):
            connection.sendall(b" " * 65_536)
        assert read_answer(connection).status == 401


# --- clients that vanish


@pytest.mark.parametrize("how", [b"Content-Length: 1000", b"Transfer-Encoding: chunked"])
@pytest.mark.parametrize("target", ["/patients", "/patients/{id}/notes", "/security/token"])
def test_a_client_that_vanishes_while_it_sends_is_logged_as_that(server, how, target):
    token = token_for(server.app, "admin")
    headers = {"Authorization": f"Bearer {token}"}
    media = b"application/x-www-form-urlencoded" if target == "/security/token" else b"application/json"
    if "{id}" in target:
        body = {"name": "Ada Byron", "date_of_birth": "1990-01-01"}
        target = target.format(id=httpx.post(f"{server.url}/patients", json=body, headers=headers).json()["id"])
    with capture_logs() as logged:
        with server.connection() as connection:
            connection.sendall(
                b"POST " + target.encode() + b" HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token.encode()
                + b"\r\nContent-Type: " + media + b"\r\n" + how + b"\r\n\r\n"
            )  # fmt: skip
        deadline = time.monotonic() + PATIENCE
        while not [each for each in logged if each["event"] == "request"]:
            assert time.monotonic() < deadline, "nothing was logged"
            time.sleep(0.01)
    assert [each["status"] for each in logged if each["event"] == "request"] == [499]
    assert not [each for each in logged if each["event"] == "crash"]
    assert 'status="499"' in httpx.get(f"{server.url}/metrics").text


# The end of the server


def test_what_was_sent_to_a_server_that_stops_is_answered_and_told_to_be_the_last(module_url, engines):
    request = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
    app = create_app(settings_for(module_url, engines.redis_url))
    with (
        served(app, Bounds(parting_seconds=PATIENCE), graceful_seconds=round(PATIENCE)) as server,
        server.connection() as unused,
        server.connection() as used,
    ):
        used.sendall(request)
        assert "connection" not in read_answer(used).headers
        server.stop()
        wait_until_refused(server)
        for connection in (used, unused):
            connection.sendall(request)
            answer = read_answer(connection)
            assert (answer.status, answer.headers["connection"]) == (200, "close")
            assert is_closed(connection)


def test_connections_that_nobody_uses_do_not_hold_up_a_server_that_stops(module_url, engines):
    app = create_app(settings_for(module_url, engines.redis_url))
    with (
        served(app, Bounds(parting_seconds=0.1), graceful_seconds=600) as server,
        server.connection() as unused,
        server.connection() as used,
    ):
        used.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        read_answer(used)
        server.stop()
        assert is_closed(used)
        assert is_closed(unused)


def wait_until_refused(server: Served) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            socket.create_connection(server.address, timeout=PATIENCE).close()
        except ConnectionRefusedError:
            return
        time.sleep(0.01)
    pytest.fail("the server goes on accepting connections")
