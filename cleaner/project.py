"""The project: the folder that a corpus's configuration, exceptions and run records belong to."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Final

NAME: Final = ".cleaner"
"""The folder of ours inside it. ``keep.yml`` and ``baseline.jsonl`` are for git, ``cache/`` and ``runs/`` are not."""

_IGNORED: Final = "# Made anew on any machine; keep.yml and baseline.jsonl belong into git.\n/cache/\n/runs/\n"


def project_folder(config: Path | None) -> Path:
    """The folder of the configuration file ``config``; without one, the root of the git checkout that the working
    folder lies in; without that, the working folder."""
    if config is not None:
        return config.resolve().parent
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)


def own_folder(project: Path) -> Path:
    """Make and return the folder of ours inside ``project``. Raises `OSError`."""
    folder = project / NAME
    folder.mkdir(exist_ok=True)
    ignored = folder / ".gitignore"
    if not ignored.exists():
        with contextlib.suppress(FileExistsError), ignored.open("x", encoding="utf-8") as file:
            file.write(_IGNORED)
    return folder
