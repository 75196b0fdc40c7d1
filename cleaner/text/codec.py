"""Bytes to text and back, without loss.

The byte order mark stays in the text as U+FEFF and ``\\r\\n`` stays as it is, so that `encode` gives back what
`decode` read. What a codec cannot read is kept as lone surrogates (``surrogateescape``; ``surrogatepass`` in UTF-16
and UTF-32). A few codecs write some characters in another way than they may be read (398 of the double bytes of
cp932, for one); so everything but strict UTF-8 is encoded again and compared, and `Decoded.exact` says how it went.

This floor needs the standard library only, with one exception: when nothing else told the encoding, `_guess`
imports chardet, there and nowhere else. chardet 7 knew all of 392 short samples, charset-normalizer 91 %.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter
from typing import Final, NamedTuple, NoReturn

from cleaner.problem import CleanerError, NotText, Problem

WINDOW: Final = 64 * 1024
"""How many bytes are looked at to tell one encoding from another."""
TRUSTED: Final = 0.1
"""chardet's confidence from which a guess is believed. Right guesses at short lines had 0.12 and more, guesses at
text with a broken byte in it, which were wrong, 0.08 and less."""
TRUSTED_WESTERN: Final = 0.02
"""The same for windows-1252, what a web page without a declared encoding is read as (WHATWG)."""
WESTERN: Final = frozenset(
    {"cp1250", "cp1252", "cp1254", "cp437", "cp850", "mac-roman", "iso8859-1", "iso8859-2", "iso8859-15"}
)
"""Codecs in which well-formed UTF-8 is nonsense (``Ã©``), and so in practice never stands by chance."""

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_UNMARKED: Final = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}
"""Codecs that eat the mark, and what stands for them."""
_SIBLINGS: Final = {"big5hkscs": ("cp950", "big5"), "euc_jis_2004": ("euc_jp",), "iso2022_jp_2": ("iso2022_jp",)}
"""What else is tried where a guessed codec does not give the bytes back."""

_UNPACK = "unpack it first"
_EXTRACT = "extract its text first"
_MAGIC: Final = (
    (b"\x89PNG\r\n\x1a\n", "a PNG image", ""),
    (b"\xff\xd8\xff", "a JPEG image", ""),
    (b"GIF8", "a GIF image", ""),
    (b"RIFF", "a RIFF file (WebP, WAV, AVI)", ""),
    (b"II*\0", "a TIFF image", ""),
    (b"MM\0*", "a TIFF image", ""),
    (b"%PDF-", "a PDF", _EXTRACT),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document", _EXTRACT),
    (b"PK\x03\x04", "a ZIP archive (or a .docx, .odt, .epub)", _UNPACK),
    (b"PK\x05\x06", "an empty ZIP archive", ""),
    (b"\x1f\x8b", "gzip data", _UNPACK),
    (b"\x28\xb5\x2f\xfd", "zstd data", _UNPACK),
    (b"BZh", "bzip2 data", _UNPACK),
    (b"\xfd7zXZ\0", "xz data", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", _UNPACK),
    (b"Rar!\x1a\x07", "a RAR archive", _UNPACK),
    (b"\x04\x22\x4d\x18", "lz4 data", _UNPACK),
    (b"PAR1", "a Parquet file", ""),
    (b"ARROW1", "an Arrow file", ""),
    (b"SQLite format 3\0", "a SQLite database", ""),
    (b"\x7fELF", "a program", ""),
    (b"MZ", "a program", ""),
    (b"\x80\x04\x95", "a Python pickle", ""),
    (b"OggS", "an Ogg file", ""),
    (b"ID3", "an MP3 file", ""),
    (b"fLaC", "a FLAC file", ""),
    (b"wOF", "a font", ""),
)
"""First bytes, what they open, what to try. They count only in what is not plain UTF-8."""

_HIGH: Final = bytes(range(128, 256))
_NON_ASCII = re.compile(r"[^\x00-\x7f]")
_KEPT = re.compile(r"[\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_WRITTEN = re.compile(r"[\t\n\r\x20-\x7e、。，的の]")


class Decoded(NamedTuple):
    """A text and how to get its bytes back.

    ``encoding``: the codec with which `encode` does that. ``exact``: it gives the very bytes; where it does not,
    ``raw`` keeps them, else that is None. ``guessed``: nothing but the frequencies of letters speaks for the encoding.
    ``invalid``: the offsets in the text of bytes (in UTF-16: units) that are none in this encoding, kept as lone
    surrogates.
    """

    text: str
    encoding: str
    exact: bool = True
    guessed: bool = False
    invalid: tuple[int, ...] = ()
    raw: bytes | None = None


def decode(raw: bytes, encoding: str | None = None) -> Decoded:
    """Return the text of ``raw``. The first that fits says how it is encoded:

    1. a byte order mark,
    2. ``encoding``, any name that Python knows,
    3. strict UTF-8; ISO-2022 where its escape sequences stand in it,
    4. UTF-16 and UTF-32 without a mark, told by where their NUL bytes stand,
    5. UTF-8 with a few broken bytes, which are kept,
    6. a guess by chardet; where that is not to be trusted, 5 however many bytes are broken.

    Raises `NotText` for binary data and for a NUL character, `CleanerError` for an ``encoding`` that does not exist.
    """
    told = None if encoding is None else _codec(encoding)
    decoded = _by_mark(raw)
    if decoded is None:
        decoded = _unnamed(raw) if told is None else _told(raw, told)
    if "\0" in decoded.text:
        _refuse_nul(decoded.text[: decoded.text.index("\0")])
    return decoded


def encode(text: str, encoding: str) -> bytes:
    """Return ``text`` in ``encoding``, lone surrogates as the bytes that `decode` kept in them.

    Raises `CleanerError`, with line and column, for a character that the encoding does not have.
    """
    codec = _codec(encoding)
    codec = _UNMARKED.get(codec, codec)
    try:
        return text.encode(codec, _errors(codec))
    except UnicodeEncodeError as error:
        line, column = _place(text[: error.start])
        problem = Problem(
            f"{text[error.start : error.start + 1]!r} cannot be written in {codec}",
            line=line,
            column=column,
            hint="convert the file to UTF-8 first",
        )
        raise CleanerError(problem) from error
    except UnicodeError as error:
        raise CleanerError(Problem(f"cannot write this text in {codec}: {error}")) from error


def _codec(name: str) -> str:
    """Python's own name of a codec. Raises `CleanerError`, with the nearest name, where there is none."""
    try:
        found = codecs.lookup(name)
        "".encode(name)  # refuses codecs that are not between text and bytes
        return found.name
    except (LookupError, ValueError):
        from difflib import get_close_matches
        from encodings.aliases import aliases

        known = {alias.replace("_", "-"): codec for alias, codec in aliases.items()}
        known |= {codec.replace("_", "-"): codec for codec in aliases.values() if not codec.endswith("_codec")}
        wanted = name.lower().replace("_", "-")
        near = get_close_matches(wanted, [key for key, codec in known.items() if not codec.endswith("_codec")], 1)
        hint = f"did you mean {near[0]}?" if near else "for instance utf-8, windows-1252, gb18030, shift-jis"
        raise CleanerError(Problem(f"there is no text encoding {name!r}", hint=hint)) from None


