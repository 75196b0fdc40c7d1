"""The page in a real browser: each screen, each key, each decision, and text that would like to be more than text."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from cleaner.review.overrides import RulesHome
from cleaner.review.session import Session
from cleaner.rules.load import Library
from cleaner.rules.model import Pack

TEASER = "Also read: The rain in numbers"
POEM = "Also read: a poem"
NOISE = "Advertisement - Continue Reading Below"


@pytest.fixture
def opened(project: Any, serve: Callable[[Session], Any], tab: Any) -> Any:
    """The page of a project's run; ``.session`` is what it decides in."""
    served = serve(project.session())
    tab.goto(served.address)
    tab.wait_for_selector(".wide tbody tr")
    tab.session = served.session
    return tab


def press(tab: Any, *keys: str) -> None:
    for key in keys:
        tab.keyboard.press(key)


def said(tab: Any, words: str) -> None:
    tab.wait_for_function("words => document.getElementById('said').textContent.includes(words)", arg=words)


def select(tab: Any, text: str) -> None:
    """Choose the cut of that text on the screen Decide, by its search."""
    press(tab, "2")
    tab.wait_for_selector(".facts")
    press(tab, "/")
    tab.keyboard.type(text)
    tab.wait_for_function(
        "text => document.querySelectorAll('.row').length === 1"
        " && document.querySelector('.context del').textContent.trim().startsWith(text)",
        arg=text,
    )
    press(tab, "Escape")


def test_overview(opened: Any) -> None:
    assert opened.inner_text(".figures div:nth-child(1) b") == "4"
    rows = opened.locator(".wide tbody tr")
    risks = [float(row.locator(".meter .number").inner_text()) for row in rows.all()]
    assert risks == sorted(risks, reverse=True)
    assert len(risks) == 3
    charts = opened.locator(".chart")
    assert charts.count() == 2
    assert "news.example" in charts.nth(1).inner_text()
    head = opened.locator("th[data-key=cuts]")
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    cuts = [int(row.locator("td").nth(2).inner_text()) for row in rows.all()]
    assert cuts == sorted(cuts, reverse=True)
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    press(opened, "/")
    opened.keyboard.type("teaser")
    assert rows.count() == 1
    rows.locator("button.link").click()
    opened.wait_for_selector(".facts")
    assert opened.locator("select").nth(0).input_value() == "sample"
    assert opened.locator(".row").count() == 2


def test_decide_shows_all_that_is_known(opened: Any) -> None:
    select(opened, "By Ada Byron")
    detail = opened.locator(".detail")
    text = detail.inner_text()
    for known in (
        "news.example/byline",
        "certain",
        "The author stands above the text.",
        "0.txt",
        "line 2",
        "Share of the document",
        "nowhere else",
        "by no other rule",
        "Risk",
        "author",
        "where: {first: 3}",
        "my-rules/news.yaml:7",
    ):
        assert known in text
    assert "examples" not in detail.locator("pre").inner_text()
    assert detail.locator(".context del").inner_text().strip() == "By Ada Byron"
    assert (
        detail.locator(".context del").evaluate("node => getComputedStyle(node).textDecorationLine") == "line-through"
    )
    assert "The ferry, part 0" in detail.locator(".context").inner_text()


def test_the_same_cut_at_its_other_places(opened: Any) -> None:
    select(opened, TEASER)
    names = set()
    for _ in range(4):
        names.add(opened.inner_text(".where button"))
        before = opened.inner_text(".places")
        press(opened, "ArrowRight")
        opened.wait_for_function("before => document.querySelector('.places').innerText !== before", arg=before)
    assert {name.rpartition("/")[2] for name in names} == {f"{number}.txt" for number in range(4)}
    press(opened, "ArrowLeft")
    said(opened, "Place ")


