"""Whether the research question can be answered at all: each part must meet evidence.

The parts of a question are the names in it (benchmarks, tasks, models), its compound terms, what it
lists in brackets, its domains, tasks, languages, numbers of things and of parameters, and model
size where it asks about size or scale. A part is measured where the study's design has it, known
from the literature where a passage of evidence has it, and missing otherwise.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Literal, NamedTuple

from babel import Locale

from litreview.language.lexicon import names, parts, stem, tokens
from litreview.language.quantities import parse_quantities
from litreview.schema import Quantity, Record

SIZE = "model size"
SUBJECTS = (
    *("legal", "medical", "biomedical", "clinical", "scientific", "financial", "educational"),
    *("historical", "religious", "chemical", "agricultural", "social media", "newswire", "poetry"),
    *("question answering", "reading comprehension", "natural language inference", "entailment"),
    *("paraphrase", "sentiment", "summarization", "summarisation", "machine translation"),
    *("named entity recognition", "tagging", "dependency parsing", "sentence retrieval"),
    *("coreference", "dialogue", "speech", "vision", "commonsense", "reasoning", "prompting"),
    *("instruction tuning", "reinforcement learning", "distillation", "quantization", "adapters"),
)
"""Domains, tasks and methods that a question may name in plain words."""
FORMATS = {
    "span": "question answering, reading comprehension",
    "retrieval": "sentence retrieval",
    "tagging": "sequence tagging",
    "choice": "multiple choice",
}
"""What formats of tasks are called in questions."""
_SIZE_WORDS = frozenset({"size", "sizes", "scale", "scales", "scaling"})
_BRACKETS = re.compile(r"\(([^()]*)\)")
_INTRODUCTIONS = re.compile(r"^(?:e\.g\.|i\.e\.|such as|for example|like)[,\s]*", re.IGNORECASE)
_MORE = re.compile(
    r"(?:>|≥|\b(?:(?:more|larger|greater) than|over|above|at least|beyond))\s*\Z", re.IGNORECASE
)
_LESS = re.compile(
    r"(?:<|≤|\b(?:(?:fewer|less|smaller) than|under|below|at most|up to))\s*\Z", re.IGNORECASE
)
SAME_SIZE = 0.1
"""Numbers of parameters are the same up to this part, for papers round them."""
MIN_LANGUAGE = 4
"""Letters of a language's name at least: shorter ones are words of other kinds too."""

Basis = Literal["measured", "literature", "missing"]


class Condition(Record):
    """A part of the research question, and what speaks to it."""

    term: str
    basis: Basis


class _Text(NamedTuple):
    """A text as conditions are looked for in it."""

    names: frozenset[str]
    stems: tuple[str, ...]
    text: str

    @classmethod
    def of(cls, text: str) -> "_Text":
        return cls(names(text), tuple(parts(text)), text)


def answerability(
    question: str, study: Mapping[str, Any], evidence: Iterable[str]
) -> list[Condition]:
    """What speaks to each part of a question.

    Parameters
    ----------
    question : str
    study : mapping
        The parsed `study.json`.
    evidence : iterable of str
        Passages that were found for the claims.
    """
    terms = question_terms(question)
    if not terms:
        return []
    facts, counts, design = _design_facts(study), _design_counts(study), _design_texts(study)
    passages = [_Text.of(text) for text in dict.fromkeys(evidence)]

    def basis(term: str) -> Basis:
        amount = _amount(term)
        if amount is not None:
            measured = any(_meets(amount, noun, value) for noun, value in counts)
            known = any(_states(passage.text, amount) for passage in passages)
        else:
            measured = facts.get(term.casefold(), any(_occurs(term, text) for text in design))
            known = any(_occurs(term, passage) for passage in passages)
        return "measured" if measured else "literature" if known else "missing"

    return [Condition(term=term, basis=basis(term)) for term in terms]


def question_terms(question: str) -> list[str]:
    """The parts of a question that an answer must meet: names first, then the other kinds."""
    plain = _BRACKETS.sub(" ", question)
    words = tokens(plain)
    amounts = _amounts(plain)
    counted = {word for term, _ in amounts for word in tokens(term)}
    terms = [word for word in words if (names(word) or "-" in word) and word not in counted]
    for listed in _BRACKETS.findall(question):
        inner = _INTRODUCTIONS.sub("", listed.strip())
        terms += [item.strip() for item in re.split(r",|\band\b|\bor\b", inner) if item.strip()]
    terms += [term for term, _ in amounts]
    terms += [word for word in words[1:] if word in _languages()]
    said = " ".join(word for word in words if "-" not in word)
    terms += [subject for subject in SUBJECTS if _occurs(subject, _Text.of(said))]
    if any(word.lower() in _SIZE_WORDS for word in words):
        terms.append(SIZE)
    return list(dict.fromkeys(terms))


