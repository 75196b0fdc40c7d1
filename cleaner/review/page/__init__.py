"""The page: one template, one style sheet and its scripts, put into one HTML file that needs no network."""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final

_NO_JSON: Final = re.compile("[<>&\u2028\u2029\x7f-\x9f\ud800-\udfff]")


def render(data: dict[str, Any], title: str, *, live: bool) -> str:
    """The whole page with its data. ``live``: it may ask the server that it came from, and nobody else."""
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    style, script = assets()
    environment = Environment(autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True)
    template = environment.from_string((_home() / "page.html").read_text("utf-8"))
    return template.render(
        title=title,
        policy=policy(live=live),
        style=Markup(style),
        script=Markup(script),
        data=Markup(script_json(data)),
    )


def policy(*, live: bool) -> str:
    """The Content-Security-Policy: our own script and style by their hashes, no other source of anything."""
    style, script = assets()
    rules = [
        "default-src 'none'",
        f"script-src '{_hash(script)}'",
        f"style-src '{_hash(style)}'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ]
    return "; ".join([*rules, "connect-src 'self'"] if live else rules)


@cache
def assets() -> tuple[str, str]:
    """The style sheet and the script."""
    home = _home()
    parts = sorted(
        (part for part in (home / "script").iterdir() if part.name.endswith(".js")), key=lambda part: part.name
    )
    script = "\n".join(part.read_text("utf-8") for part in parts)
    return (home / "review.css").read_text("utf-8"), script


def script_json(data: Any) -> str:
    """JSON for a script element: no `<` of it can open or close anything, and lone surrogates survive as escapes."""
    import json

    written = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return _NO_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", written)


def _hash(text: str) -> str:
    return "sha256-" + b64encode(sha256(text.encode("utf-8")).digest()).decode("ascii")


def _home() -> Traversable:
    return files("cleaner.review.page")
