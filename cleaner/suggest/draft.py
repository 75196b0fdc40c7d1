"""From what comes back to rules: which lines are worth a rule, and a rule file that holds drafts of them."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any, Final, NamedTuple

import regex
import yaml

from cleaner.suggest.seen import FIRST, HANGS, LAST, NUMBER, Group, Key, Kind, Sample, Seen, keys, label_of
from cleaner.text.fold import fold

SHARE: Final = 0.01
"""The smallest share of a source's documents in which a line is to stand."""
MUCH_MORE: Final = 1.5
"""So many times as often as any one line of its kind a beginning (or a line with open numbers) is to come back."""
NEARLY_ALL: Final = 0.95
HANGING: Final = 0.9
"""The share of a heading's documents in which only short lines are to stand behind it, for a section."""
SHOWN: Final = 160
"""Characters of a neighbour that an example shows."""
_HEAD: Final = """\
# Drafted by `cleaner suggest` from lines that come back. They only report, as long as their confidence is `maybe`.
# Throw away what belongs to the articles, and sharpen the rest: its words, its place, its examples.
"""


class Draft(NamedTuple):
    """A rule that might be: ``documents`` have the line; ``where`` is a window it nearly always stands in, or {}."""

    kind: Kind
    documents: int
    sample: Sample
    is_section: bool
    where: Mapping[str, int]

    @property
    def text(self) -> str:
        """What comes back, for people: the line, or its beginning."""
        return f"{label_of(self.sample.line)} …" if self.kind == "label" else self.sample.line

    @property
    def pattern(self) -> str:
        """The pattern as a rule file writes it."""
        line = self.sample.line
        if self.kind == "label":
            return f"{plain(label_of(line))} ..."
        if self.kind == "numbers":
            pieces = [regex.escape(piece, literal_spaces=True) for piece in NUMBER.split(line)]
            return "/" + r"\d+(?:[.,:]\d+)*".join(piece.replace(" ", r"\s+") for piece in pieces) + "/i"
        return plain(line)


def drafts(group: Group, least: int) -> list[Draft]:
    """The drafts of a source, those of most documents first; ``least`` documents must have the line."""
    need = max(least, math.ceil(SHARE * group.documents))
    often = {key: seen for key, seen in group.seen.items() if seen.documents >= need}
    chosen: dict[Key, Seen] = {}
    for kind in ("label", "numbers"):
        for key, seen in often.items():
            if key[0] == kind:
                lines = [one.documents for one in _lines_of(key, often)]
                if seen.documents >= MUCH_MORE * max(lines, default=1):
                    chosen[key] = seen
    for key, seen in often.items():
        if key[0] == "line" and not any(other in chosen for other in keys(seen.sample.line)):
            chosen[key] = seen
    made = [_draft(key, seen) for key, seen in chosen.items() if not _is_part(key, chosen)]
    return sorted(made, key=lambda draft: (-draft.documents, draft.sample.line))


def _lines_of(key: Key, often: Mapping[Key, Seen]) -> list[Seen]:
    return [seen for other, seen in often.items() if other[0] == "line" and key in keys(seen.sample.line)]


def _is_part(key: Key, chosen: Mapping[Key, Seen]) -> bool:
    """True for a line with open numbers whose beginning is chosen, too."""
    return key[0] == "numbers" and any(
        other[0] == "label" and other in chosen for other in keys(chosen[key].sample.line)
    )


def _draft(key: Key, seen: Seen) -> Draft:
    nearly = NEARLY_ALL * seen.documents
    where: dict[str, int] = {}
    first = next((window for window, count in zip(FIRST, seen.first, strict=True) if count >= nearly), None)
    last = next((window for window, count in zip(LAST, seen.last, strict=True) if count >= nearly), None)
    if last is not None and (first is None or last <= first):
        where["last"] = last
    elif first is not None:
        where["first"] = first
    is_section = key[0] == "line" and seen.hangs >= HANGING * seen.documents and bool(seen.sample.after)
    return Draft(key[0], seen.documents, seen.sample, is_section and "first" not in where, where)


