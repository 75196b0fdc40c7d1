"""Small changes to a rule file, put in where they belong; every other byte stays, comments and all.

A file that is parsed and written out again comes out in the writer's hand: ruamel.yaml, which keeps comments, rewrites
`[{follows: bullet}]` as `[follows: bullet]` in most of the shipped rule files. So the parser is only asked where things
stand, and the text is changed there. After each change the file is read again; where it does not say exactly what was
meant, nothing is changed and `CleanerError` says so. All functions take and return whole texts, and leave a text as it
was that already says what is wanted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from typing import Any, Final

import yaml

from cleaner.problem import CleanerError, Problem

_Loader: Final[Any] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_Safe: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNPRINTABLE: Final = re.compile(
    "[\x7f-\x9f\u2028\u2029\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]"
)
_SURROGATE: Final = re.compile("[\ud800-\udfff]")

Node = Any  # yaml's nodes have no types


def quoted(text: str) -> str:
    """``text`` as a YAML scalar in double quotes. Raises `CleanerError` for lone surrogates, which YAML cannot hold."""
    if _SURROGATE.search(text):
        raise CleanerError(Problem("this text has broken characters that a rule file cannot hold"))
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))


def set_confidence(text: str, rule: str, confidence: str) -> str:
    """Give the rule of that id (without its source) this confidence."""
    _, said = _rule(text, rule)
    value = _value(said, "confidence")
    if value is not None and value.value == confidence:
        return text
    if value is not None:
        changed = text[: value.start_mark.index] + confidence + text[value.end_mark.index :]
    else:
        changed = _new_line(text, said, f"confidence: {confidence}", after="category")
    return _checked(text, changed, lambda file: _said(file, rule).update(confidence=confidence))


def unset_confidence(text: str, rule: str) -> str:
    """Take the rule's own word on its confidence away, so that the usual one counts."""
    _, said = _rule(text, rule)
    value = _value(said, "confidence")
    if value is None:
        return text
    changed = _without_lines(text, value.start_mark.index, value.end_mark.index)
    return _checked(text, changed, lambda file: _said(file, rule).pop("confidence"))


def confidence_of(text: str, rule: str) -> str | None:
    """What the file says of the rule's confidence, or None."""
    _, said = _rule(text, rule)
    value = _value(said, "confidence")
    return None if value is None else str(value.value)


def add_example(text: str, rule: str, example: str) -> str:
    """Add an example at the end of the rule's."""
    _, said = _rule(text, rule)
    listed = _value(said, "examples")
    if listed is None:
        changed = _new_line(text, said, f"examples:\n{' ' * _indent(said)}  - {quoted(example)}", after=None)
        return _checked(text, changed, lambda file: _said(file, rule).update(examples=[example]))
    if any(item.value == example for item in listed.value):
        return text
    changed = _appended(text, listed, quoted(example))
    return _checked(text, changed, lambda file: _said(file, rule)["examples"].append(example))


def remove_example(text: str, rule: str, example: str) -> str:
    """Take an example away that `add_example` put there; the last one stays, for a rule must have one."""
    _, said = _rule(text, rule)
    listed = _value(said, "examples")
    items = [] if listed is None else listed.value
    at = next((number for number, item in enumerate(items) if item.value == example), None)
    if at is None or len(items) == 1:
        return text
    changed = _without_item(text, listed, at)
    return _checked(text, changed, lambda file: _said(file, rule)["examples"].pop(at))


def disable(text: str, full_id: str) -> str:
    """Put a rule into the file's ``disable``."""
    top = _top(text)
    listed = _value(top, "disable")
    if listed is None:
        source = _value(top, "source")
        assert source is not None
        at = _line_end(text, source.end_mark.index)
        changed = f"{text[:at]}\ndisable:\n  - {full_id}{text[at:]}"
        return _checked(text, changed, lambda file: file.update(disable=[full_id]))
    if any(item.value == full_id for item in listed.value):
        return text
    return _checked(text, _appended(text, listed, full_id), lambda file: file["disable"].append(full_id))