def _occurs(term: str, text: _Text) -> bool:
    """Whether a text has a term: its names whole (XTREME-R is not XTREME), its words in a row."""
    if names(term):
        return names(term) <= text.names
    if "-" in term:  # its short words count too: in-context is not context
        pattern = "[- ]".join(re.escape(word) for word in term.split("-"))
        return re.search(rf"\b{pattern}", text.text, re.IGNORECASE) is not None
    wanted = tuple(parts(term)) or (stem(term),)
    length = len(wanted)
    return any(text.stems[i : i + length] == wanted for i in range(len(text.stems) - length + 1))


class _Amount(NamedTuple):
    """A number of things that a question asks for, as a range of what meets it."""

    noun: str
    low: float
    high: float


def _amounts(text: str) -> list[tuple[str, _Amount]]:
    """Numbers of things and of parameters in a text, each with the words that state it."""
    found = []
    for one in parse_quantities(text):
        noun = "parameters" if one.unit == "parameters" else one.counted
        if noun is None:
            continue
        bound = _MORE.search(text[: one.start]) or _LESS.search(text[: one.start])
        start = bound.start() if bound else one.start
        end = max(one.end, text.find(noun, one.start) + len(noun))
        counted = stem(noun.split()[-1])
        found.append((text[start:end].strip(), _Amount(counted, *_range(one, text))))
    return found


def _amount(term: str) -> _Amount | None:
    """The number that a term is about, if it is about one."""
    found = _amounts(term)
    return found[0][1] if found else None


def _range(one: Quantity, text: str) -> tuple[float, float]:
    low = one.value if one.low is None else one.low
    high = one.value if one.high is None else one.high
    if one.qualifier == "at_least" or _MORE.search(text[: one.start]):
        return low, float("inf")
    if one.qualifier == "at_most" or _LESS.search(text[: one.start]):
        return 0.0, high
    slack = SAME_SIZE if one.unit == "parameters" or one.qualifier == "approximate" else 0.0
    return low * (1 - slack), high * (1 + slack)


def _meets(amount: _Amount, noun: str, value: float) -> bool:
    return stem(noun) == stem(amount.noun) and amount.low <= value <= amount.high


def _states(text: str, amount: _Amount) -> bool:
    """Whether a passage speaks of a number of the same things that meets what is asked."""
    return any(
        found.noun == stem(amount.noun) and found.low <= amount.high and found.high >= amount.low
        for _, found in _amounts(text)
    )


@cache
def _languages() -> frozenset[str]:
    """English names of languages, by CLDR, that are one word."""
    known = Locale("en").languages.values()
    # Training is in English whatever the question, so that English alone asks for nothing.
    return frozenset(one for one in known if one.isalpha() and len(one) >= MIN_LANGUAGE) - {
        "English"
    }


def _codes(study: Mapping[str, Any]) -> set[str]:
    return {code for entry in study["targets"].values() for code in entry["languages"]}


def _design_texts(study: Mapping[str, Any]) -> list[_Text]:
    """Names, titles, domains and formats that the study measures, and its languages."""
    texts = [Locale("en").languages.get(code, code) for code in sorted({"en", *_codes(study)})]
    for kind in ("encoders", "intermediates", "targets"):
        for name, entry in study[kind].items():
            form = str(entry.get("format", ""))
            said = [name, *(str(entry.get(key, "")) for key in ("title", "domain")), form]
            texts += [*said, FORMATS.get(form, "")]
    return [_Text.of(text) for text in dict.fromkeys(texts) if text]


def _design_counts(study: Mapping[str, Any]) -> list[tuple[str, float]]:
    """Numbers of things that the study has, each with the noun under which it is asked for."""
    languages, codes = len(_codes(study)), _codes(study) - {"en"}
    encoders = study["encoders"].values()
    return [
        *(("task", len(study[kind])) for kind in ("intermediates", "targets")),
        ("target", len(study["targets"])),
        ("intermediate", len(study["intermediates"])),
        *(("language", number) for number in (languages, len(codes))),
        *((noun, len(encoders)) for noun in ("encoder", "model", "size")),
        *(("seed", len(seeds)) for seeds in study["seeds"].values()),
        *(("parameter", entry["parameters"]) for entry in encoders),
        *(("domain", number) for number in (_domains(study), _domains(study) + 1)),
    ]


def _domains(study: Mapping[str, Any]) -> int:
    """Number of domains other than the general one."""
    return len({e["domain"] for e in study["intermediates"].values()} - {"general", "mixed"})


def _design_facts(study: Mapping[str, Any]) -> dict[str, bool]:
    """Terms that stand for a property of the design rather than for a name in it."""
    foreign = bool(_codes(study) - {"en"})
    sizes = {entry["parameters"] for entry in study["encoders"].values()}
    return {
        SIZE: len(sizes) > 1,
        "zero-shot": foreign,
        "cross-lingual": foreign,
        "non-english": foreign,
        "domain-specific": _domains(study) > 0,
    }
