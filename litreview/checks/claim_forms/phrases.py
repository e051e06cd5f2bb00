"""Phrases of a claim that name arms, targets, encoders and settings of an experiment.

An arm is what is trained before the target task: a named task, all tasks of a domain, several at
once, a variant with auxiliary data. Which role a task has is read from the words around it, and
from what it usually is where they do not say.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from litreview.checks.predicates import BEST_PER_TARGET, MULTI, NONE
from litreview.language.known_names import Known, Mention, Sort, find_mentions
from litreview.language.wording import listing

Kind = Literal["arm", "target", "encoder", "benchmark"]


@dataclass(frozen=True)
class Phrase:
    """A stretch of a claim and what it selects; `name` of a named thing, `spec` of a set.

    `certainty` is in [0, 1]; `ambiguous` has the reason where a name could mean several things.
    """

    kind: Kind
    start: int
    end: int
    name: str | None = None
    spec: Any = None
    certainty: float = 1.0
    ambiguous: str | None = None


_DOMAINS = {"law": "legal", "biomedical": "medical", "clinical": "medical"}
_DOMAIN = r"(?P<domain>legal|law|medical|biomedical|clinical|general)(?:[- ]domain)?"
FORMATS = {
    "span": r"question[- ]answering|\bQA\b|reading comprehension",
    "retrieval": r"(?:(?:sentence|cross-lingual|bitext)[- ])*retrieval",
    "tagging": r"tagging|named[- ]entit(?:y|ies)(?: recognition)?|\bNER\b|sequence label+ing",
    "choice": r"multiple[- ]choice",
    "classification": r"classification|natural language inference|\binference|\bNLI\b|"
    r"sentence[- ]pairs?",
}
_FORMAT = "|".join(f"(?P<{name}>{pattern})" for name, pattern in FORMATS.items())
_TASKS = r"(?:intermediate[- ])?(?:tasks?|training|data|intermediates?)"
_ARMS: tuple[tuple[str, Any, float], ...] = (
    (
        r"(?:the )?best (?:single )?(?:intermediate )?(?:model|task|arm)s? (?:that is )?"
        r"(?:chosen |selected )?(?:for|on) each target(?: task)?",
        BEST_PER_TARGET,
        1.0,
    ),
    (
        r"multi-?task(?:ing)?(?: (?:intermediate )?(?:training|learning))?"
        r"(?: on (?:all )?(?:\w+ )?(?:intermediate )?tasks)?|(?:training on )?"
        r"(?:several|multiple|all)(?: \w+){0,3} tasks (?:at once|together|jointly)",
        MULTI,
        0.95,
    ),
    (
        r"(?:multilingual )?(?:continued )?(?:multilingual )?(?:masked[- ]language[- ]modell?ing|"
        r"MLM)(?: continued)?(?: during intermediate training)?",
        {"auxiliary": "mlm"},
        0.95,
    ),
    (
        r"(?:machine[- ])?translated (?:intermediate )?(?:training )?(?:data|tasks?)|"
        r"machine translations? of (?:the )?intermediate (?:data|tasks?)",
        {"auxiliary": "mt"},
        0.95,
    ),
    (
        r"(?:no|without(?: an?)?) (?:intermediate|supplementary) (?:tasks?|training)|"
        r"(?:over|than) the (?:plain )?baseline",
        {"names": [NONE]},
        1.0,
    ),
    (
        r"(?:(?:plain|single|different|English|the|all) )*(?:(?:intermediate|supplementary)[- ]?"
        r"(?:task )?(?:training|tasks?|tuning|finetuning|fine-tuning)|pre-?finetuning)",
        {},
        0.9,
    ),
)
_COMPILED_ARMS = [(re.compile(rf"\b(?:{p})", re.IGNORECASE), s, c) for p, s, c in _ARMS]
_OF_DOMAIN = re.compile(
    rf"\b{_DOMAIN}(?:\s+English)?\s+(?:(?:{_FORMAT})(?:\s+{_TASKS})?|{_TASKS})\b", re.IGNORECASE
)
_ALL_TARGETS = re.compile(
    r"\b(?:the )?(?:average|mean)(?: score)? (?:over|of|on|across) (?:all )?(?:the )?"
    r"(?:target|XTREME)\w*(?:[- ]R\b)?(?: tasks| benchmark)?|"
    r"\b(?:all |the |over |non-English )*target tasks?\b|"
    r"\b(?:all |the |over all )*targets\b|\bthe average\b",
    re.IGNORECASE,
)
_OF_FORMAT = re.compile(
    rf"(?P<place>\A|\b(?:on|for|in|helps?|improves?|benefits?|hurts?|harms?|than)\s+(?:the\s+)?)?"
    rf"(?P<what>(?:{_FORMAT})(?:\s+(?P<noun>targets?|tasks?))?)",
    re.IGNORECASE,
)
_AS_INTERMEDIATE = re.compile(
    r"\s*(?:(?:,|and|or)[^.;]{0,60})?\s*(?:is|are|as)\s+(?:the |an? )?(?:best |single )*"
    r"intermediate|\s+first\b",
    re.IGNORECASE,
)
_TRAINED_ON = re.compile(
    r"(?:(?:intermediate|supplementary) (?:task )?(?:training|tuning|fine-?tuning) (?:on|with)|"
    r"(?:tuning|tuned|training|trained|fine-?tuning|fine-?tuned|pre-?finetuned) (?:first )?on|"
    r"\bafter|\bwith|\bfrom|\busing)\s+(?:[\w-]+,?\s+(?:and\s+)?){0,4}\Z",
    re.IGNORECASE,
)
_MEASURED_ON = re.compile(
    r"\b(?:over|on|across|for|in)\s+(?:(?:the|all|several|\w+)\s+)?\Z", re.IGNORECASE
)
_ON = re.compile(r"\b(?:on|for|of)\s+(?:the\s+)?(?:[\w-]+,?\s+(?:and\s+)?){0,3}\Z", re.IGNORECASE)
_GAINS = re.compile(
    r"\s*(?:,[^.;]*,)?\s*(?:do(?:es)? not |never )?(?:gain|benefit|profit|"
    r"improve[sd]?\s+(?:\w+ly\s+)?(?:with|from|by|through|after|most)|lose|suffer)",
    re.IGNORECASE,
)


def find_phrases(
    text: str, study: Mapping[str, Any], names: Mapping[Sort, Iterable[Known]]
) -> list[Phrase]:
    """Every phrase of a claim, in order; spans do not overlap.

    Tasks of a domain win over names (a study may call a task `nli`), and names over other sets.

    Parameters
    ----------
    text : str
        A claim.
    study : mapping
        The parsed `study.json`, whose own names and analogues are preferred where a name could mean
        several things.
    names : mapping
        As `litreview.language.known_names.names_of` gives them.
    """
    found: list[Phrase] = []
    for phrase in (*_domains(text), *_named(text, study, names), *_kinds(text)):
        if all(phrase.end <= one.start or one.end <= phrase.start for one in found):
            found.append(phrase)
    return sorted(found, key=lambda one: one.start)


def _named(
    text: str, study: Mapping[str, Any], names: Mapping[Sort, Iterable[Known]]
) -> list[Phrase]:
    mentions = find_mentions(text, names)
    tasks = [one for one in mentions if one.sort == "tasks"]
    roles = {one.start: _role(one, text) for one in tasks}
    phrases = []
    for one in mentions:
        kinds: dict[Sort, Kind] = {"encoders": "encoder", "benchmarks": "benchmark"}
        kind = kinds.get(one.sort) or roles[one.start]
        name, ambiguous = _resolve(one, kind, study)
        phrases.append(Phrase(kind, one.start, one.end, name=name, ambiguous=ambiguous))
    return phrases


def _role(mention: Mention, text: str) -> Kind:
    """Whether a task is trained on before, or is the target, by the words around it."""
    before, after = text[: mention.start], text[mention.end :]
    if _AS_INTERMEDIATE.match(after):
        return "arm"
    if mention.role != "target" and _TRAINED_ON.search(before):
        return "arm"
    if mention.role != "either":
        return "target" if mention.role == "target" else "arm"
    return "target" if _ON.search(before) or _GAINS.match(after) else "arm"


def _resolve(mention: Mention, kind: Kind, study: Mapping[str, Any]) -> tuple[str, str | None]:
    """The id that the study knows; several that it knows leave more than one reading."""
    own = {"arm": "intermediates", "target": "targets", "encoder": "encoders"}.get(kind)
    known = {*study.get(own or "", {}), *(study.get("analogues") or {})}
    candidates = [next((one for one in ids if one in known), None) for ids in mention.ids]
    there = [one for one in candidates if one is not None]
    if len(there) > 1:
        return there[0], f"The name could mean {listing(there, 'or')} of this study."
    return (there or [mention.ids[0][0]])[0], None


def _kinds(text: str) -> list[Phrase]:
    """Phrases that select a set: the more particular ones first."""
    found = [
        Phrase("arm", match.start(), match.end(), spec=spec, certainty=certainty)
        for pattern, spec, certainty in _COMPILED_ARMS
        for match in pattern.finditer(text)
    ]
    found += [_format(match) for match in _OF_FORMAT.finditer(text) if _is_target(match)]
    found += [
        Phrase("target", match.start(), match.end(), spec={}, certainty=0.95)
        for match in _ALL_TARGETS.finditer(text)
    ]
    return found


def _domains(text: str) -> list[Phrase]:
    return [_domain(match) for match in _OF_DOMAIN.finditer(text) if _is_arm(match, text)]


def _is_arm(match: re.Match[str], text: str) -> bool:
    """Whether tasks of a domain are trained on, not measured on ("over three legal tasks")."""
    if re.search(r"\b(?:intermediate|training)\b", match.group(), re.IGNORECASE):
        return True
    return _MEASURED_ON.search(text[: match.start()]) is None


def _domain(match: re.Match[str]) -> Phrase:
    domain = match["domain"].lower()
    spec = {"domain": _DOMAINS.get(domain, domain)}
    forms = [name for name in FORMATS if match[name]]
    spec |= {"format": forms[0]} if forms else {}
    return Phrase("arm", match.start(), match.end(), spec=spec, certainty=0.9)


def _is_target(match: re.Match[str]) -> bool:
    """A kind of task is a target where it is called one, or stands where effects are felt."""
    return match["noun"] is not None or match["place"] is not None


def _format(match: re.Match[str]) -> Phrase:
    spec = {"format": next(name for name in FORMATS if match[name])}
    return Phrase("target", match.start("what"), match.end("what"), spec=spec, certainty=0.9)


def within(phrases: Iterable[Phrase], start: int, end: int) -> list[Phrase]:
    """Those phrases that lie in a stretch of the text, with offsets from its start."""
    return [
        replace(one, start=one.start - start, end=one.end - start)
        for one in phrases
        if start <= one.start and one.end <= end
    ]
