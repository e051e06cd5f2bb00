"""Words as the lexical methods see them: tokens, stems, names, clauses, and closed word lists."""

import re
from functools import lru_cache

_TOKEN = re.compile(r"[^\W_]+(?:[.\-'’][^\W_]+)*")
_PART = re.compile(r"[^\W\d_]+|\d+(?:\.\d+)?")
_SIZED = re.compile(
    r"\b([A-Z][^\W_]*(?:-[A-Z\d][^\W_]*)*)[ -]"
    r"((?i:tiny|mini|small|medium|base|large|huge|xl|xxl))\b"
)
_CLAUSE = re.compile(
    r"\s*(?:;|,?\s+(?:whereas|while|but|although|though|however|yet)\b|:\s)\s*", re.IGNORECASE
)

STOP_WORDS = frozenset(
    """a about above after again against all also am an and any are as at be because been before
    being below between both by can could did do does doing down during each etc few for from
    further had has have having he her here hers him his how however i if in into is it its itself
    just like may me might more most much must my no nor not of off on once only or other our ours
    out over own per same she should so some such than that the their theirs them then there these
    they this those through to too under until up upon us very via was we were what when where
    whereas whether which while who whom why will with within without would you your""".split()  # noqa: SIM905
)

UP = frozenset(
    """benefit better boost exceed gain greater help higher improve improvement increase outperform
    raise rise stronger surpass beat superior enhance larger""".split()  # noqa: SIM905
)
DOWN = frozenset(
    """damage decline decrease degrade degradation deteriorate drop fall harm hurt inferior lower
    loss lose poor reduce reduction underperform weaker worse worsen smaller""".split()  # noqa: SIM905
)
LOWER_IS_BETTER = frozenset(
    """error loss perplexity wer latency regret bias toxicity""".split()  # noqa: SIM905
)
NEGATORS = frozenset(
    """cannot fail fails failed lack lacks neither never no none nor not nothing hardly
    barely""".split()  # noqa: SIM905
)
QUANTIFIERS = {
    **dict.fromkeys(("few", "some", "sometimes", "occasionally"), 1),
    **dict.fromkeys(("several", "many", "often", "multiple", "various"), 2),
    **dict.fromkeys(("most", "mostly", "majority", "usually", "generally", "typically"), 3),
    **dict.fromkeys(("all", "always", "every", "each", "consistently", "consistent"), 4),
}
"""Ordered: some < many < most < all."""
HEDGES = {
    **dict.fromkeys(("could", "may", "might", "possibly", "potential"), 1),
    **dict.fromkeys(("potentially", "perhaps"), 1),
    **dict.fromkeys(("appear", "likely", "probably", "seem", "suggest", "tend"), 2),
}
"""Ordered: may < likely < asserted (3, where no hedge stands)."""
DEGREES = {
    **dict.fromkeys(("marginal", "marginally", "slight", "slightly", "small", "modest"), 1),
    **dict.fromkeys(("considerable", "considerably", "dramatic", "dramatically", "large"), 3),
    **dict.fromkeys(("major", "strong", "strongly", "substantial", "substantially"), 3),
    **dict.fromkeys(("largely", "greatly", "huge", "significant", "significantly"), 3),
}
"""Ordered: slightly < strongly."""


_ENDINGS = (("ies", "y"), ("ements", ""), ("ement", ""), ("ings", ""), ("ing", ""))


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """A word in lower case without plural and verb endings; names and numbers stay as they are."""
    word = word.lower().replace("’", "'").removesuffix("'s")
    if len(word) <= 3 or any(character.isdigit() for character in word):
        return word
    for ending, replacement in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return _bare(word.removesuffix(ending) + replacement)
    for ending in ("ed", "es", "s"):
        if word.endswith(ending) and not word.endswith("ss") and len(word) - len(ending) >= 3:
            return _bare(word.removesuffix(ending))
    return _bare(word)


def _bare(word: str) -> str:
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def tokens(text: str) -> list[str]:
    """Words of a text in order, hyphenated words whole, in their own case."""
    return _TOKEN.findall(text)


def parts(text: str) -> list[str]:
    """Stems of the parts of all words in order, stop words left out: what is indexed."""
    return [
        stem(part)
        for token in tokens(text)
        for part in _PART.findall(token)
        if part.lower() not in STOP_WORDS
    ]


def names(text: str) -> frozenset[str]:
    """Words that look like names of tasks, data sets, metrics or models, letters and digits only.

    A word is such a name where it has a capital after its first letter, or letters with digits:
    SQuAD, XNLI, XLM-R, F1, TyDiQA. Capital initials alone do not make a name.
    """
    found = set()
    for token in tokens(text):
        body = token[1:]
        mixed = any(c.isalpha() for c in token) and any(c.isdigit() for c in token)
        if any(c.isupper() for c in body) or mixed:
            plain = "".join(c for c in token.lower() if c.isalnum())
            found.add(plain.removesuffix("s") if len(plain) > 3 and token[-1] == "s" else plain)
    return frozenset(found)


def sized_names(text: str) -> dict[str, set[str]]:
    """Sizes that follow a name, by name: `{"xlmr": {"base", "large"}}`."""
    found: dict[str, set[str]] = {}
    for name, size in _SIZED.findall(text):
        plain = "".join(c for c in name.lower() if c.isalnum())
        found.setdefault(plain, set()).add(size.lower())
    return found


def clauses(text: str) -> list[str]:
    """A sentence cut where a contrast or a new clause begins."""
    return [clause for clause in _CLAUSE.split(text) if clause.strip()] or [text]
