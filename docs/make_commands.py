"""Writes docs/commands.md from the help of the commands: ``python docs/make_commands.py``."""

from __future__ import annotations

from pathlib import Path

from cleaner.cli.app import COMMANDS, load, overview
from cleaner.cli.options import OPTIONS
from cleaner.cli.words import help_text
from cleaner.config import KEYS, SKIPS, SOURCES

PAGE = Path(__file__).with_name("commands.md")

HEAD = """\
# The command line

This page is made from the help of the commands by `python docs/make_commands.py`; a test holds it to it.

Data goes to standard output, everything else to standard error. `-` is standard input. Texts of a corpus
reach a terminal in reports with control characters written out; clean text that is asked for as data goes out as it is.

| exit code | |
|---|---|
| 0 | nothing to do, or done |
| 1 | `check` or `diff` found something |
| 2 | wrong use, a bad configuration or rule, a file that could not be read, cleaned or written |
| 130 | interrupted |

"""

CONFIG = """\
## The configuration

The options above can stand in `cleaner.toml`, or in the table `[tool.cleaner]` of `pyproject.toml`, under their
long names without the dashes. The search begins in the folder that holds all PATHs of the command line (the
current folder where there are none) and goes up to the root of the git checkout; the first file found counts, alone.
`--config FILE` names another, `--isolated` uses none. What stands on the command line is used in place of
what the file says, not along with it. Paths and globs are read from the folder of the file. An unknown
key or a wrong value is an error.

```toml
rules = ["rules"]
level = "certain"
exclude = ["raw/"]
max-removed = "40%"

[sources]                      # which source files are of, by path; the first that matches counts
"news/**" = "scmp.com"
"blogs/*.md" = "wordpress"

[per-file-skip]                # rules, categories or sources left out by path; all that match count
"letters/**" = ["promo", "generic/read-more"]
```

"""


def page() -> str:
    """The page as it should be."""
    parts = [HEAD, _block(overview())]
    for name in COMMANDS:
        parts += [f"## cleaner {name}\n\n", _block(help_text(load(name)))]
    parts += [CONFIG, "| key | value | |\n|---|---|---|\n"]
    for name, key in KEYS.items():
        value = " \\| ".join(f'`"{choice}"`' for choice in key.choices) or VALUES[key.kind]
        parts.append(f"| `{name}` | {value} | {OPTIONS[name.replace('-', '_')].help} |\n")
    parts.append(f"| `{SOURCES}` | a table of globs and sources | Which source files are of, by path. |\n")
    parts.append(f"| `{SKIPS}` | a table of globs and lists of names | What `skip` leaves out, by path. |\n")
    return "".join(parts)


VALUES = {
    "text": "text",
    "texts": "a list of texts",
    "path": "a path",
    "paths": "a list of paths",
    "flag": "`true` or `false`",
    "count": "a number",
    "share": '`"40%"` or `0.4`',
}


def _block(text: str) -> str:
    return f"```text\n{text}```\n\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
