"""Every option of the command line, said once: flags, kind, help, and the command that each stands on.

`Settings` is what a command is given: the defaults, over them the configuration, over that the command
line. argparse reads the words; it is a fifth of what typer's start-up costs, and a hook over three small
files pays for start-up and little else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from cleaner.config import COLORS, FORMATS, LEVELS, OUTPUTS, Config, Kind
from cleaner.text.edit import Confidence


@dataclass(frozen=True, slots=True)
class Option:
    """One option. The last of ``flags`` is its long name."""

    flags: tuple[str, ...]
    kind: Kind
    help: str
    metavar: str = ""
    choices: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The field of `Settings` that it fills."""
        return self.flags[-1].lstrip("-").replace("-", "_")


NO_CONFIG: Final = Config()


@dataclass(frozen=True, slots=True)
class Settings:
    """What a command is asked for. ``words`` are the arguments that are no options, ``config`` is what was read.

    ``include_base`` and ``exclude_base`` are the folder of the configuration where the globs are its own.
    """

    words: tuple[str, ...] = ()
    config: Config = NO_CONFIG
    rules: tuple[Path, ...] = ()
    level: Confidence = "likely"
    source: str | None = None
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    no_cache: bool = False
    include: tuple[str, ...] | None = None
    exclude: tuple[str, ...] = ()
    include_base: Path | None = None
    exclude_base: Path | None = None
    force_exclude: bool = False
    no_ignore: bool = False
    files_from: str | None = None
    stdin_filename: str | None = None
    encoding: str | None = None
    format: Literal["auto", "text", "html"] = "auto"
    output: Literal["text", "json", "jsonl"] = "text"
    color: Literal["auto", "always", "never"] = "auto"
    quiet: bool = False
    verbose: int = 0
    out: Path | None = None
    in_place: bool = False
    edits: Path | None = None
    max_removed: float | None = None
    no_repair: bool = False
    repair_only: bool = False
    extract_only: bool = False
    jobs: int | None = None
    unified: bool = False
    unmatched: bool = False
    assign: bool = False
    category: str | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """One command. ``words`` shows its arguments in the usage line; ``examples`` are command lines with what
    they do; ``options`` are names of `OPTIONS`; ``run`` returns the exit code."""

    name: str
    words: str
    about: str
    examples: tuple[tuple[str, str], ...]
    options: tuple[str, ...]
    run: Callable[[Settings], int]


_ALL: Final = (
    # which rules
    Option(("--rules",), "paths", "A folder of rule files to use with the shipped ones; may be repeated.", "DIR"),
    Option(("--level",), "choice", "The weakest confidence that is cut. Default: likely.", choices=LEVELS),
    Option(("--source",), "text", "Take every document to be of this source.", "ID"),
    Option(("--only",), "texts", "Use this rule, category or source alone; may be repeated.", "NAME"),
    Option(("--skip",), "texts", "Leave out this rule, category or source; may be repeated.", "NAME"),
    Option(("--category",), "text", "Show the rules of this category alone.", "NAME"),
    Option(("--no-cache",), "flag", "Read and compile every rule file anew."),
    Option(("--config",), "path", "Use this configuration file.", "FILE"),
    Option(("--isolated",), "flag", "Use no configuration file."),
    # what is read
    Option(
        ("--include",),
        "texts",
        "Names that count in a folder, in place of *.txt, *.text, *.md, *.markdown, *.html, *.htm and *.xhtml; "
        "may be repeated.",
        "GLOB",
    ),
    Option(("--exclude",), "texts", "Leave out such files and folders of a folder; may be repeated.", "GLOB"),
    Option(("--force-exclude",), "flag", "Let --exclude hold for files named one by one as well."),
    Option(("--no-ignore",), "flag", "Take up what a .gitignore names."),
    Option(
        ("--files-from",),
        "text",
        "Read further paths from a file, or - for standard input, one a line.",
        "FILE",
    ),
    Option(("--stdin-filename",), "text", "The name that standard input (-) is to have.", "NAME"),
    Option(("--encoding",), "text", "The encoding of all files; else it is found out for each.", "NAME"),
    Option(
        ("--format",),
        "choice",
        "How files are read: auto by name, text as plain text, html as pages whose text is taken out. Default: auto.",
        choices=FORMATS,
    ),
    # what is done
    Option(("-o", "--out"), "path", "Write a tree of files into this folder; made if need be.", "DIR"),
    Option(("--in-place",), "flag", "Replace the files themselves."),
    Option(("--edits",), "path", "A file with every edit, one line of JSON a document.", "FILE.jsonl"),
    Option(
        ("--max-removed",),
        "share",
        "The fuse: leave a document as it is that would lose more of its characters; 95% unless said, "
        "100% for no fuse.",
        "40%",
    ),
    Option(("--no-repair",), "flag", "Cut, but repair nothing."),
    Option(("--repair-only",), "flag", "Repair, but cut nothing."),
    Option(("--extract-only",), "flag", "Write the text of pages as it was taken out of HTML: no repair, no rule."),
    Option(("--unified",), "flag", "Print a diff that patch and git apply can read."),
    Option(("--unmatched",), "flag", "Show the files alone that no source matched."),
    Option(("--assign",), "flag", "Write into the configuration which source each file has, by path."),
    Option(("-j", "--jobs"), "count", "Processes to work in. Default: one for little, else one a core.", "N"),
    # what is said
    Option(("--output",), "choice", "The form of what is printed. Default: text.", choices=OUTPUTS),
    Option(("--color",), "choice", "Colours. Default: auto, on a terminal only.", choices=COLORS),
    Option(("-q", "--quiet"), "flag", "Say nothing but errors."),
    Option(("-v", "--verbose"), "count", "Say more, such as counts by rule."),
)
OPTIONS: Final[dict[str, Option]] = {option.name: option for option in _ALL}

RULE_FILES: Final = ("rules", "no_cache", "config", "isolated")
CHOICE: Final = ("level", "source", "only", "skip")
FILES: Final = (
    "include",
    "exclude",
    "force_exclude",
    "no_ignore",
    "files_from",
    "stdin_filename",
)
SPEECH: Final = ("output", "color", "quiet", "verbose")
INPUT: Final = ("encoding", "format")
REPAIR: Final = ("no_repair", "repair_only")
