"""How far the text of a document can be trusted: a product of parts, each from 0 to 1."""

from litreview.schema import Section

SOURCES = {"latex": 1.0, "html": 0.95, "jats": 0.95, "pdf": 0.6, "abstract": 0.2}
"""What a form can be worth at best: a PDF has lost its tables, formulas and citations."""

UNSECTIONED = 0.8
PER_REPAIR = 0.1
_PUNCTUATION = frozenset(".,;:()[]%-+±/'\"“”‘’–—=<>&?!·×≈≤≥|*#@_^$°…")


def quality_parts(kind: str, text: str, sections: list[Section], repairs: int) -> dict[str, float]:
    """The parts of a document's quality.

    Parameters
    ----------
    kind : str
        What was read; one of `SOURCES`.
    text : str
    sections : list of Section
    repairs : int
        Number of warnings of the reader: something was left out, cut or guessed.

    Returns
    -------
    dict of str to float
        `source`: the worth of the form (`SOURCES`). `structure`: 1 with headings, `UNSECTIONED`
        without. `repairs`: 1 less `PER_REPAIR` for each. `legible`: the share of letters, digits,
        spaces and common signs among the characters, 0 for no text; letters of a broken font or a
        wrong encoding lower it.
    """
    headed = any(section.title not in ("Body", "") for section in sections)
    return {
        "source": SOURCES[kind],
        "structure": 1.0 if headed else UNSECTIONED,
        "repairs": max(0.0, round(1.0 - PER_REPAIR * repairs, 3)),
        "legible": _legible(text),
    }


def _legible(text: str) -> float:
    if not text:
        return 0.0
    good = sum(
        (letter.isalnum() and letter != "\ufffd") or letter.isspace() or letter in _PUNCTUATION
        for letter in text
    )
    share = good / len(text)
    # A formula here and there is no fault.
    return 1.0 if share > 0.97 else round(share, 3)
