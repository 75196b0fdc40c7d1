"""A small project with rules of its own and a run; runs made by hand; a server; a browser."""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from cleaner.cli import main
from cleaner.review.overrides import RulesHome
from cleaner.review.session import Session
from cleaner.rules import load
from cleaner.rules.examples import ARTICLE
from cleaner.runs import list_runs

RULES = """\
# Our own rules. This comment stays.
source: news.example
describe: "The Example News."   # and this one

rules:
  # the byline
  - id: byline
    why: The author stands above the text.
    category: byline
    line: '/By (?P<author>%{person})/'   # one line
    where: {first: 3}
    confidence: certain       # proven
    examples:
      - "Rain expected\\n[[By Ada Byron]]\\nIt will rain."
      - "Rain expected\\n[[By Charles Babbage]]\\n\\nIt will rain."
      - "By Ada Byron's account it rained."
      - "It will rain.\\n\\nAnd rain.\\n\\nAnd rain.\\n\\nBy Ada Byron"

  - id: teaser
    why: A link to another article.
    category: related
    line: 'Also read: ...'
    examples:                 # two of them
      - "It rained.\\n[[Also read: What to do in rain]]\\nIt stopped."
      - "She also read: a book."
"""

CONFIG = """\
# the project's configuration
rules = ["my-rules"]

[sources]
'corpus/**' = "news.example"
"""

PERSONS = ("Ada Byron", "Charles Babbage", "Mary Somerville", "Grace Hopper")


def articles() -> dict[str, str]:
    """Names and texts. One teaser stands in every article, one in the third alone."""
    found = {}
    for number, person in enumerate(PERSONS):
        body = "\n\n".join(ARTICLE[3 * number : 3 * number + 3])
        end = "\n\n".join(ARTICLE[3 * number + 3 : 3 * number + 6])
        noise = "Also read: The rain in numbers\n\nAdvertisement - Continue Reading Below"
        extra = "\n\nAlso read: a poem, she told the crowd, and the crowd read it too." if number == 2 else ""
        found[f"{number}.txt"] = f"The ferry, part {number}\nBy {person}\n\n{body}\n\n{noise}\n\n{end}{extra}\n"
    return found