def _errors(codec: str) -> str:
    return "surrogatepass" if codec.startswith(("utf-16", "utf-32")) else "surrogateescape"


def _by_mark(raw: bytes) -> Decoded | None:
    for mark, codec in _MARKS:
        if raw.startswith(mark):
            try:
                return _decoded(raw, codec, must_fit=codec in ("utf-32-le", "utf-32-be", "gb18030"))
            except UnicodeError:
                continue
    return None


def _told(raw: bytes, codec: str) -> Decoded:
    """By the user's word; binary data is not believed to be text, whatever he says of a whole folder."""
    if codec in ("utf-16", "utf-32"):
        return _decoded(raw, _wide(raw) or _UNMARKED[codec])
    decoded = _decoded(raw, _UNMARKED.get(codec, codec))
    if decoded.encoding != "utf-8" or decoded.invalid:
        _refuse_magic(raw)
    return decoded


def _unnamed(raw: bytes) -> Decoded:
    if b"\0" in raw:
        _refuse_magic(raw)
        codec = _wide(raw)
        if codec is None:
            _refuse_nul(raw[: raw.index(0)].decode("utf-8", "replace"))
        return _decoded(raw, codec)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return _not_utf8(raw, error.start)
    if b"\x1b$" in raw:  # in ISO-2022-JP, Japanese stands as ASCII between escape sequences
        codec = _guess(_window(raw, raw.index(b"\x1b$")))
        if codec is not None and codec.startswith("iso2022"):
            return _by_guess(raw, codec)
    return Decoded(text, "utf-8")


