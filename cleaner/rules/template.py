"""What ``cleaner rules new SOURCE`` writes: a rule file to start from, and the schema its first line names.

The schema is copied beside the rule file and named by its bare name: that works in every editor, in a checkout and
after an installation, and can be put under version control with the rules.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from cleaner.problem import CleanerError, Problem
from cleaner.rules.conform import conform
from cleaner.rules.model import GENERIC
from cleaner.rules.schema import SCHEMA_FILE, schema_text
from cleaner.rules.spec import SourceName
from cleaner.rules.syntax import Notes, Scalar

_HEAD: Final = """\
# yaml-language-server: $schema=./{schema}
# Rules for {source}. `cleaner rules test` runs the examples, `cleaner rules lint` looks for weak rules.
source: {source}
describe: What this source is, and in what form its articles come.
"""
_MATCH_DOMAIN: Final = """\
match:
  any:
    - domain: {source}
"""
_MATCH_PATH: Final = """\
match:                          # or give the documents to it by --source {source}
  any:
    - path: '**/{source}/**'
"""
_RULES: Final = """\
rules:
  - id: read-more               # in reports and switches: {source}/read-more
    why: A link to another article, put between two paragraphs.
    category: related
    line: 'READ MORE: ...'      # a whole line; case and quotes do not count, ... is anything
    confidence: likely          # certain: cut in hooks too; maybe: only reported
    examples:                   # what stands in [[ ]] goes, and nothing else
      - "It rained all day.\\n[[Read more: What to do when it rains]]\\nThe rain stopped at night."
      - "Those who want to read more: there is a list of books at the end."
"""


def source_file(source: str, *, schema: str = SCHEMA_FILE) -> str:
    """Return the text of a new rule file whose examples pass. Raises `CleanerError` for a name that cannot be one."""
    notes = Notes("")
    conform(Scalar(source, 0, 0, "'"), SourceName, f"`{source}`", notes)
    if notes.problems:
        raise CleanerError(*notes.problems)
    match = "" if source == GENERIC else _MATCH_DOMAIN if "." in source else _MATCH_PATH
    return (_HEAD + match + _RULES).format(source=source, schema=schema)


def write_source(folder: Path, source: str) -> Path:
    """Write a new rule file and, where it is missing or old, the schema into ``folder``; return the rule file's path.

    Raises `CleanerError` where the file is there already or cannot be written.
    """
    text = source_file(source)
    path = folder / f"{source}.yaml"
    try:
        if path.exists():
            raise CleanerError(Problem("is there already", str(path), hint="add your rules to it"))
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        (folder / SCHEMA_FILE).write_text(schema_text(), encoding="utf-8", newline="\n")
    except OSError as error:
        raise CleanerError(Problem(f"cannot be written: {error.strerror}", str(error.filename or path))) from error
    return path
