"""``cleaner review`` as a command."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from cleaner.cli import main


def test_a_port_that_is_taken(project: Any, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["review", "--no-browser", "--port", str(port)]) == 2
    assert f"cannot listen on port {port}" in capsys.readouterr().err
    assert main(["review", "--no-browser", "--port", "70000"]) == 2
    assert "65535" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["nothing"], ["../../etc"], ["a", "b"]])
def test_a_run_that_is_not_there(project: Any, capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    assert main(["review", "--html", "report.html", *words]) == 2
    assert "error: " in capsys.readouterr().err
    assert not (project.folder / "report.html").exists()


def test_a_project_without_runs(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["review", "--html", "report.html", "--isolated"]) == 2
    assert "there is no run" in capsys.readouterr().err


def test_the_browser_is_opened_at_the_address(
    project: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import uvicorn

    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    monkeypatch.setattr(uvicorn.Server, "run", lambda self, sockets: sockets[0].close())
    assert main(["review", project.run.name[:12]]) == 0
    address = capsys.readouterr().out.strip()
    assert opened == [address]
    assert main(["review", "--no-browser"]) == 0
    assert opened == [address]
    assert capsys.readouterr().out.strip() != address, "each has a token of its own"


def test_a_page_is_written_though_the_rules_do_not_load(project: Any) -> None:
    (project.folder / "my-rules" / "broken.yaml").write_text("nonsense", "utf-8")
    assert main(["review", "--html", "report.html", "-q"]) == 0
    text = (project.folder / "report.html").read_text("utf-8")
    assert "The rules do not load" in text
    assert str(project.folder) not in text, "a page that is sent around says nothing about the machine"
