"""What two texts share: runs copied from a source, and reports that say the same again."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence

from litreview.language.lexicon import parts, stem
from litreview.schema import Fingerprint

LONGEST_RUN = 30
"""A report shares no run of this many words with a source."""
SHORT_RUN = 5
"""Words of a run by which a passage is held against a source that it follows with small changes."""
MOST_SHARED = 0.4
"""A passage follows a source where this part of its short runs stands there."""
FEWEST_RUNS = 20
"""Short runs that a passage must have before their shared part means anything."""
ALIKE = 0.9
"""Two sets of evidence are the same where this part of what either holds is in both."""
_WORD = re.compile(r"[^\W_]+(?:[.'’-][^\W_]+)*")


def shared_runs(
    texts: Iterable[str], sources: Iterable[str], words: int = LONGEST_RUN
) -> list[str]:
    """Runs of `words` words that any text shares with any source, by their stems.

    Parameters
    ----------
    texts : iterable of str
        Parts of the report, each looked at alone.
    sources : iterable of str
        Whole texts of the documents.
    words : int
        Length of a run; longer shared stretches give several runs.
    """
    own = {run for text in texts for run in _runs_of(_stems(text), words)}
    found = {run for source in sources for run in _runs_of(_stems(source), words) if run in own}
    return sorted(" ".join(run) for run in found)


def copied_passages(texts: Iterable[str], sources: Iterable[str]) -> list[str]:
    """Texts that share a run of `LONGEST_RUN` words with a source, or many of their short runs.

    The second finds a passage in which one word in ten was changed (`MOST_SHARED`); the sources are
    taken together, and passages with fewer than `FEWEST_RUNS` short runs are held to the first
    alone.
    """
    runs = {
        text: (set(_runs_of(stems, LONGEST_RUN)), set(_runs_of(stems, SHORT_RUN)))
        for text in dict.fromkeys(texts)
        for stems in [_stems(text)]
    }
    known_long = {run for long, _ in runs.values() for run in long}
    known_short = {run for _, short in runs.values() for run in short}
    seen_long: set[tuple[str, ...]] = set()
    seen_short: set[tuple[str, ...]] = set()
    for stems in map(_stems, sources):
        seen_long |= {run for run in _runs_of(stems, LONGEST_RUN) if run in known_long}
        seen_short |= {run for run in _runs_of(stems, SHORT_RUN) if run in known_short}
    return [
        text
        for text, (long, short) in runs.items()
        if long & seen_long
        or (len(short) >= FEWEST_RUNS and len(short & seen_short) > MOST_SHARED * len(short))
    ]


def _stems(text: str) -> list[str]:
    return [stem(word) for word in _WORD.findall(text)]


def _runs_of(stems: Sequence[str], words: int) -> Iterator[tuple[str, ...]]:
    for start in range(len(stems) - words + 1):
        yield tuple(stems[start : start + words])


def fingerprint(
    question: str, passages: Iterable[str], measurements: Iterable[object]
) -> Fingerprint:
    """What a report asks and rests on, so that the same report under another name is known.

    Parameters
    ----------
    question : str
        Compared by the stems of its words.
    passages : iterable of str
        The evidence, in any order.
    measurements : iterable
        Rows of measurements, each printable, in any order.
    """
    return Fingerprint(
        question=_digest(" ".join(parts(question))),
        evidence=sorted({_digest(" ".join(passage.split()), 8) for passage in passages}),
        measurements=_digest("\n".join(sorted(map(str, measurements)))),
    )


def same_evidence(one: Fingerprint, other: Fingerprint) -> float:
    """How much of their evidence two reports share, from 0 to 1 (Jaccard)."""
    first, second = set(one.evidence), set(other.evidence)
    return len(first & second) / len(first | second) if first | second else 1.0


def is_duplicate(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether a report says again what another says: both rest on the same.

    The question is left out: a new question does not make the same evidence and measurements a new
    report.
    """
    return one.measurements == other.measurements and same_evidence(one, other) >= ALIKE


def _digest(text: str, letters: int = 16) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:letters]
