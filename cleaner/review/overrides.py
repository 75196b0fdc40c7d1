"""What a decision about a rule does to rule files: the project's own, or, for a shipped rule, a file that overrides it.

A shipped rule is never edited. To switch it off, a file of the project names it under `disable`; to give it another
confidence or example, that file disables it and carries a copy named ``NAME-own``. `kept-…` rules say what must stay.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import yaml

from cleaner.cli.rules.show import written
from cleaner.problem import CleanerError, Problem
from cleaner.review import rulefile
from cleaner.review.journal import Decision
from cleaner.rules.load import Library
from cleaner.rules.model import Rule

FOLDER: Final = "cleaner-rules"
"""The rules folder that is made where the project has none."""

OWN: Final = "-own"
"""Behind the name of a copied rule."""

_REFERENCE: Final = re.compile(r"%\{([^}]*)\}")


@dataclass(slots=True)
class Files:
    """Files as they will be. ``before`` has the bytes of each as it is, None where there is none yet."""

    before: dict[Path, bytes | None] = field(default_factory=dict)
    after: dict[Path, str] = field(default_factory=dict)

    def get(self, path: Path) -> str | None:
        """The text of a file as it will be, or None. Raises `CleanerError`."""
        if path not in self.before:
            try:
                self.before[path] = path.read_bytes()
            except FileNotFoundError:
                self.before[path] = None
            except OSError as error:
                raise CleanerError(Problem(f"cannot be read: {error.strerror}", str(path))) from error
            raw = self.before[path]
            if raw is not None:
                try:
                    self.after[path] = raw.decode("utf-8")
                except UnicodeDecodeError as error:
                    raise CleanerError(Problem("is not UTF-8", str(path))) from error
        return self.after.get(path)

    def set(self, path: Path, text: str) -> None:
        """Say what a file will be; what is left of an overriding file with nothing in it is taken as it is."""
        self.get(path)
        self.after[path] = text

    def changed(self) -> list[tuple[Path, bytes | None, bytes]]:
        """Each file that will be another, with its bytes before and after."""
        pairs = ((path, self.before[path], text.encode("utf-8")) for path, text in self.after.items())
        return [(path, before, after) for path, before, after in pairs if after != (before or b"")]


@dataclass(frozen=True, slots=True)
class RulesHome:
    """Where a project's own rules lie. ``config`` is its configuration file, or where one would be made."""

    project: Path
    folders: tuple[Path, ...]
    config: Path
    library: Library

    @property
    def folder(self) -> Path:
        """The folder that overriding files go to."""
        own = [folder for folder in self.folders if _lies_in(folder, self.project)]
        return (own[0] if own[0].is_dir() else own[0].parent) if own else self.project / FOLDER

    def is_own(self, rule: Rule) -> bool:
        """True where the rule's file may be edited: it lies in a rules folder of the project."""
        file = Path(rule.place.file)
        return _lies_in(file, self.project) and any(_lies_in(file, folder) for folder in self.folders)

    def file_of(self, rule: Rule) -> Path:
        """The file that a decision about this rule changes: its own, or one for each shipped file, because two of those
        may have different patterns of one name."""
        own = Path(rule.place.file).resolve()
        if self.is_own(rule):
            return own
        source = _source(rule.id)
        name = source if own.stem == source else f"{source}-{own.stem}"
        return self.folder.resolve() / f"{name}-review.yaml"


def _lies_in(path: Path, folder: Path) -> bool:
    top = os.path.realpath(folder)
    return os.path.commonpath([os.path.realpath(path), top]) == top


def _source(rule_id: str) -> str:
    return rule_id.partition("/")[0]


def _name(rule_id: str) -> str:
    return rule_id.partition("/")[2]


def stays_id(text: str) -> str:
    """The id of the rule that keeps this text: ``kept-``, its first words, a digest that tells it from others."""
    words = "-".join(re.findall(r"[a-z0-9]+", text.lower())[:4])[:30].strip("-")
    mark = blake2b(" ".join(text.split()).encode("utf-8", "surrogatepass"), digest_size=3).hexdigest()
    return f"kept-{words}-{mark}" if words else f"kept-{mark}"


