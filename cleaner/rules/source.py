"""Source choice: which source a document is from, and by what that is known. First hit wins.

1. the source the caller names (``--source``);
2. the record's own word: its ``source``, if that names a source;
3. the path map of the configuration;
4. a source's ``match`` by domain (of the record's url or source field), path or metadata;
5. a source's ``match`` by fingerprint: pieces of text that all stand in the document.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, NamedTuple

from cleaner.problem import CleanerError, Problem
from cleaner.rules.model import GENERIC, Matcher
from cleaner.rules.pattern import search_all
from cleaner.rules.prefilter import Scanner
from cleaner.text.document import Document

if TYPE_CHECKING:
    from cleaner.rules.load import Library


class SourceChoice(NamedTuple):
    """The source chosen, None for none, and what it was known by, for people."""

    name: str | None
    by: str


NO_SOURCE = SourceChoice(None, "nothing known of it matches a source")


class Chooser:
    """Chooses sources. ``paths`` is the path map: (glob, source) pairs, the first that matches counts.

    Raises `CleanerError` where a source named by the caller or the path map does not exist.
    """

    def __init__(self, library: Library, *, source: str | None = None, paths: Sequence[tuple[str, str]] = ()) -> None:
        self._known = library.matchers.keys() - {GENERIC}
        for name in [source, *(name for _, name in paths)]:
            if name is not None and name not in self._known:
                raise CleanerError(_unknown(name, self._known))
        self._source = source
        self._paths = tuple(paths)
        self._domains: dict[str, str] = {}
        self._path_matchers: list[tuple[str, str]] = []
        self._meta_matchers: list[tuple[Matcher, str]] = []
        self._fingerprints: list[tuple[Matcher, str]] = []
        for name in sorted(self._known):
            for matcher in library.matchers[name]:
                if matcher.domain:
                    self._domains.setdefault(matcher.domain.casefold(), name)
                elif matcher.path:
                    self._path_matchers.append((matcher.path, name))
                elif matcher.meta:
                    self._meta_matchers.append((matcher, name))
                elif matcher.fingerprint:
                    self._fingerprints.append((matcher, name))
        # One literal of the first pattern of each fingerprint is enough to look closer.
        self._scanner = Scanner([matcher.fingerprint[0].literals or () for matcher, _ in self._fingerprints])
        self._unscanned = [n for n, (m, _) in enumerate(self._fingerprints) if not m.fingerprint[0].literals]

    def choose(self, document: Document, text: str, scan: bytes) -> SourceChoice:
        """Return the choice for ``document``, whose repaired text is ``text``, folded by `scanned` to ``scan``."""
        if self._source is not None:
            return SourceChoice(self._source, "named by the caller")
        if document.source and document.source in self._known:
            return SourceChoice(document.source, "the record's source field")
        for glob, name in self._paths:
            if _path_matches(glob, document.id):
                return SourceChoice(name, f"the path map: {glob}")
        return self._by_match(document) or self._by_fingerprint(text, scan) or NO_SOURCE

    def _by_match(self, document: Document) -> SourceChoice | None:
        for place in (document.url, document.source, document.meta.get("domain")):
            domain = self._known_domain(place)
            if domain:
                return SourceChoice(self._domains[domain], f"domain {domain}")
        for glob, name in self._path_matchers:
            if _path_matches(glob, document.id):
                return SourceChoice(name, f"path {glob}")
        for matcher, name in self._meta_matchers:
            if all(str(document.meta.get(key, "")).casefold() == value.casefold() for key, value in matcher.meta):
                return SourceChoice(name, "meta " + ", ".join(f"{key}: {value}" for key, value in matcher.meta))
        return None

    def _known_domain(self, place: str | None) -> str | None:
        """The longest known domain that the host of ``place`` is or lies under."""
        host = host_of(place)
        while host:
            if host in self._domains:
                return host
            host = host.partition(".")[2]
        return None

    def _by_fingerprint(self, text: str, scan: bytes) -> SourceChoice | None:
        seen = sorted(self._scanner.owners(scan).union(self._unscanned))
        for number in seen:
            matcher, name = self._fingerprints[number]
            if all(search_all(pattern, text) for pattern in matcher.fingerprint):
                return SourceChoice(
                    name, "fingerprint " + " + ".join(pattern.source for pattern in matcher.fingerprint)
                )
        return None


def host_of(place: str | None) -> str:
    """The host of a url, or of a bare domain; '' where there is none."""
    if not place or any(character.isspace() for character in place.strip()):
        return ""
    from urllib.parse import urlsplit  # texts mostly come without an address

    try:
        host = urlsplit(place if "//" in place else f"//{place}").hostname or ""
    except ValueError:  # a bracket or port that is none: no host to be had
        return ""
    return host.casefold().rstrip(".")


def _path_matches(glob: str, path: str) -> bool:
    import pathspec

    spec = pathspec.PathSpec.from_lines("gitignore", [glob])
    return spec.match_file(path)


def _unknown(name: str, known: Collection[str]) -> Problem:
    import difflib

    near = difflib.get_close_matches(name, known, 1)
    hint = f"did you mean `{near[0]}`?" if near else "`cleaner rules list` shows those there are"
    return Problem(f"there is no source `{name}`", hint=hint)
