"""Examples: texts with what must go in ``[[ ]]``, and the plain prose that ``(article)`` stands for."""

from __future__ import annotations

import re
from typing import Final

ARTICLE: Final = (
    "The ferry across the Alder has carried people and sheep since the bridge at Norham was swept away in 1948.",
    "It holds eleven cars, a tractor if the driver is patient, and on market days about forty people on foot.",
    "Margit Olsen, who has steered it for twenty-two years, knows the river by the colour of the water over its banks.",
    "In spring it is brown and in a hurry, she says, and by August you can see the stones and count the trout.",
    "The county wanted to close the crossing three years ago, when the engine failed twice within a single month.",
    "A new engine would have cost more than the ferry earned in six years, the treasurer told a crowded meeting.",
    "Nobody at that meeting disputed the figures, but nobody went home before midnight, and the vote was put off.",
    "Over the following winter a retired fitter named Paul Brandt took the old engine apart in his barn.",
    "He found a cracked valve seat, a bearing that had been put in backwards, and a wren's nest in the air intake.",
    "The parts came to four hundred and twelve crowns, most of which the sailing club collected in jam jars.",
    "When the ice went out in March the ferry made its first trip with the school choir on board, singing badly.",
    "Traffic has grown since then, partly because the road on the northern bank was washed out again in the autumn.",
    "The county now counts ninety crossings on an ordinary weekday and twice that number when the apples are ripe.",
    "Engineers from the ministry measured the river bed in June and found that it had moved eight metres to the south.",
    "A bridge at the old place would therefore need a longer span, and nobody has yet said who would pay for it.",
    "Until that is settled the crossing remains the shortest way from the farms to the dairy and to the clinic.",
    "Olsen does not expect to see a bridge in her working life, and she is not certain that she would use it.",
    "She has begun to teach her niece how to hold the bow against the current when the wind stands in the west.",
    "The girl is fourteen and impatient, but she has learned to wait for the eddy below the willows before she turns.",
    "On the last evening of September the two of them brought the boat in together, tied it up and put out the lamp.",
)
"""Twenty lines of plain prose, written for this purpose. No rule may touch them."""

_TOKEN = re.compile(r"\[\[|\]\](?!\])|\(article\)")


class ExampleError(ValueError):
    """The brackets of an example do not pair up; ``offset`` is where, in the text as it was written."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


def article(text: str) -> str:
    """The prose ``(article)`` stands for in ``text``: paragraphs where the text has blank lines, else lines."""
    return ("\n\n" if re.search(r"\n[ \t]*\n", text) else "\n").join(ARTICLE)


def parse_example(source: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Return an example's text without brackets, and the spans that stood in them. Raises `ExampleError`.

    Of more than two brackets in a row the outer two count: ``[[[x]]]`` marks ``[x]``.
    """
    pieces: list[str] = []
    cuts: list[tuple[int, int]] = []
    length = at = 0
    opened: tuple[int, int] | None = None  # offset in the text, offset in the source
    for token in _TOKEN.finditer(source):
        piece = source[at : token.start()]
        pieces.append(piece)
        length += len(piece)
        at = token.end()
        if token[0] == "(article)":
            pieces.append(article(source))
            length += len(pieces[-1])
        elif token[0] == "[[":
            if opened:
                raise ExampleError("`[[` inside of `[[ ]]`", token.start())
            opened = length, token.start()
        else:
            if not opened:
                raise ExampleError("`]]` without `[[` before it", token.start())
            if opened[0] == length:
                raise ExampleError("nothing stands in `[[ ]]`", opened[1])
            cuts.append((opened[0], length))
            opened = None
    if opened:
        raise ExampleError("`[[` is never closed by `]]`", opened[1])
    return "".join([*pieces, source[at:]]), tuple(cuts)
