"""What a claim and a passage look like side by side, as numbers and words that a model weighs.

Two views: measures by hand (how much of the claim the passage has, whether the two point the same
way, deny, hedge, share numbers), and words by where they stand (in the claim, in the passage, in
both, in the claim alone).
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from math import log

from litreview.claims.direction import way
from litreview.language.lexicon import HEDGES, is_number, names, parts, stem, tokens
from litreview.verification.entailment import lexical_scorer, negates
from litreview.verification.lattice import axes_above

_WORDS = lexical_scorer(())
_RELATIONS = ("same", "weaker", "opposite", "unknown", "undenied")
_HEDGES = frozenset(map(stem, HEDGES))


def _cue(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)


_OPEN = _cue(
    r"unclear|unknown|uncertain|inconclusive|insufficient|limited evidence|little (?:evidence|is "
    r"known)|no evidence|lack of evidence|remains? to be|(?:further|more|future) (?:research|"
    r"stud(?:y|ies)|trials?|work)|needed|warrant\w*|hypothesi\w+|aim\w*|objective|whether"
)
_NO_RELATION = _cue(
    r"no (?:\w+ ){0,3}(?:association|correlation|difference|effect|evidence|benefit|impact|"
    r"relationship|change|role|influence)|not (?:\w+ ){0,2}(?:associated|correlated|related|"
    r"affect\w*|significant\w*|differ\w*|increase\w*|decrease\w*|reduce\w*|improve\w*|prevent\w*|"
    r"effective|support\w*|recommend\w*|transmit\w*|cause\w*)|did not|does not|do not|is not|are "
    r"not|was not|were not|cannot|without|fail\w*|neither|contrary|myth|misinformation|unlikely"
)
_CAUSAL = _cue(
    r"cause[sd]?|causing|prevent\w*|cure[sd]?|treat\w*|protect\w*|kill\w*|effective\w*|lead[s]? to|"
    r"due to|induce[sd]?|inhibit\w*|block\w*|transmit\w*|spread\w*"
)
_LOOSE = _cue(r"associat\w+|correlat\w+|link\w*|relat\w+|risk|likel\w+|predict\w*|suggest\w*")
_OPPOSITES = tuple(
    (frozenset(map(stem, one.split())), frozenset(map(stem, other.split())))
    for one, other in (
        ("high higher increase increased elevated more greater", "low lower decrease reduced less"),
        ("effective efficacy benefit beneficial", "ineffective inefficacy useless harm harmful"),
        ("safe safety", "unsafe dangerous toxic danger harmful adverse"),
        ("prevent protect protective protection reduce", "cause increase promote worsen risk"),
        ("common frequent often widely", "rare rarely seldom uncommon"),
        ("long longer persistent", "short shorter transient"),
        ("severe severity critical", "mild asymptomatic moderate"),
        ("positive", "negative"),
        ("warm hot summer temperature", "cold cool winter"),
        ("natural naturally", "laboratory engineered artificial bioweapon"),
    )
)


def measures(claim: str, passage: str) -> dict[str, float]:
    """Measures by hand of one pair, each roughly within [-1, 3]."""
    words = _WORDS(claim, passage)
    said, shown = parts(claim), parts(passage)
    claims_own, passages_own = set(said), set(shown)
    both = claims_own & passages_own
    found = {
        "support": words.support,
        "contradiction": words.contradiction,
        "coverage": words.coverage,
        "covered": len(both) / max(1, len(claims_own)),
        "covering": len(both) / max(1, len(passages_own)),
        "pairs_covered": _pairs_covered(said, shown),
        "claim_length": log(1 + len(said)) / 2,
        "passage_length": log(1 + len(shown)) / 2,
        "above": float(len(axes_above(claim, passage))),
        "names": float(bool(names(claim) & names(passage))),
    }
    found |= {f"relation_{one}": float(words.relation == one) for one in _RELATIONS}
    return found | _directions(claim, passage) | _cues(claim, passage) | _numbers(said, shown)


def _pairs_covered(said: Sequence[str], shown: Sequence[str]) -> float:
    """Share of the claim's neighbouring words that are neighbours in the passage."""
    own, other = set(pairwise(said)), set(pairwise(shown))
    return len(own & other) / max(1, len(own))


def _directions(claim: str, passage: str) -> dict[str, float]:
    said, shown = way(claim).change, way(passage).change
    moves = {"up", "down"}
    return {
        "way_agrees": float(said is not None and said == shown),
        "way_opposes": float({said, shown} == moves),
        "way_denied": float(said in moves and shown == "same"),
        "way_asserted": float(said == "same" and shown in moves),
        "way_silent": float(said is not None and shown is None),
        **{f"claim_{one}": float(said == one) for one in ("up", "down", "same")},
        **{f"passage_{one}": float(shown == one) for one in ("up", "down", "same")},
    }


def _cues(claim: str, passage: str) -> dict[str, float]:
    found: dict[str, float] = {}
    sides = {"claim": claim, "passage": passage}
    stems = {}
    for side, text in sides.items():
        lower = [word.lower() for word in tokens(text)]
        stems[side] = frozenset(map(stem, lower))
        found[f"{side}_denies"] = float(sum(map(negates, lower)) % 2)
        found[f"{side}_no_relation"] = float(bool(_NO_RELATION.search(text)))
        found[f"{side}_hedges"] = float(bool(stems[side] & _HEDGES))
        found[f"{side}_open"] = float(bool(_OPEN.search(text)))
        found[f"{side}_causal"] = float(bool(_CAUSAL.search(text)))
        found[f"{side}_loose"] = float(bool(_LOOSE.search(text)))
    denied = found["claim_no_relation"] - found["passage_no_relation"]
    found["claim_alone_denies"] = float(denied > 0)
    found["passage_alone_denies"] = float(denied < 0)
    found["negations_differ"] = abs(found["claim_denies"] - found["passage_denies"])
    said, shown = stems["claim"], stems["passage"]
    found["opposites"] = float(
        sum(
            bool(said & first and shown & second and not shown & first)
            for pair in _OPPOSITES
            for first, second in (pair, pair[::-1])
        )
    )
    found["same_poles"] = float(
        sum(bool(said & side and shown & side) for pair in _OPPOSITES for side in pair)
    )
    return found


def _numbers(said: Sequence[str], shown: Sequence[str]) -> dict[str, float]:
    own = {part for part in said if is_number(part)}
    other = {part for part in shown if is_number(part)}
    return {
        "claim_numbers": float(bool(own)),
        "passage_numbers": float(bool(other)),
        "numbers_found": len(own & other) / len(own) if own else 0.0,
        "numbers_missing": float(bool(own - other)),
    }


def placed_words(claim: str, passage: str) -> list[str]:
    """Stems by where they stand: `c:` in the claim, `p:` in the passage, `b:` both, `m:` missing.

    Function words are kept in the first two, for they deny and hedge.
    """
    said, shown = _stems(claim), _stems(passage)
    bare = set(parts(claim))
    found = [f"c:{word}" for word in sorted(said)] + [f"p:{word}" for word in sorted(shown)]
    found += [f"{'b' if word in shown else 'm'}:{word}" for word in sorted(bare)]
    return found


def _stems(text: str) -> set[str]:
    return {stem(word.lower()) for word in tokens(text)} | set(parts(text))
