"""From the command line to a command's own file, which is imported alone; and the exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final

from cleaner.cli.options import Command
from cleaner.problem import CleanerError, Problem

INTERRUPTED: Final = 130
BROKEN_PIPE: Final = 141  # as a program has that dies of SIGPIPE

COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "clean": ("cleaner.cli.clean", "Clean files, folders or standard input."),
    "check": ("cleaner.cli.check", "Report what clean would do; write nothing."),
    "diff": ("cleaner.cli.diff", "Show what would go, in context."),
    "undo": ("cleaner.cli.undo", "Give the originals back."),
    "explain": ("cleaner.cli.explain", "Say why a line goes or stays, condition by condition."),
    "sources": ("cleaner.cli.sources", "List which source each file is of."),
    "suggest": ("cleaner.cli.suggest", "Draft rules for lines that come back."),
    "review": ("cleaner.cli.review", "Look through what a run removed, and decide about it."),
    "keep": ("cleaner.cli.keep", "Keep what a rule would cut."),
    "accept": ("cleaner.cli.accept", "Note that a cut is right."),
    "baseline": ("cleaner.cli.baseline", "Take today's findings as known; only new ones count."),
    "git install-diff": ("cleaner.cli.git.install_diff", "Show diffs of texts by sentence, in this clone."),
    "git uninstall-diff": ("cleaner.cli.git.uninstall_diff", "Take that away."),
    "git install-merge": ("cleaner.cli.git.install_merge", "Clean texts before they are merged, in this clone."),
    "git uninstall-merge": ("cleaner.cli.git.uninstall_merge", "Take that away."),
    "git textconv": ("cleaner.cli.git.textconv", "Print a text by sentence; git calls it."),
    "git merge": ("cleaner.cli.git.merge", "Merge clean texts; git calls it."),
    "rules list": ("cleaner.cli.rules.list", "List the rules there are."),
    "rules show": ("cleaner.cli.rules.show", "Show a rule as its file has it."),
    "rules test": ("cleaner.cli.rules.test", "Run the examples of the rules."),
    "rules lint": ("cleaner.cli.rules.lint", "Say what is wrong or doubtful in rule files."),
    "rules new": ("cleaner.cli.rules.new", "Begin a rule file for a source."),
    "rules schema": ("cleaner.cli.rules.schema", "Print the JSON Schema of rule files."),
}
"""Each command: where it lives, and what it does in a line."""


def main(words: Sequence[str] | None = None) -> int:
    """Run a command; return the exit code. Never raises for what a user can bring about."""
    try:
        code = _run(list(sys.argv[1:] if words is None else words))
        sys.stdout.flush()
    except SystemExit as leave:  # argparse, after --help
        return leave.code if isinstance(leave.code, int) else 2
    except CleanerError as error:
        from cleaner.cli.screen import say_problems

        say_problems(error.problems)
        return 2
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has enough; what is still in the buffer must not raise again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except OSError as error:
        from cleaner.cli.screen import say_problems

        say_problems([Problem(error.strerror or str(error), str(error.filename or ""))])
        return 2
    except Exception:  # an error of ours must not end with 1, which means that something was found
        import traceback

        traceback.print_exc()
        sys.stderr.write("error: this is a defect in cleaner; please report it with what stands above\n")
        return 2
    return code


def load(name: str) -> Command:
    """The command of that name. Raises `KeyError`."""
    command: Command = import_module(COMMANDS[name][0]).COMMAND
    return command


def _run(words: list[str]) -> int:
    if not words or words[0] in ("-h", "--help", "help"):
        sys.stdout.write(overview())
        return 0 if words else 2
    if words[0] in ("-V", "--version"):
        from cleaner.version import __version__

        sys.stdout.write(f"cleaner {__version__}\n")
        return 0
    name, rest = words[0], words[1:]
    group = tuple(command for command in COMMANDS if command.startswith(f"{name} "))
    if group:
        if not rest or rest[0] in ("-h", "--help"):
            sys.stdout.write(overview(f"{name} "))
            return 0 if rest else 2
        name, rest = f"{name} {rest[0]}", rest[1:]
    if name not in COMMANDS:
        raise CleanerError(Problem(f"no such command: {name}", hint=_nearest(name)))
    from cleaner.cli.words import settings

    command = load(name)
    return command.run(settings(command, rest))


def _nearest(name: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, COMMANDS, n=1)
    return f"did you mean `{near[0]}`?" if near else "`cleaner --help` lists what there is"


def overview(prefix: str = "") -> str:
    """The list of commands, of those that begin with ``prefix``."""
    wanted = {name: about for name, (_, about) in COMMANDS.items() if name.startswith(prefix)}
    lines = [
        f"Usage: cleaner {prefix}COMMAND [ARGUMENTS] [OPTIONS]",
        "",
        "Take out of scraped articles what the publisher's template left in them, and be able to show and undo it.",
        "",
        "Commands:",
        *(f"  {name:<14}{about}" for name, about in wanted.items()),
        "",
        f"`cleaner {prefix}COMMAND --help` tells more of one, with examples; `cleaner --version` the version.",
    ]
    return "\n".join(lines) + "\n"