DECISIONS = [
    ("a", "accept", POEM, "Accepted", ("accepted", POEM)),
    ("k", "keep", POEM, "Kept", ("keep", POEM)),
    ("k", "keep", TEASER, "Kept", ("keep", TEASER)),
    ("h", "here", TEASER, "Kept here", ("keep", TEASER)),
    ("e", "everywhere", POEM, "Kept everywhere", ("keep", POEM)),
    ("r", "rest", POEM, "Accepted the rest of news.example/teaser", ("accepted", "news.example/teaser")),
    (
        "d",
        "demote",
        "By Ada Byron",
        "Demoted news.example/byline to likely",
        ("rules", "confidence: likely       # proven"),
    ),
    ("o", "off", POEM, "Switched off news.example/teaser", ("rules", "disable:\n  - news.example/teaser")),
    ("x", "example", POEM, "Example saved for news.example/teaser", ("rules", "[[Also read: a poem, she told")),
]


@pytest.mark.parametrize("by", ["key", "mouse"])
@pytest.mark.parametrize(("key", "kind", "text", "words", "written"), DECISIONS)
def test_a_decision_to_the_bytes(
    opened: Any, project: Any, by: str, key: str, kind: str, text: str, words: str, written: tuple[str, str]
) -> None:
    select(opened, text)
    if by == "key":
        press(opened, key)
    else:
        opened.click(f".actions [data-kind={kind}]")
    said(opened, words)
    (decision,) = opened.session.journal.standing("draft")
    assert decision.kind == kind
    if by == "key":
        press(opened, "4")
    else:
        opened.click("#tabs a:has-text('Save')")
    opened.wait_for_selector(".diff")
    section, content = written
    diff = "\n".join(opened.locator(".diff pre").all_inner_texts())
    assert f"+{content.splitlines()[-1]}" in diff or content in diff.replace("\n+", "\n")
    keep = project.folder / ".cleaner" / "keep.yml"
    assert not keep.exists(), "nothing is written before it is shown"
    if by == "key":
        press(opened, "w")
    else:
        opened.click("#write")
    said(opened, "1 decision written to")
    if section == "rules":
        assert content in project.rules()
    else:
        (entry,) = yaml.safe_load(keep.read_text("utf-8"))[section]
        assert content in json.dumps(entry)
    assert "Already written" in opened.inner_text("main")


def test_undo_and_skip(opened: Any) -> None:
    press(opened, "2")
    opened.wait_for_selector(".facts")
    first = opened.inner_text(".row[aria-selected=true] .row-text")
    text = opened.inner_text(".context del").strip()[:20]
    press(opened, "s")
    said(opened, "Skipped")
    assert opened.session.journal.drafts == 0
    assert opened.inner_text(".row[aria-selected=true] .row-text") != first
    press(opened, "ArrowUp")
    opened.wait_for_function(
        "first => document.querySelector('.context del').textContent.trim().startsWith(first)", arg=text
    )
    press(opened, "a")
    said(opened, "Accepted")
    opened.wait_for_selector(".badge")
    opened.wait_for_selector("#row-0 .state.accepted")
    press(opened, "u")
    said(opened, "Undone: Accepted")
    opened.wait_for_selector(".badge", state="detached")
    assert opened.session.journal.drafts == 0


def test_what_is_saved_can_be_undone(opened: Any, project: Any) -> None:
    before = project.rules()
    select(opened, POEM)
    press(opened, "o")
    said(opened, "Switched off")
    press(opened, "4")
    opened.wait_for_selector("#write")
    press(opened, "w")
    said(opened, "written to")
    opened.click(".drafts button")
    said(opened, "Save to take it out of the files")
    opened.wait_for_selector(".taken")
    press(opened, "w")
    said(opened, "written to")
    assert project.rules() == before