def enable(text: str, full_id: str) -> str:
    """Take a rule out of the file's ``disable``."""
    top = _top(text)
    listed = _value(top, "disable")
    items = [] if listed is None else listed.value
    at = next((number for number, item in enumerate(items) if item.value == full_id), None)
    if at is None:
        return text
    if len(items) > 1:
        return _checked(text, _without_item(text, listed, at), lambda file: file["disable"].pop(at))
    changed = _without_lines(text, _key(top, "disable").start_mark.index, items[0].end_mark.index)
    return _checked(text, changed, lambda file: file.pop("disable"))


def is_disabled(text: str, full_id: str) -> bool:
    """True where the file's ``disable`` names the rule."""
    listed = _value(_top(text), "disable")
    return listed is not None and any(item.value == full_id for item in listed.value)


def add_rule(text: str, lines: Sequence[str], key: str = "rules") -> str:
    """Add a rule, whose lines begin with ``- id:`` at the left, at the end of ``rules`` or ``keep``."""
    meant = yaml.load("\n".join(lines), Loader=_Loader)[0]
    top = _top(text)
    listed = _value(top, key)
    if any(said.get("id") == meant["id"] for said in yaml.load(text, Loader=_Loader).get(key) or []):
        return text
    if listed is None or not listed.value:
        if listed is not None:
            raise CleanerError(
                Problem(f"`{key}` stands there with nothing in it", hint="take it away, or write a rule")
            )
        body = "\n".join(f"  {line}" if line else "" for line in lines)
        changed = f"{text.rstrip()}\n{key}:\n{body}\n"
        return _checked(text, changed, lambda file: file.update({key: [meant]}))
    if listed.flow_style:
        raise CleanerError(Problem(f"`{key}` stands in one line and cannot be added to"))
    indent = " " * listed.start_mark.column
    body = "\n".join(f"{indent}{line}" if line else "" for line in lines)
    at = _line_end(text, _end(text, listed.value[-1]))
    return _checked(text, f"{text[:at]}\n\n{body}{text[at:]}", lambda file: file[key].append(meant))


def remove_rule(text: str, rule: str, key: str = "rules") -> str:
    """Take a rule away that `add_rule` put there; with the last one its heading goes."""
    top = _top(text)
    listed = _value(top, key)
    items = [] if listed is None else listed.value
    at = next((number for number, item in enumerate(items) if _id(item) == rule), None)
    if at is None:
        return text
    if len(items) == 1:
        changed = _without_lines(text, _key(top, key).start_mark.index, _end(text, items[0]))
        return _checked(text, changed, lambda file: file.pop(key))
    return _checked(text, _without_item(text, listed, at), lambda file: file[key].pop(at))


def add_patterns(text: str, patterns: dict[str, str]) -> str:
    """Add named patterns that the file does not have yet."""
    known = yaml.load(text, Loader=_Loader).get("patterns") or {}
    for name, expression in patterns.items():
        if known.get(name, expression) != expression:
            raise CleanerError(Problem(f"the file has another pattern of the name {name}"))
    new = {name: expression for name, expression in patterns.items() if name not in known}
    if not new:
        return text
    top = _top(text)
    listed = _value(top, "patterns")
    body = [f"{name}: {quoted(expression)}" for name, expression in new.items()]
    if listed is None:
        source = _value(top, "source")
        assert source is not None
        at = _line_end(text, source.end_mark.index)
        changed = f"{text[:at]}\npatterns:\n" + "\n".join(f"  {line}" for line in body) + text[at:]
        return _checked(text, changed, lambda file: file.update(patterns=new))
    if listed.flow_style:
        raise CleanerError(Problem("`patterns` stands in one line and cannot be added to"))
    indent = "\n" + " " * _indent(listed)
    at = _line_end(text, _content_end(text, listed.value[-1][1].end_mark.index))
    changed = text[:at] + "".join(indent + line for line in body) + text[at:]
    return _checked(text, changed, lambda file: file["patterns"].update(new))


# --- where things stand ---------------------------------------------------------------------------


def _top(text: str) -> Node:
    try:
        top = yaml.compose(text, Loader=_Safe)
    except yaml.YAMLError as error:
        raise CleanerError(Problem(f"not a rule file that can be changed: {error}")) from error
    if not isinstance(top, yaml.MappingNode) or _value(top, "source") is None:
        raise CleanerError(Problem("not a rule file: it has no `source`"))
    return top


