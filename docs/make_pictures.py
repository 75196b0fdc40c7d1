"""Make the pictures of the review page: a run over the seeds, some decisions, and the four screens.

    python docs/make_pictures.py [FOLDER]

It needs the extra `test` and Chromium. What it decides, it decides in a copy.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUN = "20261123T084012Z-1a2b"
"""The name of the run in the pictures, so that they do not change with the clock."""

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --hide-scrollbars --force-color-profile=srgb"
)


def make_run(project: Path) -> Path:
    """Clean a copy of the seeds in ``project``; return the folder of the run's record."""
    from cleaner.cli import main
    from cleaner.runs import list_runs

    shutil.copytree(ROOT / "seeds", project / "articles")
    os.chdir(project)
    assert main(["clean", "articles", "-o", "clean", "-q"]) == 0
    (made,) = list_runs(project / ".cleaner" / "runs")
    run = made.rename(made.parent / RUN)
    known = json.loads((run / "run.json").read_text("utf-8"))
    (run / "run.json").write_text(json.dumps({**known, "id": RUN}), "utf-8")
    return run


@contextmanager
def served(project: Path, run: Path) -> Iterator[str]:
    """Serve the review of ``run``; yield its address."""
    import uvicorn

    from cleaner.review.overrides import RulesHome
    from cleaner.review.server import make_app
    from cleaner.review.session import Session
    from cleaner.rules.load import load_library

    home = RulesHome(project, (), project / "cleaner.toml", load_library())
    session = Session(run, home, today="2026-11-23")
    listening = socket.create_server(("127.0.0.1", 0))
    host = f"127.0.0.1:{listening.getsockname()[1]}"
    server = uvicorn.Server(uvicorn.Config(make_app(session, "pictures", host), log_level="error", lifespan="off"))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve([listening])), daemon=True)
    thread.start()
    try:
        yield f"http://{host}/pictures/"
    finally:
        server.should_exit = True
        thread.join(10)


def make_pictures(folder: Path) -> list[Path]:
    """Write the four pictures into ``folder``; return their paths."""
    from playwright.sync_api import sync_playwright

    folder.mkdir(parents=True, exist_ok=True)
    names = [folder / f"review-{screen}.png" for screen in ("overview", "decide", "document", "save")]
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as name:
        project = Path(name).resolve()
        with served(project, make_run(project)) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS.split())
            tab = browser.new_page(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
            tab.goto(address)
            tab.wait_for_selector(".wide tbody tr")
            tab.screenshot(path=names[0])
            tab.keyboard.press("2")
            tab.wait_for_selector(".facts")
            tab.keyboard.press("ArrowDown")
            tab.wait_for_selector("#row-1[aria-selected=true]")
            tab.wait_for_timeout(300)
            tab.screenshot(path=names[1])
            tab.keyboard.press("f")
            tab.wait_for_selector(".mark.chosen")
            tab.screenshot(path=names[2])
            tab.keyboard.press("2")
            tab.wait_for_selector(".facts")
            for number, key in enumerate("ako"):
                tab.keyboard.press(key)
                tab.wait_for_function(
                    "drafts => document.querySelector('.badge')?.textContent.startsWith(drafts)", arg=str(number + 1)
                )
                tab.wait_for_function("() => !state.busy")
            tab.keyboard.press("4")
            tab.wait_for_selector(".diff", timeout=60_000)
            tab.screenshot(path=names[3])
            browser.close()
        os.chdir(ROOT)
    return names


if __name__ == "__main__":
    for picture in make_pictures(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "pictures"):
        print(picture)
