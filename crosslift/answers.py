"""Comparison of answer texts, by the rules of SQuAD 1.1, of MLQA and of SQuAD 2.0.

Sources: ``squad/evaluate-v1.1.py`` of allenai/bi-att-flow and ``mlqa_evaluation_v1.py`` of
facebookresearch/MLQA, the two scripts that XTREME's ``install_tools.sh`` fetches; and SQuAD's own
``evaluate-v2.0.py``.
"""

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Callable

Comparison = Callable[[str, str, str, Callable[[str, str], str]], float]
"""Score of a predicted text against one gold answer in a language, after normalisation."""

_SQUAD_PUNCTUATION = frozenset(string.punctuation)
_SQUAD_ARTICLES = re.compile(r"\b(a|an|the)\b")

# What MLQA removes as an article, by language; None where the language has none. The Arabic
# pattern takes the definite article out wherever its two letters stand, inside a word too: the
# original's other alternative, with "^" after a letter, can never match.
_MLQA_ARTICLES: dict[str, re.Pattern[str] | None] = {
    "ar": re.compile("ال"),
    "de": re.compile(r"\b(ein|eine|einen|einem|eines|einer|der|die|das|den|dem|des)\b"),
    "en": _SQUAD_ARTICLES,
    "es": re.compile(r"\b(un|una|unos|unas|el|la|los|las)\b"),
    "hi": None,
    "vi": re.compile(r"\b(của|là|cái|chiếc|những)\b"),
    "zh": None,
}
_HAN = re.compile("([\u4e00-\u9fa5])")


def squad_normalise(text: str, language: str = "en") -> str:
    """Lower the case, drop ASCII punctuation and English articles, and squeeze white space.

    The language is ignored: SQuAD's script treats every text as English, and XTREME applies it to
    all languages of XQuAD and TyDiQA.
    """
    kept = "".join(char for char in text.lower() if char not in _SQUAD_PUNCTUATION)
    return " ".join(_SQUAD_ARTICLES.sub(" ", kept).split())


def mlqa_normalise(text: str, language: str) -> str:
    """Lower the case, drop punctuation of any script and the language's articles, and tokenise.

    Chinese ideographs become one token each; all else is split at white space. Tokens are joined
    by single spaces.

    Raises
    ------
    ValueError
        If MLQA has no rules for `language` (a two-letter code).
    """
    if language not in _MLQA_ARTICLES:
        raise ValueError(
            f"language {language!r}: MLQA's rules cover {', '.join(_MLQA_ARTICLES)}; "
            "use the metric f1_em (SQuAD's rules) for other languages"
        )
    kept = "".join(char for char in text.lower() if not _is_punctuation(char))
    articles = _MLQA_ARTICLES[language]
    if articles is not None:
        kept = articles.sub(" ", kept)
    if language == "zh":
        kept = _HAN.sub(r" \1 ", kept)
    return " ".join(kept.split())


def exact_match(
    predicted: str, gold: str, language: str, normalise: Callable[[str, str], str]
) -> float:
    """1.0 where both texts are the same after normalisation, else 0.0."""
    return float(normalise(predicted, language) == normalise(gold, language))


def token_f1(
    predicted: str, gold: str, language: str, normalise: Callable[[str, str], str]
) -> float:
    """F1 of two texts as bags of tokens after normalisation; 0.0 where they share none.

    Two texts that normalise to nothing share no token, hence score 0.0 here and 1.0 by exact match,
    as in both scripts.
    """
    predicted_tokens = normalise(predicted, language).split()
    gold_tokens = normalise(gold, language).split()
    common = (Counter(predicted_tokens) & Counter(gold_tokens)).total()
    if not common:
        return 0.0
    # By precision and recall, as both scripts have it: the same number to the last bit.
    precision, recall = common / len(predicted_tokens), common / len(gold_tokens)
    return 2 * precision * recall / (precision + recall)


def abstaining_token_f1(
    predicted: str, gold: str, language: str, normalise: Callable[[str, str], str]
) -> float:
    """`token_f1`, but 1.0 where both texts normalise to nothing (``compute_f1`` of SQuAD 2.0)."""
    if not normalise(predicted, language) and not normalise(gold, language):
        return 1.0
    return token_f1(predicted, gold, language, normalise)


def _is_punctuation(char: str) -> bool:
    return char in _SQUAD_PUNCTUATION or unicodedata.category(char).startswith("P")
