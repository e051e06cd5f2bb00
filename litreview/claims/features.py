"""What a sentence shows of being a finding: its place, its wording, its neighbours.

The cues are regular expressions that a reader can check. Position beats wording (in the data that
the scorer is fitted to, the last sentence of the abstract alone has an F1 of .66), so each cue
counts once by itself and once by how late it stands.
"""

import math
import re
from collections.abc import Sequence
from typing import NamedTuple


class Cue(NamedTuple):
    """A pattern, and what it stands for."""

    name: str
    pattern: re.Pattern[str]


def _cue(name: str, pattern: str) -> Cue:
    return Cue(name, re.compile(pattern, re.IGNORECASE))


_SHOW = (
    r"(?:show|find|found|demonstrate|report|reveal|identif|observe|conclude|propose|suggest|"
    r"provide|confirm|establish|prove)\w*"
)
CUES: tuple[Cue, ...] = (
    # Wording of findings.
    _cue(
        "our_results",
        r"\b(?:our (?:results?|findings?|data|study|work|analys[ei]s|observations?|experiments?|"
        r"model)"
        r"|these (?:results?|findings?|data|observations?|studies|analyses)"
        r"|the (?:results?|findings|data) (?:show|suggest|indicate|demonstrate|reveal|support|of "
        r"this)"
        r"|this study (?:show|demonstrate|suggest|provide|indicate|reveal)\w*"
        r"|the present (?:study|results|findings|data))\b",
    ),
    _cue("we_show", rf"\bwe (?:\w+ )?{_SHOW}"),
    _cue(
        "suggest",
        r"\b(?:suggest(?:s|ed|ing)?|imply|implies|support(?:s|ed|ing)? the|provide[sd]? (?:the )?"
        r"(?:first )?evidence|evidence (?:that|for)|highlight(?:s|ed)?|underscore[sd]?|"
        r"emphasi[sz]e[sd]?|points? to)\b",
    ),
    _cue("that", r"\bthat\b"),
    _cue(
        "hedge",
        r"\b(?:may|might|could|can|should|potential(?:ly)?|likely|possib(?:le|ly)|"
        r"appear(?:s|ed)? to|seem(?:s|ed)? to|promising)\b",
    ),
    _cue(
        "importance",
        r"\b(?:important|importance|crucial|critical|key|novel|new|first|useful|effective|valuable|"
        r"potential|promising|insight|implications?|understanding|mechanism)\b",
    ),
    _cue(
        "relation",
        r"\b(?:associat(?:ed|ion|ions)|correlat\w+|predict(?:s|ed|or|ors|ive)?|related to|"
        r"link(?:ed|s)?|depend(?:s|ent)?|mediate[sd]?|regulate[sd]?|role (?:of|in|for)|"
        r"contribute[sd]?|leads? to|cause[sd]?|affect(?:s|ed)?|influence[sd]?|inhibit(?:s|ed)?|"
        r"promote[sd]?|induce[sd]?|require[sd]?|due to)\b",
    ),
    _cue(
        "comparative",
        r"\b(?:higher|lower|greater|larger|smaller|better|worse|more|less|fewer|increase[sd]?|"
        r"decrease[sd]?|reduce[sd]?|improve[sd]?|outperform(?:s|ed)?|superior|inferior|exceeds?|"
        r"exceeded|than)\b",
    ),
    _cue(
        "outlook",
        r"\b(?:further (?:research|studies|study|investigation|work)|future (?:research|studies|"
        r"work)|(?:is|are) needed|warrant|should be)\b",
    ),
    _cue("present_tense", r"\b(?:is|are|has|have|does|do)\b"),
    # A size printed in the field's units; by hand, since no such unit occurs in the data.
    _cue("measured", r"\d\s?-?(?:F1\s+|percentage\s+)?points?\b|\d\s(?:F1|accuracy|BLEU)\b"),
    # Wording of aims, methods, background and single measurements.
    _cue("past_tense", r"\b(?:was|were|had|did)\b"),
    _cue("percent", r"\d ?%"),
    _cue("statistic", r"\bp ?[<>=≤]|95 ?%|\bCI\b|\b[OH]R\b ?[=:]|±|\bn ?= ?\d"),
    _cue("number", r"\d"),
    _cue(
        "method",
        r"\b(?:we (?:used|use|performed|perform|conducted|analy[sz]ed|measured|collected|compared|"
        r"examined|investigated|tested|developed|applied|assessed|evaluated|studied|recruited|"
        r"employed|estimated|calculated|reviewed|searched|included|obtained)|(?:was|were) (?:used|"
        r"performed|conducted|analy[sz]ed|measured|collected|assessed|evaluated|recruited|"
        r"randomi[sz]ed|included|obtained|assigned|treated|carried out|calculated|examined|"
        r"compared|investigated|enrolled|recorded|tested|extracted|studied|selected)|using)\b",
    ),
    _cue(
        "aim",
        r"\b(?:aim(?:s|ed)?|objectives?|purpose|goal|sought|to (?:investigate|examine|determine|"
        r"assess|evaluate|explore|test|study|address|identify|compare|understand|characteri[sz]e)|"
        r"hypothesi[sz]ed?|the question)\b",
    ),
    _cue(
        "background",
        r"\b(?:is (?:an?|the) (?:major|common|important|key|leading|well|widely|critical|essential|"
        r"known|complex|severe|chronic)|are (?:known|widely|commonly|important)|ha(?:s|ve) been|it "
        r"is (?:known|unclear|not known|unknown)|little is known|remain(?:s|ed)? (?:unclear|"
        r"unknown|poorly|controversial|elusive|largely)|however, (?:it|the|little)|recent(?:ly)?|"
        r"previous(?:ly)?|often|widely|commonly|one of the most|worldwide|increasing)\b",
    ),
    _cue(
        "previous_work",
        r"\b(?:pr(?:evious|ior) (?:studies|work|research|reports)|others have|it has been (?:shown|"
        r"reported|suggested|proposed))\b",
    ),
    _cue("citation", r"\[\d|et al|\[cite\]"),
    _cue(
        "aside",
        r"\b(?:interestingly|importantly|notably|surprisingly|remarkably|strikingly|furthermore|"
        r"moreover|in addition|additionally|finally|in contrast|conversely|unexpectedly|"
        r"specifically|indeed)\b",
    ),
    _cue(
        "method_label",
        r"^(?:methods?|design|settings?|patients|participants|materials|study design|data sources?|"
        r"measurements?)\b",
    ),
    _cue(
        "administration",
        r"\b(?:trial registration|clinicaltrials|registered|funding|available at|released? "
        r"(?:our|the) (?:code|data|models?))\b",
    ),
    _cue(
        "here_we_show",
        r"\b(?:here,? we|in this (?:study|paper|work|report|article),? we|we (?:here|now))\b.*\bwe "
        rf"(?:\w+ )?{_SHOW}|\b(?:here,? we|we (?:here|now)) {_SHOW}",
    ),
    _cue(
        "conclude",
        r"\b(?:conclu(?:de[sd]?|sions?|ding)|in summary|taken together|together, (?:these|our)|"
        r"collectively|overall|in sum|thus|therefore|hence|consequently|accordingly|altogether)\b",
    ),
)
_OPENING, _SHORT, _LONG, _MANY = 3, 10, 35, 20
_ANNOUNCING = ("our_results", "we_show", "conclude")
"""Cues of which it also counts whether an earlier or a later sentence has them."""
_TOKEN = re.compile(r"[^\W\d_]+|\d|[%<>=±]")
_LONGEST = 3


