"""From the words of a command line to `Settings`, and the help that says what they may be."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from cleaner import config
from cleaner.cli.options import OPTIONS, Command, Option, Settings
from cleaner.config import Config
from cleaner.problem import CleanerError, Problem


def settings(command: Command, words: Sequence[str]) -> Settings:
    """Return what ``words`` and the configuration ask of ``command``.

    Raises `CleanerError` for a bad configuration; leaves with exit code 2 on wrong use, 0 after --help.
    """
    parser = _Parser(command)
    # Behind the last option and its value there are paths alone; argparse takes its time over each of thousands.
    end = words.index("--") if "--" in words else len(words)  # argparse takes what follows for options all the same
    last = max((number for number in range(end) if words[number].startswith("-")), default=-1)
    given = vars(parser.parse_intermixed_args(list(words[:end][: last + 3])))
    paths = (*given.pop("words", ()), *words[:end][last + 3 :], *words[end + 1 :])
    if paths and not command.words:
        parser.error(f"unrecognized arguments: {' '.join(paths)}")
    isolated, file = given.pop("isolated", False), given.pop("config", None)
    if isolated and file:
        parser.error("--isolated and --config cannot go together")
    if file is None and not isolated:
        file = config.find(_common_folder(paths))
    found = config.read(file) if file else Config()
    known = {name.replace("-", "_"): value for name, value in found.values.items()}
    values = {name: value for name, value in known.items() if name in command.options}
    for one, other in (
        ("out", "in_place"),
        ("in_place", "out"),
        ("no_repair", "repair_only"),
        ("repair_only", "no_repair"),
        ("progress", "no_progress"),
        ("no_progress", "progress"),
    ):
        if one in given:
            values.pop(other, None)  # the command line is stronger than what the configuration says to the contrary
    for name in ("include", "exclude"):
        if name in values and name not in given:
            values[f"{name}_base"] = found.folder
    values.update(given)
    if values.get("output") in ("github", "sarif") and command.name != "check":
        parser.error(f"--output {values['output']} is for `cleaner check`")
    return Settings(words=paths, config=found, isolated=isolated, **values)


def _common_folder(paths: Sequence[str]) -> Path:
    """The folder that holds all ``paths``; the current one where there are none."""
    here = Path.cwd()
    absolute = [os.path.normpath(here / path) for path in _outermost(paths)]
    try:
        common = Path(os.path.commonpath(absolute)) if absolute else here
    except ValueError:  # on different drives
        return here
    return common if common.is_dir() else common.parent


def _outermost(paths: Sequence[str]) -> Iterable[str]:
    """Fewer paths that the same folder holds: for files side by side, of which a hook names thousands, theirs."""
    by_folder: dict[str, str] = {}
    others: list[str] = []
    for path in paths:
        folder, slash, name = path.rpartition("/")
        if path == "-" or name == "..":
            others += [] if path == "-" else [path]
        elif by_folder.setdefault(folder + slash, path) != path:
            by_folder[folder + slash] = folder + slash
    return [*(path or "." for path in by_folder.values()), *others]


def _formatter(prog: str) -> argparse.HelpFormatter:
    return argparse.HelpFormatter(prog, width=100)


class _Parser(argparse.ArgumentParser):
    def __init__(self, command: Command) -> None:
        # Each argument that is added makes a formatter, and one without a width asks how wide the terminal is.
        super().__init__(f"cleaner {command.name}", allow_abbrev=False, add_help=False, formatter_class=_formatter)
        self.command = command
        self.add_argument("-h", "--help", action="help")
        if command.words:
            self.add_argument("words", nargs="*", metavar="PATH", default=argparse.SUPPRESS)
        for name in command.options:
            self.add_argument(*OPTIONS[name].flags, **_meaning(OPTIONS[name]))

    def format_help(self) -> str:
        return help_text(self.command)

    def format_usage(self) -> str:
        return f"Usage: {usage(self.command)}\n"

    def error(self, message: str) -> NoReturn:
        hint = f"`cleaner {self.command.name} --help` lists what there is"
        unknown = message.removeprefix("unrecognized arguments: ")
        if unknown != message:
            from difflib import get_close_matches

            word = unknown.split()[0].partition("=")[0]
            flags = [flag for name in self.command.options for flag in OPTIONS[name].flags]
            near = get_close_matches(word, flags, n=1)
            message = f"no such option: {word}" if word.startswith("-") else f"too many arguments: {unknown}"
            hint = f"did you mean `{near[0]}`?" if near else hint
        raise CleanerError(Problem(f"cleaner {self.command.name}: {message}", hint=hint))


def _meaning(option: Option) -> dict[str, Any]:
    """What argparse is told of an option. What is not given leaves no trace, so that the configuration counts."""
    meaning: dict[str, Any] = {"dest": option.name, "default": argparse.SUPPRESS}
    match option.kind:
        case "flag":
            return {**meaning, "action": "store_true"}
        case "count" if not option.metavar:
            return {**meaning, "action": _Count, "nargs": 0}
        case "count":
            return {**meaning, "type": _count}
        case "choice":
            return {**meaning, "choices": option.choices}
        case "share":
            return {**meaning, "type": _share}
        case "path":
            return {**meaning, "type": Path}
        case "paths":
            return {**meaning, "type": Path, "action": _Append}
        case "texts":
            return {**meaning, "action": _Append}
        case "text":
            return meaning


class _Count(argparse.Action):
    def __call__(self, parser: Any, namespace: Any, values: Any, option_string: str | None = None) -> None:
        setattr(namespace, self.dest, getattr(namespace, self.dest, 0) + 1)


class _Append(argparse.Action):
    def __call__(self, parser: Any, namespace: Any, values: Any, option_string: str | None = None) -> None:
        setattr(namespace, self.dest, (*getattr(namespace, self.dest, ()), values))


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a number from 1, {text!r} was found")
    return int(text)


def _share(text: str) -> float:
    try:
        return config.share(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def usage(command: Command) -> str:
    """The usage line of a command."""
    return " ".join(part for part in (f"cleaner {command.name}", command.words, "[OPTIONS]") if part)


def help_text(command: Command, width: int = 100) -> str:
    """The help of a command; the same on every Python, so that docs/commands.md can hold it."""
    from textwrap import fill

    lines = [f"Usage: {usage(command)}", ""]
    lines += [fill(" ".join(part.split()), width) + "\n" for part in command.about.strip().split("\n\n")]
    lines.append("Options:")
    options = [OPTIONS[name] for name in command.options]
    for option in (*options, Option(("-h", "--help"), "flag", "Show this help.")):
        head = "  " + ", ".join(option.flags) + (f" {_metavar(option)}" if _metavar(option) else "")
        lines.append(fill(option.help, width, initial_indent=f"{head:<30}  ", subsequent_indent=" " * 32))
    lines += ["", "Examples:"]
    for line, deed in command.examples:
        lines += [f"  {line}", fill(deed, width, initial_indent="      ", subsequent_indent="      ")]
    return "\n".join(lines) + "\n"


def _metavar(option: Option) -> str:
    return "|".join(option.choices) or option.metavar
