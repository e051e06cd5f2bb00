"""Short windows of quoted passages."""

import re

from litreview.language.lexicon import parts
from litreview.synthesis.model import Run, Runs
from litreview.synthesis.references import clean

LONGEST_QUOTE = 26
"""Words of a source in one window, fewer than `litreview.review.overlap.LONGEST_RUN`."""
ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
_WORD = re.compile(r"[^\W_]+(?:[.'’-][^\W_]+)*")


def excerpt(text: str, about: str, words: int = LONGEST_QUOTE) -> Runs:
    """The window of a passage that shares most words with `about`, shared words marked.

    Windows begin and end at words; what is left out at either end shows as an ellipsis.
    """
    pieces = clean(text).split(" ")
    shared = set(parts(about))
    hits = [_shares(piece, shared) for piece in pieces]
    length = min(words, len(pieces))
    starts = range(len(pieces) - length + 1)
    best = max(starts, key=lambda start: (sum(hits[start : start + length]), -start))
    runs: Runs = []
    if best > 0:
        runs.append(Run(text=f"{ELLIPSIS} "))
    for place in range(best, best + length):
        end = "" if place == best + length - 1 else " "
        runs += _piece(pieces[place], end, marked=hits[place])
    if best + length < len(pieces):
        runs.append(Run(text=f" {ELLIPSIS}"))
    return _joined(runs)


def _shares(piece: str, shared: set[str]) -> bool:
    return any(part in shared for part in parts(piece))


def _piece(piece: str, end: str, *, marked: bool) -> Runs:
    """A word with its punctuation outside the mark."""
    match = _WORD.search(piece)
    if not marked or match is None:
        return [Run(text=piece + end)]
    after = piece[match.end() :] + end
    before = piece[: match.start()]
    runs = [Run(text=before), Run(text=match[0], mark=True), Run(text=after)]
    return [run for run in runs if run.text]


def _joined(runs: Runs) -> Runs:
    joined: Runs = []
    for run in runs:
        if joined and joined[-1].mark == run.mark:
            joined[-1] = Run(text=joined[-1].text + run.text, mark=run.mark)
        else:
            joined.append(run)
    return joined