def apply(home: RulesHome, decision: Decision, files: Files) -> None:
    """Put a decision about a rule into ``files``. Raises `CleanerError` where that cannot be done."""
    rule = home.library.rule(decision.rule)
    path, name = home.file_of(rule), _name(rule.id)
    text = _opened(home, rule, path, files)
    if decision.kind == "off":
        text = rulefile.disable(text, rule.id)
    elif decision.kind == "demote" and home.is_own(rule):
        text = rulefile.set_confidence(text, name, decision.confidence)
    elif decision.kind == "demote":
        text = rulefile.set_confidence(_copied(text, rule), name + OWN, decision.confidence)
    elif decision.stays:
        if home.is_own(rule):
            text = rulefile.add_example(text, name, decision.example.replace("[[", "").replace("]]", ""))
        text = rulefile.add_rule(text, stays_rule(decision), "keep")
    elif home.is_own(rule):
        text = rulefile.add_example(text, name, decision.example)
    else:
        text = rulefile.add_example(_copied(text, rule), name + OWN, decision.example)
    files.set(path, text)


def revert(home: RulesHome, decision: Decision, files: Files, others: Sequence[Decision]) -> None:
    """Take a saved decision out of ``files`` again. ``others`` are the saved ones that stay: a copy of a shipped rule
    goes only with the last that needs it."""
    rule = home.library.rule(decision.rule)
    path, name = home.file_of(rule), _name(rule.id)
    text = files.get(path)
    if text is None:
        return
    needing = [one for one in others if one.rule == decision.rule]
    if decision.kind == "off":
        text = text if any(_copies(one) for one in needing) else rulefile.enable(text, rule.id)
    elif decision.stays:
        text = rulefile.remove_rule(text, stays_id(decision.text), "keep")
        if home.is_own(rule):
            text = rulefile.remove_example(text, name, decision.example.replace("[[", "").replace("]]", ""))
    elif home.is_own(rule):
        if decision.kind == "example":
            text = rulefile.remove_example(text, name, decision.example)
        elif decision.before is None:
            text = rulefile.unset_confidence(text, name)
        else:
            text = rulefile.set_confidence(text, name, decision.before)
    elif any(_copies(one) for one in needing):
        if decision.kind == "example":
            text = rulefile.remove_example(text, name + OWN, decision.example)
        else:
            text = rulefile.set_confidence(text, name + OWN, decision.before or rule.confidence)
    else:
        text = rulefile.remove_rule(text, name + OWN)
        if not any(one.kind == "off" for one in needing):
            text = rulefile.enable(text, rule.id)
    files.set(path, text)


def _copies(decision: Decision) -> bool:
    return decision.kind == "demote" or (decision.kind == "example" and not decision.stays)


def copy_of(home: RulesHome, decision: Decision) -> str | None:
    """The id of the copy that the decision makes of a shipped rule, or None."""
    if not _copies(decision) or home.is_own(home.library.rule(decision.rule)):
        return None
    return decision.rule + OWN


def written_confidence(home: RulesHome, rule_id: str) -> str | None:
    """What the file that would be changed says of the rule's confidence now, or None."""
    rule = home.library.rule(rule_id)
    if not home.is_own(rule):
        return rule.confidence
    text = Files().get(home.file_of(rule))
    return rulefile.confidence_of(text, _name(rule_id)) if text is not None else None


def _opened(home: RulesHome, rule: Rule, path: Path, files: Files) -> str:
    """The text of the file to change. One that overrides is begun, and its folder made known to the configuration."""
    text = files.get(path)
    if text is not None:
        return text
    if not any(_lies_in(folder, home.project) for folder in home.folders):
        _add_folder(home, files)
    return f"# What `cleaner review` decided about rules that ship with cleaner.\nsource: {_source(rule.id)}\n"


def _copied(text: str, rule: Rule) -> str:
    """``text`` with a copy of a shipped rule, under a name of its own, and the rule itself disabled."""
    file = Path(rule.place.file)
    shipped = yaml.load(file.read_text("utf-8-sig"), Loader=yaml.CBaseLoader)
    lines = written(rule.place)
    name = _name(rule.id)
    head = next(number for number, line in enumerate(lines) if re.match(r"(?:- |  )id:", line))
    lines[head] = re.sub(r"(id:\s*[\"']?)" + re.escape(name), rf"\g<1>{name}{OWN}", lines[head], count=1)
    said = yaml.load("\n".join(lines), Loader=yaml.CBaseLoader)[0]
    if "language" in shipped and "language" not in said:
        languages = shipped["language"]
        lines.append(f"  language: {languages if isinstance(languages, str) else '[' + ', '.join(languages) + ']'}")
    text = rulefile.add_patterns(text, _needed(str(said), shipped.get("patterns") or {}))
    return rulefile.disable(rulefile.add_rule(text, lines), rule.id)


