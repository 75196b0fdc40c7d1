"""``cleaner clean``: where clean text goes, and what is never done."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from pathlib import Path

import pytest

from tests_cli import CLEAN, NOISY, QUIET, Run, plant


def test_one_file_goes_to_standard_output(cli: Run) -> None:
    plant(a=NOISY)
    done = cli("clean", "a.txt")
    assert (done.code, done.out, done.err) == (0, CLEAN, "")
    assert os.listdir() == ["a.txt"]
