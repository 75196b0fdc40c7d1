"""The JSON Schema says what the loader says, as far as a schema can."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, ClassVar, get_args

import jsonschema
import pytest
import yaml

from cleaner.problem import CleanerError
from cleaner.rules import spec
from cleaner.rules.load import NAMED_FILE, load_library
from cleaner.rules.model import CATEGORIES, VERBS
from cleaner.rules.schema import SCHEMA_FILE, json_schema, schema_text
from cleaner.rules.template import source_file, write_source
from cleaner.text.lines import SHAPES

ROOT = Path(__file__).parents[2]
BAD = sorted((Path(__file__).parent / "bad").glob("*.yaml"))
GOOD = [
    *sorted(path for path in (ROOT / "rules").rglob("*.yaml") if path.name != NAMED_FILE),
    *sorted((Path(__file__).parent / "verbs").glob("*.yaml")),
]
VALIDATOR = jsonschema.Draft202012Validator(json_schema(), format_checker=jsonschema.FormatChecker())


class EditorLoader(yaml.SafeLoader):
    """YAML as editors read it (1.2, core schema): dates, ``No`` and ``12:30`` are text, ``5`` is a number."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}


EditorLoader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"[-+]?[0-9]+$"), list("-+0123456789"))
EditorLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false"), list("tf"))
EditorLoader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile("~|null|$"), ["~", "n", ""])


def as_an_editor(text: str) -> Any:
    return yaml.load(text, EditorLoader)


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("path", GOOD, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_good_files_are_valid(path: Path) -> None:
    errors = list(VALIDATOR.iter_errors(as_an_editor(path.read_text(encoding="utf-8"))))
    assert [f"{error.json_path}: {error.message}" for error in errors] == []


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_bad_files_are_not_where_a_schema_can_know(path: Path) -> None:
    """Each says so itself: ``# schema sees``, ``blind``, or ``unread`` where it is not even YAML to an editor."""
    text = path.read_text(encoding="utf-8")
    marks = re.findall(r"^# schema (\w+)$", text, re.MULTILINE)
    try:
        verdict = "blind" if VALIDATOR.is_valid(as_an_editor(text)) else "sees"
    except yaml.YAMLError:
        verdict = "unread"
    assert marks == [verdict]


def test_every_key_is_described() -> None:
    parts = json_schema()["$defs"]
    assert {"File", "Rule", "KeepRule", "Where", "Match", "Matcher"} == set(parts)
    bare = [
        f"{name}.{key}"
        for name, part in parts.items()
        for key, said in part["properties"].items()
        if not said.get("description")
    ]
    assert bare == []
    assert all(part["description"] and part["additionalProperties"] is False for part in parts.values())


def test_editors_complete_what_can_be_chosen() -> None:
    rule = json_schema()["$defs"]["Rule"]["properties"]
    assert set(VERBS) <= set(rule)
    assert set(rule["category"]["enum"]) == set(CATEGORIES)
    assert "bullet" in str(rule["while"])
    assert {"while", "until", "keep", "near"} <= set(rule)
    assert "in" in json_schema()["$defs"]["Where"]["properties"]


def test_the_shapes_are_those_of_the_text_floor() -> None:
    assert set(get_args(spec.Shape)) == set(SHAPES)


def test_the_shipped_schema_is_the_one_made_from_the_types() -> None:
    shipped = (ROOT / "rules" / SCHEMA_FILE).read_text(encoding="utf-8")
    assert shipped == schema_text(), "write it again with `cleaner rules schema > rules/schema.json`"


@pytest.mark.parametrize("source", ["news.example", "wordpress-like", "generic"])
def test_a_new_file_is_valid_and_loads(tmp_path: Path, source: str) -> None:
    path = write_source(tmp_path / "rules", source)
    text = path.read_text(encoding="utf-8")
    assert VALIDATOR.is_valid(as_an_editor(text))
    named = re.match(r"# yaml-language-server: \$schema=(\S+)\n", text)
    assert named
    assert (path.parent / named[1]).read_text(encoding="utf-8") == schema_text()
    (rule,) = load_library([path], shipped=False, cache=False, examples=True).packs[source].rules
    assert rule.id == f"{source}/read-more"


def test_a_new_file_takes_nothing_away(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("mine")
    with pytest.raises(CleanerError, match=r"a\.yaml: is there already"):
        write_source(tmp_path, "a")
    assert (tmp_path / "a.yaml").read_text() == "mine"
    with pytest.raises(CleanerError, match="expected a name of lower-case letters"):
        source_file("../a")
    (tmp_path / "file").write_text("")
    with pytest.raises(CleanerError, match="cannot be written"):
        write_source(tmp_path / "file", "a")