def test_keys_and_help(opened: Any) -> None:
    for key, title in (("2", "Decide"), ("3", "Document"), ("4", "Save"), ("1", "Overview")):
        press(opened, key)
        opened.wait_for_selector(f"a[aria-current]:has-text('{title}')")
    press(opened, "?")
    text = opened.inner_text("#help")
    for key in "akhedroxsufw":
        assert f"\n{key}" in text or f" {key} " in text
    opened.get_by_label("Single keys").uncheck()
    press(opened, "Escape")
    press(opened, "2")
    opened.wait_for_timeout(100)
    assert opened.locator("a[aria-current]").inner_text().endswith("Overview")
    press(opened, "?")
    opened.get_by_label("Single keys").check()
    opened.click("#help button")
    press(opened, "2")
    opened.wait_for_selector("a[aria-current]:has-text('Decide')")
    opened.go_back()
    opened.wait_for_selector("a[aria-current]:has-text('Overview')")


def test_moving_in_the_list(opened: Any) -> None:
    press(opened, "2")
    opened.wait_for_selector(".facts")

    def at() -> str:
        found: str = opened.get_attribute(".row[aria-selected=true]", "aria-posinset")
        return found

    for key, place in (
        ("j", "2"),
        ("ArrowDown", "3"),
        ("p", "2"),
        ("ArrowUp", "1"),
        ("End", "7"),
        ("Home", "1"),
        ("PageDown", "7"),
    ):
        press(opened, key)
        opened.wait_for_function(
            "place => document.querySelector('.row[aria-selected=true]')?.getAttribute('aria-posinset') === place",
            arg=place,
        )
        assert at() == place
    opened.wait_for_function("() => document.querySelector('.detail h2').textContent.length > 3")


def test_document(opened: Any, project: Any) -> None:
    select(opened, POEM)
    press(opened, "f")
    opened.wait_for_selector(".pages")
    assert opened.inner_text("h1").endswith("2.txt")
    cards = opened.locator(".pages > section")
    assert cards.count() == 2
    clean = cards.nth(1).locator(".page-text").evaluate("node => node.textContent")
    assert clean == project.out("2.txt")
    shown = (
        cards.nth(0)
        .locator(".page-text")
        .evaluate(
            "node => { const copy = node.cloneNode(true);"
            " copy.querySelectorAll('.only-read, .tag').forEach(one => one.remove()); return copy.textContent; }"
        )
    )
    assert shown == (project.folder / "corpus" / "2.txt").read_text("utf-8")
    assert POEM in opened.inner_text(".mark.chosen")
    press(opened, "k")
    said(opened, "Kept here")
    (decision,) = opened.session.journal.standing("draft")
    assert (decision.kind, decision.text.strip()[: len(POEM)]) == ("here", POEM)
    press(opened, "ArrowUp", "ArrowUp")
    said(opened, "Cut 2 of 4")
    press(opened, "a")
    said(opened, "Accepted")
    press(opened, "]")
    opened.wait_for_function("() => document.querySelector('h1').textContent.endsWith('3.txt')")
    press(opened, "[")
    opened.wait_for_function("() => document.querySelector('h1').textContent.endsWith('2.txt')")
    opened.fill("#filter", "0.txt")
    opened.wait_for_selector("datalist option", state="attached")
    opened.fill("#filter", opened.get_attribute("datalist option", "value"))
    opened.wait_for_function("() => document.querySelector('h1').textContent.endsWith('0.txt')")


def test_a_document_that_changed_shows_its_cuts(opened: Any, project: Any) -> None:
    for folder in ("corpus", "clean"):
        (project.folder / folder / "2.txt").write_text("another text\n", "utf-8")
    select(opened, POEM)
    press(opened, "f")
    opened.wait_for_selector(".note")
    assert "cannot be shown" in opened.inner_text(".note")
    assert POEM in opened.inner_text(".context.chosen del")
    press(opened, "k")
    said(opened, "Kept here")


