"""A passage as it stands in its section: the sentences around it, and what it shares with a claim.

A context is a quotation, shown as one beside its source, and bounded: the report's own sentences
share no long run with a source (`litreview.synthesis.excerpts`).
"""

from litreview.schema import Document, Evidence, Sentence
from litreview.synthesis.excerpts import ELLIPSIS, excerpt
from litreview.synthesis.model import ContextView
from litreview.synthesis.references import clean

LONGEST_PASSAGE, LONGEST_NEIGHBOUR = 60, 20
"""Words shown at most of a passage and of each sentence beside it."""


def context_of(item: Evidence, about: str, document: Document | None) -> ContextView:
    """The passage of `item` with the words and numbers marked that it shares with `about`.

    Before and after it stand the ends of the sentences beside it in the same section; a row of a
    table has its table's caption before it.
    """
    passage = excerpt(item.text, about, LONGEST_PASSAGE)
    if document is None:
        return ContextView(passage=passage)
    if item.table_id is not None:
        captions = {table.table_id: table.caption for table in document.tables}
        return ContextView(before=_start(captions.get(item.table_id, "")), passage=passage)
    places = {one.sentence_id: place for place, one in enumerate(document.sentences)}
    place = places.get(item.sentence_id or "")
    if place is None:
        return ContextView(passage=passage)
    section = document.sentences[place].section
    return ContextView(
        before=_end(_beside(document, place - 1, section)),
        passage=passage,
        after=_start(_beside(document, place + 1, section)),
    )


def _beside(document: Document, place: int, section: str) -> str:
    """The text of a neighbouring sentence if it is in the same section."""
    if not 0 <= place < len(document.sentences):
        return ""
    found: Sentence = document.sentences[place]
    return document.text[found.start : found.end] if found.section == section else ""


def _start(text: str) -> str:
    words = clean(text).split(" ")
    kept = " ".join(words[:LONGEST_NEIGHBOUR])
    return f"{kept} {ELLIPSIS}" if len(words) > LONGEST_NEIGHBOUR else kept


def _end(text: str) -> str:
    words = clean(text).split(" ")
    kept = " ".join(words[-LONGEST_NEIGHBOUR:])
    return f"{ELLIPSIS} {kept}" if len(words) > LONGEST_NEIGHBOUR else kept
