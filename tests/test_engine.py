"""The engine: the whole way of one document, and the laws it keeps."""

from __future__ import annotations

import pickle
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import cleaner as package
from cleaner.engine import Cleaner, Options
from cleaner.problem import CleanerError
from cleaner.rules.load import Library, load_library
from cleaner.rules.model import Rule
from cleaner.rules.page import Page
from cleaner.rules.pattern import Asked
from cleaner.rules.prefilter import Candidates, Hints, Prefilter
from cleaner.rules.where import checks, holds
from cleaner.text.document import Document
from cleaner.text.edit import apply, check, invert
from cleaner.text.lines import Layout

RULES = r"""
source: news.example
describe: A made-up site.
match:
  any:
    - domain: news.example
    - meta: {publisher: The Example News}
    - fingerprint: ['Example News Network']
rules:
  - id: byline
    why: The author stands above the text.
    category: byline
    line: '/By (?P<author>\w+ \w+)/'
    where: {first: 3}
    confidence: certain
    examples: ["Headline of it\n[[By Ada Byron]]\nIt rained.", "By and by"]
  - id: related
    why: Links to other articles.
    category: related
    section: 'Related'
    while: bullet
    examples: ["It rained.\n[[Related\n- one\n- two]]", "Related"]
  - id: maybe-promo
    why: Perhaps a promo.
    category: promo
    line: 'Try our ...'
    confidence: maybe
    examples: ["It rained.\n[[Try our app]]", "We try our best."]
  - id: slow
    why: A pattern that backtracks for ever.
    category: promo
    line: '/(?:a|aa)+(?:a|aa)+(?:a|aa)+b\d/'
    examples: ["[[aab1]]\nIt rained.", "aab"]
keep:
  - id: photo-essay
    why: In a photo essay the credits are the text.
    line: '/- Photo essay by .*/'
    examples: ["[[- Photo essay by nobody]]", "Photo essay"]
"""
TEXT = "Headline of it\nBy Ada Byron\nIt rained all day.\nTry our app\nRelated\n- one\n- Photo essay by nobody\n- two\n"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("rules")
    (folder / "news.example.yaml").write_text(RULES, encoding="utf-8")
    return load_library([folder], shipped=False)


def test_the_whole_way(library: Library) -> None:
    result = Cleaner(library).clean(Document("a.txt", TEXT, url="https://www.news.example/1"))
    assert result.text == "Headline of it\nIt rained all day.\nTry our app\n- Photo essay by nobody\n"
    assert result.source.name == "news.example"
    assert result.meta["author"] == "Ada Byron"
    assert result.restore() == TEXT
    assert [edit.rules for edit in result.proposed] == [("news.example/maybe-promo",)]
    assert [edit.rules for edit in result.shadowed] == [("news.example/related",)]
    assert "news.example/byline" in result.diff()
    check(TEXT, result.edits)
    assert apply(TEXT, result.edits) == result.text
    assert apply(result.text, invert(result.edits)) == TEXT
    assert len(set(result.fingerprints())) == len(result.edits)


@pytest.mark.parametrize(
    ("document", "name", "by"),
    [
        (Document("a", "x", url="https://www.news.example/1"), "news.example", "domain"),
        (Document("a", "x", source="news.example"), "news.example", "source field"),
        (Document("a", "x", source="www.news.example"), "news.example", "domain"),
        (Document("a", "x", meta={"publisher": "the example news"}), "news.example", "meta"),
        (Document("a", "By the EXAMPLE  news network."), "news.example", "fingerprint"),
        (Document("a", "x", url="https://notnews.example/"), None, "nothing"),
        (Document("a", "x", url="http://[broken"), None, "nothing"),
        (Document("a", "x", source="somewhere else"), None, "nothing"),
    ],
)
def test_source_choice(library: Library, document: Document, name: str | None, by: str) -> None:
    source = Cleaner(library).clean(document).source
    assert source.name == name
    assert by in source.by


def test_the_caller_and_the_path_map_choose_first(library: Library) -> None:
    assert Cleaner(library, Options(source="news.example")).clean(Document("a", "x")).source.by == "named by the caller"
    options = Options(paths=(("**/news/**", "news.example"),))
    assert "path map" in Cleaner(library, options).clean(Document("corpus/news/a.txt", "x")).source.by
    with pytest.raises(CleanerError, match=r"did you mean `news.example`"):
        Cleaner(library, Options(source="news.exampel"))


@pytest.mark.parametrize(
    ("options", "cut"),
    [
        (Options(level="certain"), {"byline"}),
        (Options(level="likely"), {"byline", "related"}),
        (Options(level="maybe"), {"byline", "related", "maybe-promo"}),
        (Options(only=frozenset({"related"})), {"related"}),
        (Options(only=frozenset({"news.example/byline"})), {"byline"}),
        (Options(skip=frozenset({"byline"})), {"related"}),
        (Options(skip=frozenset({"news.example"})), set()),
        (Options(repair="only"), set()),
    ],
)
def test_switches(library: Library, options: Options, cut: set[str]) -> None:
    result = Cleaner(library, replace(options, source="news.example")).clean(Document("a", TEXT))
    assert {rule.partition("/")[2] for edit in result.edits for rule in edit.rules} == cut


