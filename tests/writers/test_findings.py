"""Findings for services: annotations that cannot be forged, and a log with places that fit."""

from __future__ import annotations

import json

from cleaner.engine import Cleaner
from cleaner.problem import Problem
from cleaner.rules.load import load_library
from cleaner.text.document import Document
from cleaner.text.edit import Edit
from cleaner.writers.github import annotation, failure
from cleaner.writers.sarif import FINGERPRINT, Log

TEXT = "\U0001f327 It rained all day.\n\nAdvertisement\n\nNobody had anything to add to that, they said.\n"


def test_an_annotation_is_one_line_whatever_the_text_holds() -> None:
    edit = Edit(0, 9, "a\n::error::", "", ("g/one", "g/two"), "100% sure", "certain", "promo")
    line = annotation("a,b:c.txt", 3, 1, edit, "a\n::error::")
    assert "\n" not in line
    assert line.startswith("::warning file=a%2Cb%3Ac.txt,line=3,endLine=4,col=1,title=g/one%2C g/two::")
    assert line.endswith("100%25 sure")
    assert failure("a.txt", 0, "cannot\nread") == "::error file=a.txt::cannot%0Aread"


def test_a_log_has_rules_places_and_fingerprints() -> None:
    result = Cleaner(load_library()).clean(Document("a b.txt", TEXT))
    log = Log()
    log.add("a b.txt", TEXT, result.edits, result.fingerprints())
    log.fail(Problem("cannot be read", "c.txt"), "c.txt")
    document = json.loads(json.dumps(log.document()))
    assert document["version"] == "2.1.0"
    (run,) = document["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    (found,) = run["results"]
    assert run["tool"]["driver"]["rules"][found["ruleIndex"]]["id"] == found["ruleId"] == "generic/ad-label"
    place = found["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "a%20b.txt"
    region = place["region"]
    assert TEXT[region["charOffset"] : region["charOffset"] + region["charLength"]] == region["snippet"]["text"]
    assert found["partialFingerprints"] == {FINGERPRINT: result.fingerprints()[0]}
    assert not run["invocations"][0]["executionSuccessful"]
    assert len(run["invocations"][0]["toolExecutionNotifications"]) == 1
