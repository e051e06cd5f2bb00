"""Whose result a sentence states: the paper's own, or one that it reports from others.

A cited sentence is usually someone else's claim; "we" and "our" are one's own. Both occur in
"Unlike Phang et al. (2020), we find ...", which is own.
"""

import re
from collections.abc import Sequence
from typing import Literal

from litreview.schema import Citation

Attribution = Literal["own", "reported"]

_OWN = re.compile(
    r"\b(?:we|our|ours|this (?:paper|work|study|article)|the present (?:study|work|paper)|here)\b|"
    r"\b(?:proposed|table|figure|fig\.|section)\b|\[ref\]",
    re.IGNORECASE,
)
_CITED = re.compile(
    r"\[cite\]|\bet al\b|\([^()]*\b(?:19|20)\d{2}[a-z]?\)|\[\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*\]"
)
_OTHERS = re.compile(
    r"\b(?:previous(?:ly)?|prior|earlier|existing|recent|related|past) (?:\w+ )?(?:work|works|"
    r"studies|study|research|papers?|approach\w*|results?|findings|literature|reports?|efforts)\b|"
    r"\b(?:has|have) been (?:shown|reported|suggested|proposed|found|demonstrated|observed)\b|"
    r"\b(?:they|the authors|others|researchers) (?:\w+ )?(?:show|find|found|report|propose|"
    r"observe|demonstrate|argue|claim|use|introduce)\w*|\bit is (?:well )?known\b|\bas (?:shown|"
    r"reported) by\b",
    re.IGNORECASE,
)
# The subject of the sentence is the cited work: "Phang et al. (2020) show", "[cite] report".
_CITED_SUBJECT = re.compile(
    r"^(?:\W*(?:however|moreover|similarly|recently|also|for example|"
    r"in contrast),?\s)?(?:[\w’'-]+\s(?:et al\.?|and\s[\w’'-]+)\s?)?(?:\[cite\]|\[\d[\d,;– -]*\]|"
    r"\((?:19|20)\d{2}[a-z]?\))",
    re.IGNORECASE,
)
# Where a baseline is cited inside an own result: "improves over XLM-R [cite] by 3 points".
_CITED_BASELINE = re.compile(
    r"\b(?:over|than|to|with|against|by|of|from|using|following|as in|on|in|like|unlike|"
    r"including)\s(?:the\s)?(?:[\w.+-]+\s){0,5}?(?:\[cite\]|\([^()]*\b(?:19|20)\d{2}[a-z]?\)|\[\d)",
    re.IGNORECASE,
)
_OTHERS_SECTION = re.compile(r"related|background|previous|prior|literature", re.IGNORECASE)
_OWN_SECTION = re.compile(
    r"abstract|result|experiment|evaluation|analysis|ablation|discussion|conclusion|finding",
    re.IGNORECASE,
)


def attribution(text: str, section: str = "") -> Attribution:
    """Whether a sentence states the paper's own result or reports another's.

    In this order: a cited work as subject reports; "we" and the like are own; "prior work" and the
    like report; a citation reports, but for a cited baseline in a section of own results; what is
    left is own outside sections on others' work.

    Parameters
    ----------
    text : str
        The sentence, with `[cite]` or the citation in words.
    section : str
        The title of its section.
    """
    if _CITED_SUBJECT.search(text):
        return "reported"
    if _OWN.search(text):
        return "own"
    if _OTHERS.search(text):
        return "reported"
    own_section = _OWN_SECTION.search(section) is not None
    if _CITED.search(text):
        return "own" if own_section and _CITED_BASELINE.search(text) else "reported"
    return "reported" if _OTHERS_SECTION.search(section) and not own_section else "own"


def cited_papers(citations: Sequence[Citation], start: int, end: int) -> list[str]:
    """Ids of the papers that are cited in a stretch of the document, else their keys; sorted."""
    return sorted({one.paper_id or one.key for one in citations if start <= one.start < end})
