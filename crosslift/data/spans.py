"""Extractive answers: offsets checked against the context, mended where that is safe."""

from collections import Counter
from collections.abc import Iterable

from crosslift.data.tables import Row

WINDOW = 32
"""How far (in characters) from the given offset a repeated answer text is searched."""


def locate(context: str, answer: str, start: int, window: int = WINDOW) -> int | None:
    """Where an answer is in its context, near the offset that the data give.

    The given offset is kept if the answer is there. Otherwise the nearest occurrence within
    `window` characters is taken, or the only one of the whole context. A text that occurs only
    farther away, and more than once, is ambiguous: None.
    """
    if start >= 0 and context.startswith(answer, start):
        return start
    found = []
    position = context.find(answer)
    while position >= 0:
        found.append(position)
        position = context.find(answer, position + 1)
    if not found:
        return None
    nearest = min(found, key=lambda position: abs(position - start))
    return nearest if len(found) == 1 or abs(nearest - start) <= window else None


def span_row(
    example_id: str,
    language: str,
    context: str,
    question: str,
    answers: Iterable[tuple[str, int]],
    faults: Counter[str],
    *,
    may_lack_answers: bool = False,
) -> Row | None:
    """One span example, or None when it has no usable answer; counts what was done to it.

    With `may_lack_answers` a question without an answer text is an example too, with empty lists.

    Counted: `unlabelled` (no answer text given), `offsets_mended`, `answers_dropped` (text not in
    the context, or ambiguous), `questions_dropped` (no answer left).
    """
    given = [(text, start) for text, start in answers if text]
    if not given and not may_lack_answers:
        faults["unlabelled"] += 1
        return None
    kept: list[tuple[str, int]] = []
    for text, start in given:
        position = locate(context, text, start)
        if position is None:
            faults["answers_dropped"] += 1
            continue
        faults["offsets_mended"] += position != start
        kept.append((text, position))
    if given and not kept:
        faults["questions_dropped"] += 1
        return None
    return {
        "example_id": example_id,
        "language": language,
        "context": context,
        "question": question,
        "answers": [text for text, _ in kept],
        "starts": [start for _, start in kept],
    }