@dataclass
class Project:
    """A project folder and what is done in it."""

    folder: Path

    def clean(self, *words: str) -> int:
        return main(["clean", "corpus", "-o", "clean", "--force", "-q", *words])

    def out(self, name: str) -> str:
        return (self.folder / "clean" / name).read_text("utf-8")

    @property
    def run(self) -> Path:
        """The latest run; names tell seconds apart, and a test makes two in one."""
        return max(list_runs(self.folder / ".cleaner" / "runs"), key=lambda run: (run / "run.json").stat().st_mtime_ns)

    def home(self) -> RulesHome:
        from cleaner import config

        read = config.read(self.folder / "cleaner.toml") if (self.folder / "cleaner.toml").exists() else None
        folders = tuple(read.values.get("rules", ())) if read else ()
        library = load.load_library(folders)
        return RulesHome(self.folder, folders, self.folder / "cleaner.toml", library)

    def session(self) -> Session:
        return Session(self.run, self.home())

    def keep_file(self) -> str:
        return (self.folder / ".cleaner" / "keep.yml").read_text("utf-8")

    def rules(self) -> str:
        return (self.folder / "my-rules" / "news.yaml").read_text("utf-8")

    def cut(self, session: Session, text: str) -> str:
        """The key of the cut whose text begins so."""
        (key,) = [cut.key for cut in session.review.cuts if cut.preview.startswith(text)]
        return key

    def write(self, session: Session) -> str:
        """Save what is decided; return what was said."""
        planned = session.planned()
        assert planned["problems"] == []
        said: str = session.save(planned["digest"])["said"]
        return said


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project that was cleaned once."""
    folder = tmp_path / "project"
    (folder / "my-rules").mkdir(parents=True)
    (folder / "my-rules" / "news.yaml").write_text(RULES, "utf-8")
    (folder / "cleaner.toml").write_text(CONFIG, "utf-8")
    (folder / "corpus").mkdir()
    for name, text in articles().items():
        (folder / "corpus" / name).write_text(text, "utf-8")
    shipped = tmp_path / "shipped"  # one of the shipped rule files: all of them take seconds to read, time and again
    (shipped / "generic").mkdir(parents=True)
    for name in ("patterns.yaml", "generic/ad-label.yaml"):
        shutil.copy(Path(__file__).parents[2] / "rules" / name, shipped / name)
    monkeypatch.setattr(load, "shipped_folder", lambda: shipped)
    monkeypatch.chdir(folder)
    new = Project(folder)
    assert new.clean() == 0
    return new


def _edit(
    text: str, start: int, end: int, rule: str = "generic/read-more", new: str = "", **more: Any
) -> dict[str, Any]:
    """One edit of a text as a run record has it."""
    old = text[start:end]
    return {
        "start": start,
        "end": end,
        "line": text.count("\n", 0, start) + 1,
        "column": 1,
        "old": old,
        "new": new,
        "rules": [rule],
        "why": "It is of the template.",
        "confidence": "likely",
        "category": "related",
        "captures": [],
        "fingerprint": sha256(f"{text}{start}".encode("utf-8", "surrogatepass")).hexdigest()[:16],
        "before": text[max(0, start - 200) : start],
        "after": text[end : end + 200],
        **more,
    }


def _write_run(project: Path, documents: list[tuple[str, str, list[dict[str, Any]]]], **summary: Any) -> Path:
    """A run record made by hand: documents as (path, original text, edits). The texts are written as inputs."""
    folder = project / ".cleaner" / "runs" / "20261123T084012Z-1a2b"
    folder.mkdir(parents=True)
    lines = []
    for path, text, edits in documents:
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        raw = text.encode("utf-8")
        (project / path).write_bytes(raw)
        removed = sum(one["end"] - one["start"] - len(one["new"]) for one in edits)
        line = {
            "id": path,
            "path": path,
            "record": None,
            "offset": None,
            "output": None,
            "source": "news.example",
            "encoding": "utf-8",
            "characters": len(text),
            "removed": removed,
            "sha256": "0" * 64,
            "original_sha256": sha256(raw).hexdigest(),
            "edits": edits,
        }
        lines.append(json.dumps(line, ensure_ascii=False))
    (folder / "edits.jsonl").write_text("".join(line + "\n" for line in lines), "utf-8")
    characters = sum(len(text) for _, text, _ in documents)
    known = {
        "format": 1,
        "id": folder.name,
        "started": "2026-11-23T08:40:12Z",
        "ended": "2026-11-23T08:41:12Z",
        "folder": str(project),
        "documents": len(documents),
        "changed": len(documents),
        "characters": characters,
        "removed": 1,
        **summary,
    }
    (folder / "run.json").write_text(json.dumps(known), "utf-8")
    return folder


class Made:
    """Runs made by hand."""

    edit = staticmethod(_edit)
    run = staticmethod(_write_run)


@pytest.fixture
def made() -> Made:
    return Made()


@dataclass
class Served:
    """A server in a thread of this process."""

    address: str
    session: Session


@pytest.fixture
def serve() -> Iterator[Callable[[Session], Served]]:
    """Serve sessions until the test ends."""
    import asyncio
    import secrets
    import socket

    import uvicorn

    from cleaner.review.server import make_app

    stops: list[Callable[[], None]] = []

    def begin(session: Session) -> Served:
        listening = socket.create_server(("127.0.0.1", 0))
        host = f"127.0.0.1:{listening.getsockname()[1]}"
        token = secrets.token_urlsafe(24)
        config = uvicorn.Config(make_app(session, token, host), log_level="error", lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=lambda: asyncio.run(server.serve([listening])), daemon=True)
        thread.start()

        def stop() -> None:
            server.should_exit = True
            thread.join(10)

        stops.append(stop)
        return Served(f"http://{host}/{token}/", session)

    yield begin
    for stop in stops:
        stop()


CHROMIUM = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The system's Chromium, without a window."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium; .ci/run installs it")
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM.split())
        yield browser
        browser.close()


@pytest.fixture
def tab(chromium: Any) -> Iterator[Any]:
    """An empty page; anything that it writes to its console as an error fails the test, and so does any request that
    does not go to the address it was opened with."""
    context = chromium.new_context(viewport={"width": 1280, "height": 860}, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(8000)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.wrong = wrong
    yield page
    assert [one for one in wrong if "409" not in one] == []
    context.close()
