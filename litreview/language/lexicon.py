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
    grow raise rise stronger surpass beat superior enhance larger""".split()  # noqa: SIM905
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
QUANTIFIERS: dict[str, int] = {
    **dict.fromkeys(("few", "some", "sometimes", "occasionally"), 1),
    **dict.fromkeys(("several", "many", "often", "multiple", "various"), 2),
    **dict.fromkeys(("most", "mostly", "majority", "usually", "generally", "typically"), 3),
    **dict.fromkeys(("all", "always", "every", "each", "consistently", "consistent"), 4),
    **dict.fromkeys(("never", "none"), 4),
}
"""Ordered: some < many < most < all; `no` and `any` depend on their place (`lattice`)."""
DETERMINERS = frozenset(("all", "every", "each", "none", "no", "any"))
"""Words for all cases that say of what."""
NEARLY = frozenset(("almost", "nearly", "virtually"))
"""Before a word for all cases they make it one for most."""
NO_CASES = frozenset(("above all", "after all", "at all", "of all", "over all", "each other"))
"""Idioms with a word for all cases that say nothing of how many cases there are."""
CLAUSE_OPENERS = frozenset(
    """and because but that when where whereas whereby while although though""".split()  # noqa: SIM905
)
EFFECTS = frozenset(
    """association benefit change correlation decrease degradation difference drop effect evidence
    gain harm improvement increase loss point relationship clear consistent further large meaningful
    measurable real significant statistically substantial""".split()  # noqa: SIM905
)
"""Behind `no` they deny an effect ("no clear gain"); other nouns are cases ("no target")."""
HEDGES = {
    **dict.fromkeys(("could", "may", "might", "possibly", "potential"), 1),
    **dict.fromkeys(("potentially", "perhaps"), 1),
    **dict.fromkeys(("appear", "likely", "probably", "seem", "suggest", "tend"), 2),
}
"""Ordered: may < likely < asserted (3, where no hedge stands)."""
DEGREES = {
    **dict.fromkeys(("marginal", "marginally", "slight", "slightly", "small", "modest"), 1),
    **dict.fromkeys(("modestly", "mildly", "minor", "somewhat"), 1),
    **dict.fromkeys(("moderate", "moderately", "appreciable", "appreciably", "noticeably"), 2),
    **dict.fromkeys(("considerable", "considerably", "dramatic", "dramatically", "large"), 3),
    **dict.fromkeys(("major", "strong", "strongly", "substantial", "substantially"), 3),
    **dict.fromkeys(("largely", "greatly", "huge", "significant", "significantly"), 3),
    **dict.fromkeys(("drastically", "enormous", "enormously", "great", "hugely"), 3),
    **dict.fromkeys(("markedly", "massive", "massively", "sharply", "vastly"), 3),
}
"""Ordered: slightly < moderately < strongly."""
DEGREE_PHRASES = (
    (re.compile(r"\b(?:a|very|only) (?:little|bit)\b|\blittle (?:gain|benefit|change|effect)"), 1),
    (re.compile(r"\ba (?:great|good) deal\b|\ba lot\b|\bby far\b"), 3),
    (
        re.compile(
            r"\bmuch (?:better|worse|more|less|(?:strong|weak|high|low|larg|small|great)er)\b"
        ),
        3,
    ),
)
"""Degrees that only several words together give ("little data" is none), in lower case."""
OPPOSITE_EXTREMES = (
    (
        frozenset(("most", "greatest", "highest", "largest", "strongest")),
        frozenset(("least", "fewest", "lowest", "smallest", "weakest")),
    ),
    (frozenset(("best",)), frozenset(("worst",))),
)
NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14,
    "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20,
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
SCALES = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12}
"""Powers of ten."""


_ENDINGS = (("ies", "y"), ("ements", ""), ("ement", ""), ("ings", ""), ("ing", ""))


_IRREGULAR = {
    **{"rose": "rise", "risen": "rise", "fell": "fall", "fallen": "fall", "lost": "lose"},
    **{"beaten": "beat", "grew": "grow", "grown": "grow"},
}


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """A word in lower case without plural and verb endings; names and numbers stay as they are."""
    word = word.lower().replace("’", "'").removesuffix("'s")
    word = _IRREGULAR.get(word, word)
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


_NUMBER_STEMS = frozenset(map(stem, (*NUMBERS, "hundred", *SCALES)))


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


def is_number(part: str) -> bool:
    """Whether a part is a number, in digits or as the stem of a number word."""
    return part[0].isdigit() or part in _NUMBER_STEMS


@lru_cache(maxsize=100_000)
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


def without_sizes(text: str) -> str:
    """The text without the sizes of models, so that the Large of XLM-R Large is no degree."""
    return _SIZED.sub(r"\1", text)


def clauses(text: str) -> list[str]:
    """A sentence cut where a contrast or a new clause begins."""
    return [clause for clause in _CLAUSE.split(text) if clause.strip()] or [text]