def _needed(said: str, patterns: Mapping[str, str]) -> dict[str, str]:
    """The named patterns of a file that a rule refers to, and those that they refer to."""
    found: dict[str, str] = {}
    queue = _REFERENCE.findall(said)
    while queue:
        name = queue.pop()
        if name in patterns and name not in found:
            found[name] = patterns[name]
            queue += _REFERENCE.findall(patterns[name])
    return {name: patterns[name] for name in patterns if name in found}


def stays_rule(decision: Decision) -> list[str]:
    """The lines of a ``keep`` rule for the text of a decision, with the example that it comes from."""
    core = decision.text.strip()
    if decision.is_line:
        texts = list(dict.fromkeys(line.strip() for line in core.splitlines() if line.strip()))
    else:
        texts = [core]
    if not texts or (not decision.is_line and "\n" in core):
        raise CleanerError(
            Problem("what was cut is neither whole lines nor a piece of one line; no example can say that")
        )
    patterns = [rulefile.quoted(literal(" ".join(one.split()))) for one in texts]
    verb = "line" if decision.is_line else "span"
    target = (
        [f"  {verb}: {patterns[0]}"] if len(patterns) == 1 else [f"  {verb}:", *(f"    - {one}" for one in patterns)]
    )
    return [
        f"- id: {stays_id(decision.text)}",
        f"  why: A reviewer kept it where {decision.rule} would have cut it ({decision.date}).",
        *target,
        "  examples:",
        f"    - {rulefile.quoted(_protecting(decision))}",
        '    - "(article)"',
    ]


def _protecting(decision: Decision) -> str:
    """The example with each protected line in brackets of its own, as a rule of lines matches them."""
    if not decision.is_line:
        return decision.example
    head, _, rest = decision.example.partition("[[")
    cut, _, tail = rest.partition("]]")
    lines = re.split(r"(\r\n|[\n\r])", cut)
    return head + "".join(f"[[{line}]]" if line.strip() else line for line in lines) + tail


def literal(text: str) -> str:
    """``text`` as a pattern that means it and nothing else."""
    escaped = re.sub(r"([\\()])", r"\\\1", text).replace("...", "\\...").replace("%{", "\\%{")
    return "\\" + escaped if escaped.startswith("/") else escaped


# --- the configuration ------------------------------------------------------------------------------


def _add_folder(home: RulesHome, files: Files) -> None:
    """Name the new rules folder in the configuration, which is made where there is none."""
    text = files.get(home.config) or ""
    is_shared = home.config.name == "pyproject.toml"
    if FOLDER in _table(text, is_shared).get("rules", ()):
        return  # an earlier decision did it
    line = f'rules = ["{FOLDER}"]'
    if is_shared:
        head = re.search(r"^[ \t]*\[[ \t]*tool\.cleaner[ \t]*\][^\n]*(?:\n|\Z)", text, re.M)
        changed = (
            f"{text[: head.end()].rstrip()}\n{line}\n{text[head.end() :]}"
            if head
            else f"{text.rstrip()}\n\n[tool.cleaner]\n{line}\n"
        )
    else:
        first = re.search(r"^[ \t]*\[", text, re.M)
        at = first.start() if first else len(text)
        before = text[:at].rstrip()
        changed = (f"{before}\n" if before else "") + line + "\n" + (f"\n{text[at:]}" if first else "")
    if _table(changed, is_shared) != {**_table(text, is_shared), "rules": [FOLDER]}:
        hint = f"add {line} to it yourself, and decide again"
        raise CleanerError(
            Problem("the rules folder cannot be put into the configuration", str(home.config), hint=hint)
        )
    files.set(home.config, changed)


def _table(text: str, is_shared: bool) -> dict[str, Any]:
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CleanerError(Problem(f"the configuration is not valid TOML: {error}")) from error
    table: dict[str, Any] = found.get("tool", {}).get("cleaner", {}) if is_shared else found
    return table