def test_unknown_switches_are_errors(library: Library) -> None:
    with pytest.raises(CleanerError, match="did you mean `byline`"):
        Cleaner(library, Options(skip=frozenset({"bylin"})))


def test_the_fuse(library: Library) -> None:
    cleaner = Cleaner(library, Options(max_removed=0.2, source="news.example"))
    result = cleaner.clean(Document("a", TEXT))
    assert result.text == TEXT
    assert result.problem is not None
    assert "% of the text would go" in result.problem.message
    assert result.proposed


def test_one_bad_document_stops_nothing(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cleaner.rules.pattern.TIME_LIMIT", 0.05)
    slow = "a" * 5000 + "c\naab1\nRelated\n- one"
    cleaner = Cleaner(library, Options(source="news.example"))
    bad, good = cleaner.clean_batch([Document("slow", slow + "\n" + "a" * 3000 + "ab"), Document("good", TEXT)])
    assert bad.problem is not None
    assert bad.text == bad.document.text
    assert not bad.edits
    assert good.changed


def test_rules_in_any_order_give_the_same(library: Library) -> None:
    documents = [Document("a", TEXT), Document("b", TEXT[::-1]), Document("c", "")]
    expected = [Cleaner(library).clean(document) for document in documents]
    pack = library.packs["news.example"]
    for seed in range(5):
        rules = list(pack.rules)
        random.Random(seed).shuffle(rules)
        shuffled = Library({pack.name: replace(pack, rules=tuple(rules))})
        assert [Cleaner(shuffled).clean(document).edits for document in documents] == [r.edits for r in expected]


def test_a_cleaner_can_be_pickled(library: Library) -> None:
    cleaner = Cleaner(library, Options(source="news.example"))
    before = cleaner.clean(Document("a", TEXT))
    assert pickle.loads(pickle.dumps(cleaner)).clean(Document("a", TEXT)) == before


def test_the_prefilter_loses_nothing(library: Library, monkeypatch: pytest.MonkeyPatch, texts: list[str]) -> None:
    """The plain way tries every rule on every line; the result is the same."""
    cleaner = Cleaner(load_library(), Options(level="maybe"))
    quick = [cleaner.clean(Document(str(n), text)).edits for n, text in enumerate(texts)]

    def every_line(
        self: Prefilter, layout: Layout, scan: bytes | None = None, hints: Hints | None = None
    ) -> list[tuple[Rule, Candidates]]:
        return [(rule, dict.fromkeys(layout.filled, rule.targets)) for rule in self.rules]

    monkeypatch.setattr(Prefilter, "candidates", every_line)
    monkeypatch.setattr(Asked, "answer", lambda self, line: self._match(line))
    for verb in ("line", "section"):
        monkeypatch.setattr(f"cleaner.rules.verbs.{verb}.placed", lambda where, page, lines: lines)
    for user in ("page", "prefilter"):
        monkeypatch.setattr(f"cleaner.rules.{user}.fits", lambda pattern, line: True)
    plain = [cleaner.clean(Document(str(n), text)).edits for n, text in enumerate(texts)]
    assert quick == plain


def test_conditions_hold_as_they_are_explained(texts: list[str]) -> None:
    """`holds` answers without words what `checks` spells out."""
    library = load_library()
    wheres = {rule.where for pack in library.packs.values() for rule in pack.rules}
    for text in texts[::3]:
        layout = Layout(text[:3000])
        numbers = layout.filled[::5]
        for page in (Page(layout), Page(layout, "", dict.fromkeys(layout.filled[1::4], frozenset({"share"})))):
            for where in wheres:
                for number in numbers:
                    assert holds(where, page, number, number) == all(
                        check.holds for check in checks(where, page, number, number)
                    ), (where, number)


def test_cleaning_again_changes_nothing(texts: list[str]) -> None:
    cleaner = Cleaner(load_library())
    for text in texts:
        clean = cleaner.clean(Document("", text))
        again = cleaner.clean(Document("", clean.text))
        assert again.edits == (), [edit.rules for edit in again.edits]


def test_untouched_texts_come_out_as_they_were(library: Library) -> None:
    for text in ("", "\n", "It “rained”.\r\n\r\nAll day", "\ufeffIt rained.\n\n\n\nAll day.\n\n"):
        result = Cleaner(library).clean(Document("", text))
        assert (result.text, result.edits, result.changed) == (text, (), False)


def test_the_library_function() -> None:
    text = "It rained all day in the valley.\n\nLeave a Reply\n\nYour email address will not be published."
    result = package.clean(text)
    assert result.text == "It rained all day in the valley."
    form = text[49:]
    assert not package.clean(form).changed  # nothing would be left: the fuse
    assert package.clean(form, max_removed=None).text == ""
    assert package.clean(text, skip={"comments"}).text == text
    assert result.restore() == text


@pytest.fixture(scope="module")
def texts() -> list[str]:
    """All seeds and all fixtures, as they come."""
    return list(_texts())


def _texts() -> Iterator[str]:
    root = Path(__file__).parent
    for path in sorted([*root.parent.glob("seeds/*.txt"), *root.glob("fixtures/**/*.txt")]):
        yield path.read_bytes().decode("utf-8")
