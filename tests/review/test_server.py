"""Who may ask the server, and that it loses nothing when it is killed."""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from cleaner.review.journal import Journal


def ask(
    address: str, path: str = "", method: str = "GET", body: bytes | None = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """One request with these headers and no others but Host. A header of ``-`` is left out."""
    url = urlsplit(address)
    connection = http.client.HTTPConnection(url.hostname or "", url.port, timeout=20)
    sent = {"Host": url.netloc, **{name.replace("_", "-"): value for name, value in headers.items()}}
    connection.putrequest(method, path or url.path, skip_host=True, skip_accept_encoding=True)
    for name, value in sent.items():
        if value != "-":
            connection.putheader(name, value)
    if body is not None:
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    answer = connection.getresponse()
    found = answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    connection.close()
    return found


def api(address: str, name: str, body: Any = None) -> Any:
    """Ask as the page does."""
    url = urlsplit(address)
    path = f"{url.path}api/{name}"
    if body is None:
        status, _, raw = ask(address, path)
    else:
        headers = {"Origin": f"http://{url.netloc}", "Content-Type": "application/json"}
        status, _, raw = ask(address, path, "POST", json.dumps(body).encode(), **headers)
    assert status == 200, raw
    return json.loads(raw)


@pytest.fixture
def address(project: Any, serve: Callable[[Any], Any]) -> str:
    found: str = serve(project.session()).address
    return found


def test_the_page_and_what_it_says_of_itself(address: str) -> None:
    status, headers, body = ask(address)
    assert status == 200
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in headers
    assert b"Also read" not in body, "the corpus is asked for, it does not stand in the page"


def refused(address: str) -> dict[str, dict[str, Any]]:
    url = urlsplit(address)
    summary = f"{url.path}api/summary"
    post = {"method": "POST", "path": f"{url.path}api/undo", "body": b"{}"}
    own = {"Origin": f"http://{url.netloc}", "Content_Type": "application/json"}
    return {
        "no token": {"path": "/api/summary"},
        "no token, the page": {"path": "/"},
        "another token": {"path": f"/{'x' * 32}/api/summary"},
        "part of the token": {"path": f"{url.path[:20]}/api/summary"},
        "more than the token": {"path": f"{url.path[:-1]}x/api/summary"},
        "another Host": {"path": summary, "Host": "evil.example"},
        "another Host with our port": {"path": summary, "Host": f"evil.example:{url.port}"},
        "another port": {"path": summary, "Host": "127.0.0.1:1"},
        "no Host": {"path": summary, "Host": ""},
        "another origin": {"path": summary, "Origin": "http://evil.example"},
        "the null origin": {"path": summary, "Origin": "null"},
        "an origin with another port": {"path": summary, "Origin": "http://127.0.0.1:1"},
        "another site": {"path": summary, "Sec_Fetch_Site": "cross-site"},
        "the same site, another port": {"path": summary, "Sec_Fetch_Site": "same-site"},
        "a change without origin": {**post, "Content_Type": "application/json"},
        "a change from elsewhere": {**post, **own, "Origin": "http://evil.example"},
        "a form": {**post, **own, "Content_Type": "application/x-www-form-urlencoded"},
        "plain text": {**post, **own, "Content_Type": "text/plain"},
        "the parent": {"path": f"{url.path}../api/summary"[:200].replace(url.path, "/../")},
    }


@pytest.mark.parametrize("name", list(refused("http://127.0.0.1:1/token/")))
def test_what_is_refused(address: str, name: str) -> None:
    status, headers, body = ask(address, **refused(address)[name])
    assert status in (400, 403)
    assert b"documents" not in body
    assert "content-security-policy" in headers or status == 400


@pytest.mark.parametrize(
    "path",
    [
        "etc/passwd",
        "../../etc/passwd",
        "%2e%2e/%2e%2e/etc/passwd",
        "api/../../cleaner.toml",
        "cleaner.toml",
        "api/run.json",
        "static/review.css",
    ],
)
def test_no_path_leads_to_a_file(address: str, path: str) -> None:
    status, _, body = ask(address, urlsplit(address).path + path)
    assert status in (403, 404)
    assert b"root:" not in body
    assert b"my-rules" not in body


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("cut?key=0000000000000000", 404),
        ("cut", 404),
        ("document?number=99", 404),
        ("document?number=-1", 404),
        ("document?number=x", 400),
        ("document", 404),
        ("cuts?start=-5&count=99999999", 200),
        ("cuts?start=x", 400),
        ("nothing", 404),
    ],
)
def test_wrong_questions_are_answered_shortly(address: str, name: str, status: int) -> None:
    assert ask(address, f"{urlsplit(address).path}api/{name}")[0] == status


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b"{", 400),
        (b"{}", 404),
        (b'{"kind": "burn", "key": "x"}', 409),
        (b" " * 200_000, 400),
    ],
)
def test_wrong_decisions_are_refused(address: str, body: bytes, status: int) -> None:
    url = urlsplit(address)
    headers = {"Origin": f"http://{url.netloc}", "Content_Type": "application/json"}
    assert ask(address, f"{url.path}api/decide", "POST", body, **headers)[0] == status