def _not_utf8(raw: bytes, first: int) -> Decoded:
    """What to make of bytes that are no UTF-8, the first of them at ``first``."""
    _refuse_magic(raw)
    window = _window(raw, first)
    seen = window.decode("utf-8", "surrogateescape")
    controls = len(_CONTROL.findall(seen))
    if controls * 10 > len(window):
        problem = f"no text: {controls} of {len(window)} bytes are control characters"
        raise NotText(Problem(problem, hint="leave it out with --exclude"))
    broken = len(_KEPT.findall(seen))
    whole = len(_NON_ASCII.findall(seen)) - broken
    if whole < 3 * broken:
        codec = _guess(window)
        # Where half of what is not ASCII is well-formed UTF-8, no Western encoding explains it.
        if codec is not None and codec != "utf-8" and not (codec in WESTERN and whole >= broken):
            guess = _by_guess(raw, codec)
            if _is_plausible(guess.text, 20):
                return guess
    return _decoded(raw, "utf-8")


def _by_guess(raw: bytes, codec: str) -> Decoded:
    """With a guessed codec, or the sibling that gives the bytes back where the codec itself does not."""
    guess = _decoded(raw, codec, guessed=True)
    if guess.exact and not guess.invalid:
        return guess
    tried = (_decoded(raw, sibling, guessed=True) for sibling in _SIBLINGS.get(codec, ()))
    return next((other for other in tried if other.exact and len(other.invalid) <= len(guess.invalid)), guess)


def _decoded(raw: bytes, codec: str, *, guessed: bool = False, must_fit: bool = False) -> Decoded:
    """Decode, encode again and compare. Raises `UnicodeError` for what does not fit, if it must."""
    errors = _errors(codec)
    fits = True
    try:
        text = raw.decode(codec)
    except UnicodeError:
        fits = False
        try:
            text = raw.decode(codec, errors)
        except UnicodeError as error:
            if must_fit:
                raise
            try:
                text = raw.decode(codec, "replace")
            except UnicodeError:
                problem = Problem(f"cannot be read as {codec}: {error}", hint="name its encoding with --encoding")
                raise CleanerError(problem) from error
    exact = True
    if not (fits and codec == "utf-8"):
        try:
            exact = text.encode(codec, errors) == raw
        except UnicodeError:
            exact = False
    invalid = () if fits else tuple(found.start() for found in _KEPT.finditer(text))
    return Decoded(text, codec, exact, guessed, invalid, None if exact else raw)