def sentence_features(sentences: Sequence[str]) -> list[dict[str, float]]:
    """Features of the sentences of one stretch of text (an abstract, or a section), by name.

    Each value is 0, 1 or a share, but for the logarithm of the length in words.
    """
    found = [[cue.name for cue in CUES if cue.pattern.search(text.strip())] for text in sentences]
    return [
        {
            **_position(place, len(sentences)),
            **_length(text, len(sentences)),
            **_wording(place, found),
        }
        for place, text in enumerate(sentences)
    ]


def _position(place: int, count: int) -> dict[str, float]:
    share = place / (count - 1) if count > 1 else 1.0
    left = count - 1 - place
    features = {"share": share, "share^2": share**2, "share^4": share**4}
    features |= {f"{left} to the end": 1.0} if left <= _OPENING + 1 else {}
    return features | ({f"number {place + 1}": 1.0} if place < _OPENING else {})


def _length(text: str, count: int) -> dict[str, float]:
    words = max(1, len(text.split()))
    features = {"1/sentences": 1 / count, "sentences": min(count, _MANY) / _MANY}
    features["log words"] = math.log(words)
    features |= {"short": 1.0} if words < _SHORT else {}
    return features | ({"long": 1.0} if words > _LONG else {})


def _wording(place: int, found: Sequence[Sequence[str]]) -> dict[str, float]:
    share = place / (len(found) - 1) if len(found) > 1 else 1.0
    features = {name: 1.0 for name in found[place]}
    features |= {f"late {name}": share for name in found[place]}
    if place:
        features |= {f"{name} before": 1.0 for name in found[place - 1]}
    if place + 1 < len(found):
        features |= {f"{name} behind": 1.0 for name in found[place + 1]}
    earlier = {name for names in found[:place] for name in names}
    later = {name for names in found[place + 1 :] for name in names}
    features |= {f"{name} earlier": 1.0 for name in _ANNOUNCING if name in earlier}
    return features | {f"{name} later": 1.0 for name in _ANNOUNCING if name in later}


def word_sequences(text: str) -> set[str]:
    """Runs of one to three words of a sentence, in lower case, its beginning marked `^`.

    Digits stand alone, so that "12" and "47" share their length and little else.
    """
    words = ["^", *_TOKEN.findall(text.lower())]
    return {
        " ".join(words[start : start + length])
        for length in range(1, _LONGEST + 1)
        for start in range(len(words) - length + 1)
    }