def rule_file(source: str, documents: int, found: Sequence[Draft], match: Mapping[str, str] | None) -> str:
    """The text of a rule file with a rule for each draft. ``match``: how documents are known to be of the source, or
    None where another file of it says so."""
    rules: dict[str, dict[str, Any]] = {}
    for draft in found:
        name = free = _name(draft.text)
        for number in count(2):
            if free not in rules:
                break
            free = f"{name}-{number}"
        rules[free] = _rule(draft, documents, free)
    head: dict[str, Any] = {
        "source": source,
        "describe": f"Drafts from {documents:,} documents; nobody has read them yet.",
    }
    if match:
        head["match"] = {"any": [dict(match)]}
    file = {**head, "rules": list(rules.values())}
    return _HEAD + str(yaml.dump(file, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1_000_000))


def _rule(draft: Draft, documents: int, name: str) -> dict[str, Any]:
    stands = f"It stands in {draft.documents:,} of {documents:,} documents"
    for side, lines in draft.where.items():
        stands += (
            f", nearly always as the {side} line" if lines == 1 else f", nearly always among the {side} {lines} lines"
        )
    rule: dict[str, Any] = {
        "id": name,
        "why": f"{stands}.",
        "category": "navigation" if draft.is_section else "promo",
        "section" if draft.is_section else "line": _Quoted(draft.pattern),
    }
    if draft.is_section:
        rule["while"] = list(HANGS)
    if draft.where:
        rule["where"] = dict(draft.where)
    return {**rule, "confidence": "maybe", "examples": _examples(draft)}


def _examples(draft: Draft) -> list[str]:
    """The line as it stood, and where it must stay: quoted in a sentence, and at the other end of a text."""
    sample, last = draft.sample, draft.where.get("last")
    before = "" if draft.where.get("first") == 1 else _shown(sample, sample.before)
    if draft.is_section:
        cut = "\n".join([sample.line, *sample.after])
        after = ""
    else:
        cut = sample.line
        after = _shown(sample, sample.after[0]) if sample.after and last != 1 else ""
    gap = " " if cut[0] == "[" or cut[-1] == "]" else ""
    found = ["\n\n".join(filter(None, (before, f"[[{gap}{cut}{gap}]]", after)))]
    found.append(f"On a page that says “{sample.line}” it rained.")
    if last is not None and last <= LAST[-2]:
        found.append(f"{sample.line}\n\n(article)")
    elif "first" in draft.where:
        found.append(f"(article)\n\n{sample.line}")
    return found


def _shown(sample: Sample, neighbour: str) -> str:
    """A neighbour as far as an example needs it; '' where the draft would cut it, too."""
    if not neighbour or set(keys(neighbour)) & set(keys(sample.line)):
        return ""
    return neighbour if len(neighbour) <= SHOWN else neighbour[:SHOWN].rsplit(None, 1)[0] + " …"


def plain(text: str) -> str:
    """``text`` as a plain pattern that matches nothing else."""
    escaped = re.sub(r"[\\()]|%(?=\{)|\.(?=\.\.)|(?<=\.\.)\.", lambda found: "\\" + found[0], text)
    return "\\" + escaped if escaped[:1] == "/" else escaped


def _name(text: str) -> str:
    plain_text = unicodedata.normalize("NFKD", fold(text)).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain_text)
    name = "-".join(words[:5])[:40].strip("-")
    return name if name[:1].isalpha() else f"line-{name}".rstrip("-")


class _Quoted(str):
    """A pattern, which stands in single quotes."""


class _Dumper(yaml.SafeDumper):
    """Puts texts of more than one line into double quotes, so that they stand on one, and indents lists."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        return super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, text: str) -> Any:
    style = "'" if isinstance(text, _Quoted) else '"' if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style=style)


def _short_list(dumper: yaml.SafeDumper, items: list[Any]) -> Any:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=items == list(HANGS))


def _short_map(dumper: yaml.SafeDumper, pairs: dict[str, Any]) -> Any:
    flow = bool(pairs) and all(isinstance(value, int) for value in pairs.values())
    return dumper.represent_mapping("tag:yaml.org,2002:map", pairs, flow_style=flow)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(_Quoted, _text)
_Dumper.add_representer(list, _short_list)
_Dumper.add_representer(dict, _short_map)
