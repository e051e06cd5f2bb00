"""Where digits in a paper's prose are not quantities: citations, years, names, references, ids.

Patterns are in order of application; what one matches is blanked before the next one looks, so
that every character keeps its place.
"""

import re

_AUTHOR = r"[A-Z][\w’'-]+(?:\s+(?:and|&)\s+[A-Z][\w’'-]+|\s+et\s+al\.?)?"
_YEAR = r"(?:19|20)\d{2}"
_VERSIONED = (
    r"SQuAD|CoNLL|GPT|UD|Llama|LLaMA|Gemma|Mistral|Qwen|Python|CUDA|PyTorch|OntoNotes|version|"
    r"release"
)

MASKS: tuple[re.Pattern[str], ...] = (
    re.compile(r"https?://\S+|www\.\S+"),
    re.compile(r"\b10\.\d{4,9}/\S+"),
    re.compile(r"\barXiv:\s*\d{4}\.\d{4,5}(?:v\d+)?", re.IGNORECASE),
    re.compile(r"(?<![\d.,+-])\d{2}(?:0[1-9]|1[0-2])\.\d{5}(?:v\d+)?\b"),
    re.compile(r"\[(?:cite|ref|formula)\]"),
    # Days and months with their years, before a month is taken for an author.
    re.compile(
        r"\b(?:\d{1,2}\s+)?(?:January|February|March|April|May|June|July|August|September|October|"
        rf"November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?\s+(?:\d{{1,2}},?\s+)?"
        rf"{_YEAR}\b"
    ),
    # (Phang et al., 2020; Hu et al., 2020b) and Phang et al. (2020)
    re.compile(rf"\([^()]*\b[A-Z][^()]*?,?\s{_YEAR}[a-z]?(?:;[^()]*|,\s*pp?\.[^()]*)?\)"),
    re.compile(rf"{_AUTHOR},?\s*\(?{_YEAR}[a-z]?\)?"),
    re.compile(r"\[\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*\]|\(\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*\)"),
    # Lists of labels: "phases 3, 5 and 7", "samples 1 and 2"; a unit behind makes them quantities.
    re.compile(
        r"\b(?:phases|stages|steps|months?|weeks?|samples?|columns?|rows?|fractions?|labels?|cases?|"
        r"sites?|cores?|groups?|classes|experiments|numbers?|numbered|no\.|items?|codes?|supplement|"
        r"compounds?|runs?|seeds?|versions?|questions?|hypothes[ei]s|RQ|H)\s\d{1,3}\b"
        r"(?:(?:\s?[,–-]\s?|,?\s(?:and|or|to)\s)\d{1,3}\b)*(?!\s?(?:%|[A-Za-z]+s\b)|\.\d)",
        re.IGNORECASE,
    ),
    # Powers behind a unit (cm−1), indices behind a bracket, isotopes (δ13C), wells (22/10a-4).
    re.compile(
        r"(?<=[^\W\d_])[−–]\s?\d(?!\d)|(?<=[)\]])\d+(?![\d.,%])|\b\d+/\d+[a-z][\w-]*"
        r"|\b\d{2}[CHNOPS]\b"
    ),
    re.compile(r"\b\d{1,2}:\d{2}(?::\d{2})?\b"),
    re.compile(
        r"\b(?:Sections?|Sec\.|Sect\.|Tables?|Tab\.|Figures?|Figs?\.|Appendix|App\.|Equations?|"
        r"Eqs?\.|Chapters?|Chap\.|Algorithms?|Lines?|Steps?|Footnotes?|Pages?|pp?\.|Layers?|"
        r"Definitions?|Theorems?|Phase|Stage|Type|Grade|Level|Task|Experiment)\s*"
        r"[A-Z]?\d+(?:\.\d+)*[a-z]?(?:\s*(?:,|and|–|-|to|&)\s*\d+(?:\.\d+)*[a-z]?\b(?!\s*(?:%|p)))*",
        re.IGNORECASE,
    ),
    # SQuAD 2.0, Llama 3.1, Python 3.11: one digit leads, so that "SQuAD 88.5" stays a score.
    re.compile(
        rf"\b(?:{_VERSIONED})[\s-]v?\d(?:\.\d{{1,2}}){{0,2}}(?![\d.,]*\d|\s*(?:%|p(?:oin|erc)))"
    ),
    # Bare years.
    re.compile(
        rf"(?<![\d.,$€£/-]){_YEAR}s?(?:\s*[–-]\s*{_YEAR})?(?![\d.]?\d|,\d|\s*(?:%|p(?:oin|erc)))"
    ),
    # Names with digits: XLM-R2, mT5-XXL, F1, BLEU-4, p@20, Regret@3, CO2, H1N1, IL-6, v1.1
    re.compile(r"\b[A-Za-z][A-Za-z-]*@\d+\b"),
    re.compile(r"(?<![^\W_])[^\W\d_]+(?:-[^\W\d_]+)*[-_]?\d(?:[\w.-]*\w)?"),
    # Names such as 20NewsGroups, ordinals, and items such as 2b.
    re.compile(r"(?<![\d.,])(?:\d+[A-Z][A-Za-z]{2,}\w*|\d+(?:st|nd|rd|th)\b|\d{1,2}[a-d]\b)"),
)

# A list marker opens a line or follows a semicolon: "(1) ...", "2) ...", "(iii)".
LIST_MARKER = re.compile(r"(?:^|(?<=[;:,.]\s)|(?<=\band\s))\(?\d{1,2}\)(?=\s)", re.MULTILINE)


def mask(text: str) -> str:
    """`text` with everything blanked whose digits are no quantities; the length stays."""
    for pattern in (*MASKS, LIST_MARKER):
        text = pattern.sub(lambda match: " " * len(match.group()), text)
    return text