def test_a_server_that_is_gone_is_told_of(opened: Any) -> None:
    select(opened, POEM)
    opened.route("**/api/**", lambda route: route.abort())
    press(opened, "k")
    said(opened, "does not answer")
    assert opened.session.journal.drafts == 0
    opened.wrong.clear()


HOSTILE = (
    "<script>window.broken = 1</script><img src=x onerror='window.broken = 2'>\n",
    "</script><script>window.broken = 3</script><!-- <script> \u2028 ]]> {{ 7*7 }} [bold red]x[/] &amp;\n",
    "שלום עולם \u202e evil.exe \u2066 abc \u200b def\n",
    "😀😀😀 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 👩‍👩‍👧 é\u0301\n",
    "x" * 1_000_000 + "\n",
    "\u0007\u001b[31m red \x9b \ufeff\n",
)


def hostile_run(made: Any, folder: Path) -> None:
    edits, start = [], len("😀 head\n")
    text = "😀 head\n" + "".join(line + "kept 😀 line\n" for line in HOSTILE)
    for number, line in enumerate(HOSTILE):
        edits.append(
            made.edit(
                text,
                start,
                start + len(line),
                rule=f"generic/r{number}",
                captures=[["author<b>", line[:50]]],
                why="<i>why</i>",
            )
        )
        start += len(line) + len("kept 😀 line\n")
    made.run(folder, [("<b>name</b> \u202egnp.txt", text, edits)])


def empty_home(folder: Path) -> RulesHome:
    return RulesHome(folder, (), folder / "cleaner.toml", Library({"generic": Pack("generic")}))


def test_corpus_text_is_only_ever_text(made: Any, tmp_path: Path, serve: Callable[[Session], Any], tab: Any) -> None:
    hostile_run(made, tmp_path)
    (run,) = (tmp_path / ".cleaner" / "runs").iterdir()
    session = Session(run, empty_home(tmp_path))
    tab.goto(serve(session).address)
    tab.wait_for_selector(".wide tbody tr")
    press(tab, "2")
    tab.wait_for_selector(".facts")
    texts = []
    for number in range(len(HOSTILE)):
        tab.wait_for_function(
            "n => document.querySelector('.row[aria-selected=true]')?.getAttribute('aria-posinset') === String(n)",
            arg=number + 1,
        )
        rule = tab.inner_text(".row[aria-selected=true] .row-rule")
        tab.wait_for_function("rule => document.querySelector('.detail h2').textContent === rule", arg=rule)
        shown = tab.locator(".context del").evaluate("node => node.textContent")
        texts.append((int(rule[-1]), shown))
        press(tab, "ArrowDown")
    by_number = dict(texts)
    assert by_number[0] == HOSTILE[0]
    assert by_number[1] == HOSTILE[1].replace("\u2028", "U+2028")
    assert by_number[2] == "שלום עולם U+202E evil.exe U+2066 abc U+200B def\n"
    assert by_number[3].replace("U+200D", "\u200d") == HOSTILE[3]
    assert "980,000 characters not shown" in by_number[4] or "980,001 characters not shown" in by_number[4]
    assert "U+0007U+001B[31m" in by_number[5]
    press(tab, "f")
    tab.wait_for_selector(".pages")
    shown = tab.locator(".pages > section").nth(1).locator(".page-text").evaluate("node => node.textContent")
    assert shown == "😀 head\n" + "kept 😀 line\n" * len(HOSTILE)
    press(tab, "1")
    tab.wait_for_selector(".wide tbody tr")
    assert tab.evaluate("window.broken") is None
    assert tab.locator("main b:has-text('name'), main script, main img").count() == 0