def test_a_list_keeps_still_while_it_is_decided_on(address: str) -> None:
    first = api(address, "cuts?view=a&order=risk&state=open")
    key = first["rows"][0]["key"]
    api(address, "decide", {"kind": "accept", "key": key, "place": 0})
    again = api(address, "cuts?view=a&order=risk&state=open")
    assert [row["key"] for row in again["rows"]] == [row["key"] for row in first["rows"]]
    assert again["rows"][0]["state"] == "accepted"
    assert api(address, "next?view=a&order=risk&state=open&after=0") == {"at": 1}
    assert key not in [row["key"] for row in api(address, "cuts?view=b&order=risk&state=open")["rows"]]


def begin(folder: Path) -> tuple[subprocess.Popen[str], str]:
    """A server of its own; its address."""
    command = [sys.executable, "-m", "cleaner", "review", "--no-browser", "--rules", "my-rules"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/[\w-]{32}/", address)
    return process, address


@pytest.mark.slow
def test_a_server_that_is_killed_loses_nothing_it_told_of(project: Any) -> None:
    """Decide and save as fast as can be, kill the server at any moment, and look at the disk."""
    dice = random.Random(5)
    decided, saved = 0, set()
    for _ in range(4):
        process, address = begin(project.folder)
        timer = threading.Timer(dice.uniform(0.05, 0.8), os.kill, (process.pid, signal.SIGKILL))
        try:
            keys = [row["key"] for row in api(address, "cuts?order=risk")["rows"]]
            timer.start()
            while True:
                asked = {"kind": dice.choice(["accept", "keep"]), "key": dice.choice(keys)}
                drafts = api(address, "decide", asked)["drafts"]
                decided += 1
                if drafts > 5:
                    plan = api(address, "plan")
                    api(address, "save", {"digest": plan["digest"]})
                    saved |= {draft["number"] for draft in plan["drafts"]}
        except (OSError, http.client.HTTPException):
            pass  # it was killed
        finally:
            timer.join()
            process.wait()
            process.stdout.close()  # type: ignore[union-attr]
        journal = Journal(project.run)
        assert len(journal.decisions) in (decided, decided + 1), "one may be on the disk that was not told yet"
        decided = len(journal.decisions)
        assert not [number for number in saved if journal.standings[number] == "draft"]
    assert decided > 20
    assert saved
    session = project.session()
    session.plan()
    for cut in session.review.cuts:
        assert session.show.cut(cut.key)["state"] in ("accepted", "kept", "open")


def test_the_command_ends_politely(project: Any) -> None:
    process, address = begin(project.folder)
    assert api(address, "summary")["run"]["documents"] == 4
    process.send_signal(signal.SIGINT)
    assert process.wait(20) in (0, 130)
    process.stdout.close()  # type: ignore[union-attr]
