"""Fit the weights of the body finder on annotated pages: `python benchmarks/fit_body.py FOLDER`.

FOLDER is laid out as for ``quality.py``. Prints the weights that a logistic regression of the line labels (content
against noise) gives on the half `dev`, for `cleaner/text/body_weights.py`, and then, for both halves and for the
weights that stand there now, how much content and how much noise head and tail hold.

The score is linear in its weights, so each feature is the score with that weight alone set to one: the features
are those of `cleaner.text.body` by construction. Needs numpy.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from cleaner import Cleaner, Document, Options, load_library
from cleaner.text import body, body_weights
from cleaner.text.lines import Layout
from pages import AnnotatedPage, Half, incomplete, read_pages
from scoring import Gold, label

SINGLE = ("BASE", "LENGTH", "PROSE", "STOP", "BULLET", "TIME", "REPEAT", "MARKED", "NEAR_MARKED")
NAMES = (*SINGLE, *(f"NEAR_PROSE {off}" for off in range(1, 1 + len(body_weights.NEAR_PROSE))))
DOUBT = 0.5
"""Added to the fitted constant: content is worth more than noise."""

Text = tuple[str, Layout, frozenset[int], list[str], list[int]]
"""A text: its scraper, layout, the lines that phase one marks, and the label and length of each filled line."""


def texts(pages: list[AnnotatedPage]) -> Iterator[Text]:
    """Lay out all texts and let the rules mark them."""
    cleaner = Cleaner(load_library(), Options(repair="off"))
    for page in pages:
        gold = Gold(page.gold)
        for sample in page.samples:
            layout = Layout(sample.text)
            lines = label(sample.text, gold, page.title)
            if len(lines) != len(layout.filled):  # the scorer breaks lines at U+2028 and the like
                continue
            done = next(iter(cleaner.passes(Document("", sample.text, url=f"https://{page.domain}/"))))
            yield (
                sample.scraper,
                layout,
                done.page.marked,
                [line.label for line in lines],
                [len(layout.stripped[number]) for number in layout.filled],
            )


def features(layout: Layout, marked: frozenset[int]) -> np.ndarray[Any, Any]:
    """One row for each filled line, one column for each of `NAMES`."""
    kept = {name: getattr(body_weights, name) for name in (*SINGLE, "NEAR_PROSE")}
    columns = []
    try:
        for name in NAMES:
            for other in SINGLE:
                setattr(body_weights, other, float(other == name))
            near = tuple(float(name == f"NEAR_PROSE {off}") for off in range(1, 1 + len(kept["NEAR_PROSE"])))
            body_weights.NEAR_PROSE = near  # type: ignore[misc, assignment]
            columns.append(body.scores_of(Layout(layout.text), marked))
            body._line_facts.cache_clear()  # it holds scores of the other weights
    finally:
        body._line_facts.cache_clear()  # it holds scores of the other weights
        for name, value in kept.items():
            setattr(body_weights, name, value)
    return np.array(columns).T


def fit(found: list[Text]) -> np.ndarray[Any, Any]:
    """Logistic regression by Newton's method; a line counts by its length, each text the same."""
    rows, labels, counts = [], [], []
    for _, layout, marked, line_labels, sizes in found:
        keep = [at for at, one in enumerate(line_labels) if one != "neutral"]
        if keep:
            rows.append(features(layout, marked)[keep])
            labels.append([line_labels[at] == "content" for at in keep])
            counts.append([(20 + sizes[at]) / (1 + sum(sizes)) for at in keep])
    x, y = np.concatenate(rows), np.concatenate(labels).astype(float)
    count = np.concatenate(counts)
    count /= count.mean()
    weights = np.zeros(x.shape[1])
    for _ in range(50):
        likely = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (count * (likely - y)) + 0.01 * weights
        bend = (x * (count * likely * (1 - likely))[:, None]).T @ x + 0.01 * np.eye(len(weights))
        step = np.linalg.solve(bend, slope)
        weights -= step
        if np.abs(step).max() < 1e-6:
            break
    return weights


def report(found: list[Text]) -> None:
    """Print the shares of content and of noise that the standing weights call head and tail."""
    sums: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for scraper, layout, marked, labels, sizes in found:
        told = body.find_body(layout, marked)
        for number, one, size in zip(layout.filled, labels, sizes, strict=True):
            sums[scraper][one] += size
            sums[scraper][f"{one} {told.part(number)}"] += size
    for scraper, of in sorted(sums.items()):
        content = [f"{100 * of[f'content {part}'] / max(1, of['content']):5.2f} %" for part in ("head", "tail")]
        noise = [f"{100 * of[f'noise {part}'] / max(1, of['noise']):5.2f} %" for part in ("head", "tail")]
        print(f"  {scraper:12} content in head, tail {' '.join(content)}   noise in head, tail {' '.join(noise)}")


def main(folder: Path) -> None:
    """Fit on one half, report on both."""
    sound = incomplete(folder)
    halves: tuple[Half, ...] = ("dev", "held")
    found = {half: list(texts([page for page in read_pages(folder, half) if page.id not in sound])) for half in halves}
    for name, value in zip(NAMES, fit(found["dev"]), strict=True):
        print(f"{name:14} {value + DOUBT * (name == 'BASE'):6.2f}")
    for half in halves:
        print(half)
        report(found[half])


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
