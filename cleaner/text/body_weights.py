"""The weights of the body finder.

Made by ``benchmarks/fit_body.py FOLDER`` (logistic regression of line labels, content against noise, over the
half `dev` of the 793 development article pages of WCXB, Foley 2026, five scrapers' texts a page, each text of
equal weight), then rounded. ``BASE`` is the fitted constant plus 0.5: a line is held for content when in doubt.
"""

from __future__ import annotations

from typing import Final

BASE: Final = -1.82
"""What every line starts from."""
LENGTH: Final = 0.92
"""For each natural logarithm of (1 + words), counted up to 120 words."""
PROSE: Final = -0.65
"""For a line of prose; its length has already said most of it."""
STOP: Final = 0.71
"""For a line that ends as a sentence ends."""
BULLET: Final = 1.71
"""For a list item: menus lose their marks in scraping, lists in articles mostly keep them."""
TIME: Final = -1.55
"""For a date, an age or a reading time alone on a line."""
REPEAT: Final = -2.9
"""For a line of three words or more that the text said before."""
MARKED: Final = -4.7
"""For a line that a rule of phase one takes."""
NEAR_MARKED: Final = -1.2
"""For each of up to two such lines among the four before and the four after."""
NEAR_PROSE: Final = (0.17, 0.11, 0.07, 0.09, 0.08)
"""For each prose line one, two … five lines off on either side, times the logarithm of its length."""

MOST: Final = 3.0
"""No line counts for more than this, either way."""
MARGIN: Final = 6.0
"""How much further from content than the nearest way to take them in the lines outside must add up to."""
SHARE: Final = 0.1
"""Long prose outside may be at most this share of that inside, in words; else the side is uncertain."""
LONG: Final = 20
"""Words from which on prose counts for `SHARE` and for `ENOUGH`."""
ENOUGH: Final = 80
"""Words of long prose that a body must have; a shorter text, a poem or a list has no body that can be told."""
