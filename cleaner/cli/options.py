"""Every option of the command line, said once: flags, kind, help, and the command that each stands on.

`Settings` is what a command is given: the defaults, over them the configuration, over that the command
line. argparse reads the words; it is a fifth of what typer's start-up costs, and a hook over three small
files pays for start-up and little else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, NamedTuple

from cleaner.config import COLORS, FORMATS, LEVELS, OUTPUTS, Config, Kind
from cleaner.text.edit import Confidence


class Option(NamedTuple):
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
    isolated: bool = False
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
    format: Literal["auto", "text", "html", "jsonl", "parquet", "warc"] = "auto"
    text_field: str = "text"
    url_field: str = "url"
    id_field: str = "id"
    html_field: str | None = None
    edits_field: str | None = None
    run: str | None = None
    no_record: bool = False
    keep_runs: int = 20
    shard: str | None = None
    resume: bool = False
    strict: bool = False
    force: bool = False
    output: Literal["text", "json", "jsonl", "github", "sarif"] = "text"
    color: Literal["auto", "always", "never"] = "auto"
    quiet: bool = False
    progress: bool = False
    no_progress: bool = False
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
    least: int | None = None
    category: str | None = None
    html: Path | None = None
    port: int | None = None
    no_browser: bool = False
    hook: bool = False
    reason: str | None = None
    everywhere: bool = False
    stale: bool = False
    prune: bool = False
    lint: bool = False


class Command(NamedTuple):
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
    Option(("--no-cache",), "flag", "Read and compile every rule file anew, and look at texts that were found clean."),
    Option(("--config",), "path", "Use this configuration file.", "FILE"),
    Option(("--isolated",), "flag", "Use no configuration file and no exceptions."),
    # what is read
    Option(
        ("--include",),
        "texts",
        "Names that count in a folder, in place of those of texts (*.txt, *.md), pages (*.html) and records "
        "(*.jsonl, *.parquet, *.warc); may be repeated.",
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
        "How files are read: auto by name and content, text as plain text, html as pages whose text is taken out, "
        "jsonl, parquet and warc as records. Default: auto.",
        choices=FORMATS,
    ),
    Option(
        ("--text-field",),
        "text",
        "The field of a record that holds the text; doc.text for one within another. Default: text.",
        "NAME",
    ),
    Option(
        ("--url-field",), "text", "The field that holds the address, by which a source is known. Default: url.", "NAME"
    ),
    Option(("--id-field",), "text", "The field that names a record in the edits. Default: id.", "NAME"),
    Option(
        ("--html-field",),
        "text",
        "A field that holds a page: its text is taken out, cleaned, and put into --text-field, a new one.",
        "NAME",
    ),
    # what is done
    Option(("-o", "--out"), "path", "Write a tree of files into this folder; made if need be.", "DIR"),
    Option(("--in-place",), "flag", "Replace the files themselves."),
    Option(("--edits",), "path", "A file with every edit, one line of JSON a document.", "FILE.jsonl"),
    Option(("--edits-field",), "text", "Put the edits of each changed record into it, as this new field.", "NAME"),
    Option(
        ("--run",),
        "text",
        "Go by the record of this run alone (its name, the beginning of it, or latest); without PATH, all it wrote.",
        "RUN",
    ),
    Option(("--no-record",), "flag", "Keep no record of the run below .cleaner/runs."),
    Option(("--keep-runs",), "count", "Keep the records of the last N runs. Default: 20.", "N"),
    Option(
        ("--shard",),
        "text",
        "Do the I-th of N equal shares of the input; all N together do all of it, each record once.",
        "I/N",
    ),
    Option(("--resume",), "flag", "Take up an unfinished run where it was whole; the same options must be given."),
    Option(("--strict",), "flag", "Stop at the first document that cannot be read or cleaned."),
    Option(("--force",), "flag", "Write over outputs that exist, and forget an unfinished run."),
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
    Option(("--least",), "count", "So many documents of a source must have a line. Default: 3.", "N"),
    Option(("-j", "--jobs"), "count", "Processes to work in. Default: one for little, else one a core.", "N"),
    Option(("--html",), "path", "Write the page into this file and stop.", "FILE"),
    Option(("--port",), "count", "Serve on this port. Default: any that is free.", "N"),
    Option(("--no-browser",), "flag", "Open no browser; print the address alone."),
    Option(
        ("--hook",),
        "flag",
        "Work as a hook of git: clean in place, one line for each file and rule, exit code 1 where one was changed; "
        "check shows only what counts.",
    ),
    Option(("--reason",), "text", "Why; it stands beside the entry.", "TEXT"),
    Option(("--everywhere",), "flag", "Keep the same text wherever these rules would cut it."),
    Option(("--stale",), "flag", "List the entries whose cut no rule makes any more."),
    Option(("--prune",), "flag", "Take such entries away."),
    Option(("--lint",), "flag", "Lint the rules as well; of the folders that --rules names, where it is given."),
    # what is said
    Option(("--output",), "choice", "The form of what is printed. Default: text.", choices=OUTPUTS),
    Option(("--color",), "choice", "Colours. Default: auto, on a terminal only.", choices=COLORS),
    Option(("-q", "--quiet"), "flag", "Say nothing but errors."),
    Option(("--progress",), "flag", "Show how far it is from the start on, and as lines where it is no terminal."),
    Option(("--no-progress",), "flag", "Show no progress; else a bar is shown on a terminal."),
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
PROGRESS: Final = ("progress", "no_progress")
INPUT: Final = ("encoding", "format")
FIELDS: Final = ("text_field", "url_field", "id_field", "html_field")
REPAIR: Final = ("no_repair", "repair_only")