def many_cuts(folder: Path, number: int) -> Path:
    """A run of that many cuts, all different, written without much ado."""
    run = folder / ".cleaner" / "runs" / "20261123T084012Z-1a2b"
    run.mkdir(parents=True)
    each = 20
    with (run / "edits.jsonl").open("w", encoding="utf-8") as file:
        for document in range(number // each):
            edits = [
                {
                    "start": 100 * at,
                    "end": 100 * at + 60,
                    "line": at,
                    "column": 1,
                    "new": "",
                    "old": f"Subscribe to newsletter number {document}-{at} and read it each day.\n",
                    "rules": [f"generic/rule-{at % 7}"],
                    "why": "Of the template.",
                    "confidence": "likely",
                    "category": "newsletter",
                    "captures": [],
                    "fingerprint": f"{document * each + at:016x}",
                    "before": "It rained. " * 9,
                    "after": "It stopped. " * 9,
                }
                for at in range(each)
            ]
            line = {
                "id": f"{document}.txt",
                "path": f"{document}.txt",
                "source": "news.example",
                "characters": 9000,
                "removed": 1200,
                "edits": edits,
            }
            file.write(json.dumps(line) + "\n")
    known = {
        "id": run.name,
        "started": "x",
        "ended": "x",
        "folder": str(folder),
        "documents": number // each,
        "characters": number * 450,
        "removed": number * 60,
    }
    (run / "run.json").write_text(json.dumps(known), "utf-8")
    return run


@pytest.mark.slow
def test_a_hundred_thousand_cuts(tmp_path: Path, serve: Callable[[Session], Any], tab: Any) -> None:
    session = Session(many_cuts(tmp_path, 100_000), empty_home(tmp_path))
    assert len(session.review.cuts) == 100_000
    served = serve(session)
    tab.goto("about:blank")
    began = time.perf_counter()
    tab.goto(served.address + "#decide")
    tab.wait_for_selector(".facts")
    opened = time.perf_counter() - began
    assert opened < 2
    assert tab.locator(".row").count() < 60
    worst = tab.evaluate(
        """async () => {
          const list = document.querySelector('.long-list');
          let last = performance.now(), worst = 0;
          for (let frame = 0; frame < 120; frame += 1) {
            list.scrollTop += frame % 40 === 39 ? 400000 : 130;
            await new Promise(requestAnimationFrame);
            const now = performance.now();
            if (frame > 5) worst = Math.max(worst, now - last);
            last = now;
          }
          return worst;
        }"""
    )
    assert worst < 250  # milliseconds between two frames, on a machine with other work to do
    press(tab, "End")
    tab.wait_for_selector("[aria-posinset='100000'][aria-selected=true]")
    tab.wait_for_function(
        "() => document.querySelector('.context del').textContent.trim()"
        " === document.querySelector('.row[aria-selected=true] .row-text').textContent.trim()"
    )
    began = time.perf_counter()
    press(tab, "a")
    said(tab, "Accepted")
    assert time.perf_counter() - began < 2
    print(f"opened in {opened:.2f} s, worst frame {worst:.0f} ms")


def findings(tab: Any) -> list[str]:
    """What axe-core finds on the page as it stands, from serious upward."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(tab).response["violations"]
    return [
        f"{one['id']}: {node['html'][:150]} {node['failureSummary'][:200]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(project: Any, serve: Callable[[Session], Any], chromium: Any, scheme: str) -> None:
    context = chromium.new_context(color_scheme=scheme, bypass_csp=True, reduced_motion="reduce")
    tab = context.new_page()
    tab.goto(serve(project.session()).address)
    tab.wait_for_selector(".wide tbody tr")
    assert findings(tab) == []
    press(tab, "2")
    tab.wait_for_selector(".facts")
    press(tab, "a")
    said(tab, "Accepted")
    assert findings(tab) == []
    press(tab, "d")
    said(tab, "Demoted")
    press(tab, "3")
    tab.wait_for_selector(".pages")
    assert findings(tab) == []
    press(tab, "4")
    tab.wait_for_selector(".diff")
    assert findings(tab) == []
    press(tab, "?")
    tab.wait_for_selector("#help[open]")
    assert findings(tab) == []
    context.close()


def test_by_keyboard_alone(opened: Any) -> None:
    """Tab reaches what can be done, and what has the focus can be seen."""
    press(opened, "Tab")
    assert opened.evaluate("document.activeElement.className") == "skip"
    press(opened, "2")
    opened.wait_for_selector(".facts")
    reached = set()
    for _ in range(40):
        press(opened, "Tab")
        reached.add(
            opened.evaluate(
                "[document.activeElement].map(node => node.dataset.kind || node.className || node.tagName)[0]"
            )
        )
        assert opened.evaluate(
            "[document.activeElement].every(node => node === document.body"
            " || getComputedStyle(node).outlineStyle !== 'none')"
        )
    assert {"accept", "keep", "everywhere", "off", "example", "skip"} <= reached


def test_a_narrow_window_needs_no_scrolling_sideways(opened: Any) -> None:
    """320 pixels, as a wide window at 400 % has (WCAG 1.4.10). Tables may scroll in their own box."""
    opened.set_viewport_size({"width": 320, "height": 700})
    for key, selector in (("1", ".wide tbody tr"), ("2", ".facts"), ("3", ".pages"), ("4", ".empty")):
        press(opened, key)
        opened.wait_for_selector(selector)
        assert opened.evaluate("document.documentElement.scrollWidth") <= 320, key


def test_without_motion_nothing_moves(opened: Any) -> None:
    moving = (
        "[...document.querySelectorAll('*')].filter(node => getComputedStyle(node).transitionDuration !== '0s').length"
    )
    assert opened.evaluate(moving) == 0


# --- the page in a file -----------------------------------------------------------------------------


def test_a_page_in_a_file(project: Any, tab: Any) -> None:
    from cleaner.cli import main

    file = project.folder / "report.html"
    assert main(["review", "--html", str(file), "-q"]) == 0
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(file.as_uri())
    tab.wait_for_selector(".wide tbody tr")
    assert tab.inner_text(".figures div:nth-child(1) b") == "4"
    press(tab, "2")
    tab.wait_for_selector(".facts")
    assert tab.locator(".row").count() == 7
    assert tab.locator(".actions").count() == 0
    press(tab, "a")
    press(tab, "/")
    tab.keyboard.type("a poem")
    tab.wait_for_function("() => document.querySelectorAll('.row').length === 1")
    press(tab, "Escape")
    press(tab, "f")
    tab.wait_for_selector(".pages")
    assert tab.locator("h1").inner_text().endswith("2.txt")
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert "connect-src" not in tab.get_attribute("meta[http-equiv]", "content")


def test_hostile_text_in_a_file(made: Any, tmp_path: Path, tab: Any) -> None:
    from cleaner.cli.review import _write

    hostile_run(made, tmp_path)
    (run,) = (tmp_path / ".cleaner" / "runs").iterdir()
    _write(tmp_path / "page.html", run, tmp_path, None)
    tab.goto((tmp_path / "page.html").as_uri())
    tab.wait_for_selector(".wide tbody tr")
    press(tab, "2")
    tab.wait_for_selector(".facts")
    assert tab.locator(".row").count() == len(HOSTILE)
    assert tab.evaluate("window.broken") is None
    assert tab.locator("script").count() == 2


def test_a_page_of_many_cuts_is_a_sample_with_the_counts_of_all(tmp_path: Path, tab: Any) -> None:
    from cleaner.cli.review import _write

    run = many_cuts(tmp_path, 20_000)
    file = tmp_path / "page.html"
    _write(file, run, tmp_path, None)
    assert file.stat().st_size < 2_000_000
    tab.goto(file.as_uri())
    tab.wait_for_selector(".wide tbody tr")
    assert tab.inner_text(".figures div:nth-child(4) b") == "20,000"
    press(tab, "2")
    tab.wait_for_selector(".facts")
    assert "210 cut texts of 20,000" in tab.inner_text(".total")