def _rule(text: str, rule: str) -> tuple[Node, Node]:
    top = _top(text)
    for key in ("rules", "keep"):
        listed = _value(top, key)
        for said in listed.value if listed is not None else ():
            if _id(said) == rule:
                if said.flow_style:
                    raise CleanerError(Problem(f"the rule {rule} stands in one line and cannot be changed"))
                return top, said
    raise CleanerError(Problem(f"there is no rule {rule} in this file"))


def _pairs(table: Node) -> Iterator[tuple[Node, Node]]:
    if isinstance(table, yaml.MappingNode):
        yield from table.value


def _value(table: Node, name: str) -> Node | None:
    return next((value for key, value in _pairs(table) if key.value == name), None)


def _key(table: Node, name: str) -> Node:
    return next(key for key, _ in _pairs(table) if key.value == name)


def _id(said: Node) -> str | None:
    value = _value(said, "id")
    return None if value is None else str(value.value)


def _indent(table: Node) -> int:
    return int(table.value[0][0].start_mark.column)


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    end = len(text) if end < 0 else end
    return end - 1 if end and text[end - 1 : end] == "\r" else end


def _content_end(text: str, end: int) -> int:
    """Where what ends at ``end`` has its last letter: the parser counts the blank lines behind a block as its own, and
    the comments that stand there."""
    lines = text[:end].splitlines(keepends=True)
    while lines and (not lines[-1].strip() or lines[-1].lstrip().startswith("#")) and len(lines) > 1:
        lines.pop()
    return len("".join(lines).rstrip())


def _end(text: str, node: Node) -> int:
    """Where the last letter of a node stands."""
    if getattr(node, "style", None) in ("|", ">"):  # in which a line with `#` is text
        return len(text[: node.end_mark.index].rstrip())
    return _content_end(text, node.end_mark.index)


def _new_line(text: str, said: Node, line: str, after: str | None) -> str:
    """``text`` with a new line in a rule, behind the line of the key ``after``, else at the rule's end."""
    found = _value(said, after) if after else None
    last = found if found is not None else said.value[-1][1]
    at = _line_end(text, _content_end(text, last.end_mark.index))
    return f"{text[:at]}\n{' ' * _indent(said)}{line}{text[at:]}"


def _appended(text: str, listed: Node, written: str) -> str:
    last = listed.value[-1]
    if listed.flow_style:
        at = last.end_mark.index
        return f"{text[:at]}, {written}{text[at:]}"
    at = _line_end(text, _end(text, last))
    return f"{text[:at]}\n{' ' * listed.start_mark.column}- {written}{text[at:]}"


def _without_item(text: str, listed: Node, at: int) -> str:
    item = listed.value[at]
    if not listed.flow_style:
        return _without_lines(text, item.start_mark.index, _end(text, item))
    if at:
        return text[: listed.value[at - 1].end_mark.index] + text[item.end_mark.index :]
    return text[: item.start_mark.index] + text[listed.value[1].start_mark.index :]


def _without_lines(text: str, start: int, end: int) -> str:
    """``text`` without the lines from ``start`` to ``end``, and the blank lines ahead of them where others follow."""
    first = text.rfind("\n", 0, start) + 1
    last = _line_end(text, len(text[:end].rstrip()))
    head = text[:first].rstrip("\r\n") if first else ""
    return head + text[last:] if first else text[last:].lstrip("\r\n")


# --- what is said, and that it is what was meant ----------------------------------------------------


def _said(file: dict[str, Any], rule: str) -> dict[str, Any]:
    return next(said for key in ("rules", "keep") for said in file.get(key) or [] if said.get("id") == rule)


def _checked(text: str, changed: str, change: Callable[[dict[str, Any]], object]) -> str:
    """``changed``, where it says what ``text`` says after ``change``. Raises `CleanerError`."""
    meant = deepcopy(yaml.load(text, Loader=_Loader))
    change(meant)
    try:
        got = yaml.load(changed, Loader=_Loader)
    except yaml.YAMLError:
        got = None
    if got != meant:
        raise CleanerError(Problem("the rule file is written in a way that this change does not fit into"))
    return changed