def _wide(raw: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark, or None.

    A text in them holds NUL bytes, on one side of its units only: characters below U+0100, line ends at the least.
    It is mistaken neither for UTF-8 with a few NUL bytes in it nor for binary data.
    """
    window = raw[:WINDOW]
    narrow = _part(window.replace(b"\0", b""), "utf-8")
    narrow_text = narrow is not None and _is_plausible(narrow)
    best: tuple[int, str] | None = None
    for codec in ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be"):
        text = None if len(raw) % (4 if codec.startswith("utf-32") else 2) else _part(window, codec)
        if text is None or "\0" in text or not _is_plausible(text):
            continue
        written, latin = len(_WRITTEN.findall(text)), sum(character < "\u0100" for character in text)
        if codec.startswith("utf-16") and (not latin or (narrow_text and latin * 2 < len(text))):
            continue
        if (best is None or written > best[0]) and _fits(raw, codec):
            best = written, codec
    return best and best[1]


def _part(window: bytes, codec: str) -> str | None:
    """The text of a piece whose last character may be cut, or None."""
    try:
        return codecs.getincrementaldecoder(codec)().decode(window)
    except UnicodeError:
        return None


def _fits(raw: bytes, codec: str) -> bool:
    try:
        raw.decode(codec)
    except UnicodeError:
        return False
    return True


def _is_plausible(text: str, least: int = 50) -> bool:
    """True where at most one character in ``least``, of those that are not plain ASCII, cannot stand in a text."""
    counted = Counter(text[:WINDOW])
    odd = plain = 0
    for character, count in counted.items():
        if "\x20" <= character < "\x7f" or character in "\t\n\f\r\x1b\ufeff":
            plain += count
        elif unicodedata.category(character) in ("Cc", "Cn", "Co", "Cs"):
            odd += count
    return odd * least <= min(len(text), WINDOW) - plain


def _window(raw: bytes, at: int) -> bytes:
    """What is looked at around ``at``: from the start of a line not far ahead of it."""
    start = raw.rfind(b"\n", 0, max(0, at - WINDOW // 16)) + 1
    if at - start > WINDOW // 2:
        start = at  # one long line; all up to here was UTF-8, so a character begins here
    return raw[start : start + WINDOW]


def _guess(window: bytes) -> str | None:
    """chardet's word, or None where it is not to be trusted.

    Lines that are hardly ASCII are asked about alone: in much English around them they pass for its odd characters.
    One byte that is broken in an East Asian encoding makes it impossible for the whole, and chardet then names
    another one without conviction; so the lines are asked one by one, and the most bytes win.
    """
    lines = [line for line in window.split(b"\n") if not line.isascii()]
    foreign = b"\n".join(lines)
    is_foreign = len(foreign) * 2 > 3 * len(foreign.translate(None, _HIGH))
    name, confidence = _asked(foreign if is_foreign else window)
    if _is_trusted(name, confidence):
        return name
    lines = sorted(lines, key=len, reverse=True)[:40]
    votes: Counter[str] = Counter()
    for line in lines if len(lines) > 1 else ():
        name, confidence = _asked(line)
        if name is not None and confidence >= TRUSTED:
            votes[name] += len(line)
    if not votes:
        return None
    winner, weight = votes.most_common(1)[0]
    return winner if weight * 2 > sum(map(len, lines)) else None


def _is_trusted(name: str | None, confidence: float) -> bool:
    return name is not None and confidence >= (TRUSTED_WESTERN if name == "cp1252" else TRUSTED)


def _asked(window: bytes) -> tuple[str | None, float]:
    import chardet

    era = chardet.EncodingEra
    found = chardet.detect(
        window,
        encoding_era=era.MODERN_WEB | era.LEGACY_ISO | era.LEGACY_MAC | era.DOS,
        max_bytes=len(window) + 1,
        prefer_superset=True,
        compat_names=False,
    )
    name = found["encoding"]
    return (None if name is None else codecs.lookup(name).name), found["confidence"]


def _refuse_magic(raw: bytes) -> None:
    """Raise `NotText` where the first bytes are those of a known kind of binary file."""
    for magic, kind, hint in _MAGIC:
        if raw.startswith(magic):
            raise NotText(Problem(f"no text but {kind}", hint=hint or "leave it out with --exclude"))


def _refuse_nul(before: str) -> NoReturn:
    line, column = _place(before)
    raise NotText(
        Problem(
            "a NUL character stands here; this is no text, or a damaged one",
            line=line,
            column=column,
            hint="take it out if this is a text; if it is UTF-16, say --encoding utf-16-le; else --exclude it",
        )
    )


def _place(before: str) -> tuple[int, int]:
    """Line and column, counted from 1, of what follows ``before``."""
    return before.count("\n") + 1, len(before) - before.rfind("\n")
