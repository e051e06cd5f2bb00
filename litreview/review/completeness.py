"""Whether text is whole: every sentence ends, every bracket closes, nothing was left unfilled."""

import re
from collections import Counter
from collections.abc import Collection

from litreview.language.lexicon import STOP_WORDS, stem
from litreview.parsing.sentences import split_sentences

NEVER_LAST = frozenset(
    "a an the and or but nor than their its whose because although whereas unless".split()  # noqa: SIM905
)
"""Words that no sentence ends with."""
_ENDED = re.compile(r"[.?!:][)\]\"'”’»]*\Z")
_LAST_WORD = re.compile(r"([^\W\d_]+)[^\w]*\Z")
_LEFT_OVER = re.compile(
    r"\{\{|\}\}|\{%|%\}|(?<=[a-z] )None\b|\bnan\b|\bundefined\b|[,;]\s*[.,;]|\.\.(?!\.)"
)
_PAIRS = (("(", ")"), ("[", "]"), ("“", "”"))
_WORD = re.compile(r"[^\W\d_]+")


def sentence_faults(text: str, vocabulary: Collection[str] = ()) -> list[str]:
    """What is wrong with the sentences of a passage, in words; nothing where all are whole.

    Parameters
    ----------
    text : str
    vocabulary : collection of str
        Stems of the words of other texts (`stem_counts`). With it, a passage whose last word is
        unknown but begins a known word is cut in mid-word ("retrieval tas.").
    """
    text = text.strip()
    if not text:
        return ["nothing is said"]
    faults = [] if _ENDED.search(text) else [f"a sentence is cut: ...{text[-60:]!r}"]
    for start, end in split_sentences(text):
        faults += _faults_of(text[start:end])
    if not faults and _is_cut_word(text, vocabulary):
        faults.append(f"a word is cut: ...{text[-60:]!r}")
    return faults


def stem_counts(text: str) -> Counter[str]:
    """How often each stem stands in a text."""
    return Counter(map(stem, _WORD.findall(text)))


def _faults_of(sentence: str) -> list[str]:
    faults = [
        f"a bracket or quotation is open: {sentence[:60]!r}"
        for opening, closing in _PAIRS
        if sentence.count(opening) != sentence.count(closing)
    ]
    last = _LAST_WORD.search(sentence)
    if last and last[1].lower() in NEVER_LAST and sentence.endswith("."):
        faults.append(f"a sentence breaks off: ...{sentence[-60:]!r}")
    left = _LEFT_OVER.search(sentence)
    if left:
        faults.append(f"{left[0]!r} was left over in {sentence[:60]!r}")
    return faults


def _is_cut_word(text: str, vocabulary: Collection[str]) -> bool:
    last = _LAST_WORD.search(text)
    if last is None or not vocabulary:
        return False
    word = last[1].lower()
    if len(word) < 3 or word in STOP_WORDS or stem(word) in vocabulary:
        return False
    return any(known.startswith(word) for known in vocabulary)
