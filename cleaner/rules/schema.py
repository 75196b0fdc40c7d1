"""The JSON Schema of the rule format, made from the types of `cleaner.rules.spec`.

It ships as ``schema.json`` beside the rules; a rule file names a copy of it in its first line, so that editors with
a YAML language server complete and check what is written. What a schema cannot say (that ids are unique, that
patterns can be read) the loader says.
"""

from __future__ import annotations

from typing import Any, Final

from msgspec import json

from cleaner.rules import spec
from cleaner.rules.build import BELONGS
from cleaner.rules.model import VERBS

SCHEMA_FILE: Final = "schema.json"
"""What the schema is called where it lies beside rule files."""


def json_schema() -> dict[str, Any]:
    """Return the schema (draft 2020-12) as plain data."""
    (file,), parts = json.schema_components((spec.File,), ref_template="#/$defs/{name}")
    for name in ("Rule", "KeepRule"):
        parts[name] |= {
            "oneOf": [{"required": [verb]} for verb in VERBS],
            "dependentRequired": {key: [verb] for key, verb in BELONGS.items() if key in parts[name]["properties"]},
            # A section says where it ends.
            "if": {"required": ["section"]},
            "then": {"anyOf": [{"required": [key]} for key in ("while", "until", "to")]},
        }
    parts["Rule"]["properties"]["examples"] |= {
        "allOf": [{"contains": {"pattern": r"\[\["}}, {"contains": {"not": {"pattern": r"\[\["}}}]
    }
    parts["Matcher"] |= {"minProperties": 1, "maxProperties": 1}
    parts["Where"] |= {"minProperties": 1}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A rule file of cleaner",
        **file,
        "$defs": dict(sorted(parts.items())),
    }


def schema_text() -> str:
    """The schema as it is written to a file."""
    return json.format(json.encode(json_schema()), indent=2).decode() + "\n"
