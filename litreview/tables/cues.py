"""The words with which claims compare, rank, size, deny, hedge and explain."""

import re
from typing import Literal

from litreview.language.lexicon import stem

Sense = Literal["quality", "quantity"]

_UP_QUALITY = """better outperform beat exceed surpass superior improve improvement boost benefit
    help gain enhance outscore stronger ahead advantage effective outdo win enhancement contribute
    faster positive beneficial helpful"""
_DOWN_QUALITY = """worse underperform inferior weaker hurt harm degrade degradation deteriorate
    deterioration behind fail struggle lag worsen suffer damage lose
    slower negative detrimental harmful cost"""
_UP_QUANTITY = """higher increase greater larger more rise grow raise bigger above longer over jump
    growth"""
_DOWN_QUANTITY = """lower decrease less smaller fewer reduce reduction drop fall decline below under
    shorter diminish shrink loss"""
COMPARATORS: dict[str, tuple[int, Sense]] = {
    stem(word): (sign, sense)
    for words, sign, sense in (
        (_UP_QUALITY, 1, "quality"),
        (_DOWN_QUALITY, -1, "quality"),
        (_UP_QUANTITY, 1, "quantity"),
        (_DOWN_QUANTITY, -1, "quantity"),
    )
    for word in words.split()
}
"""Sign and sense by stem: better or worse by the metric's polarity, or more or less as numbers."""
COMPARATORS |= {"fell": (-1, "quantity"), "rose": (1, "quantity"), "grew": (1, "quantity")}
COMPARATORS |= {"lost": (-1, "quality"), "beaten": (1, "quality")}
ONLY_BEFORE_THAN = frozenset(map(stem, ("over", "above", "below", "under", "more", "less")))
"""Comparators only beside `than`, a number or a named side; else they are mere prepositions."""
CHANGES = frozenset(
    map(
        stem,
        """improve improvement boost benefit help gain enhance hurt harm degrade degradation
        deteriorate increase rise grow raise decrease reduce reduction drop fall decline lead
    contribute fell rose worsen suffer positive negative beneficial helpful detrimental harmful
        cost lower""".split(),  # noqa: SIM905
    )
)
"""Words of change: what is added or removed before them is what they are of."""
SUPERLATIVES: dict[str, tuple[int, Sense]] = {
    **dict.fromkeys(("best", "strongest"), (1, "quality")),
    **dict.fromkeys(("worst", "poorest", "weakest", "poorly"), (-1, "quality")),
    **dict.fromkeys(("highest", "largest", "greatest", "biggest", "most", "top"), (1, "quantity")),
    **dict.fromkeys(("longest", "maximum"), (1, "quantity")),
    **dict.fromkeys(("lowest", "smallest", "least", "fewest", "minimum"), (-1, "quantity")),
    **dict.fromkeys(("shortest",), (-1, "quantity")),
    **{"fastest": (1, "quality"), "slowest": (-1, "quality")},
}
SIMILAR = re.compile(
    r"\b(?:comparable|similarly|(?:are|is|perform\w*|very|quite|achiev\w+|yield\w*|have|has|show\w*|"
    r"obtain\w*) (?:\w+ )?similar|similar (?:to|result|performance|score|accurac|trend)\w*|"
    r"on par|on a par|competitive|close to|"
    r"nearly (?:the )?same|"
    r"(?:the )?same|equal(?:ly)?|as \w+ as|no (?:significant |clear |notable )?"
    r"(?:difference|change|improvement|gain|effect)|little (?:difference|effect|impact|change)|"
    r"(?:slight|marginal)ly different|identical|"
    r"(?:small|minor|little|marginal|negligible|limited|slight) (?:effect|impact|influence|"
    r"difference|change)|not (?:much|significantly) (?:better|worse|"
    r"different|higher|lower))\b",
    re.IGNORECASE,
)
MARGIN = re.compile(
    r"\b(?:large margins?|significant(?:ly)?|substantial(?:ly)?|dramatic(?:ally)?|much|far|"
    r"considerabl[ey]|wide margins?|drastic(?:ally)?|great(?:ly)?|huge)\b",
    re.IGNORECASE,
)
SLIGHT = re.compile(
    r"\b(?:slight(?:ly)?|marginal(?:ly)?|small(?: margin)?|minor|a (?:bit|little))\b", re.IGNORECASE
)
UNIVERSAL = re.compile(
    r"\b(?:all|every|each|consistent(?:ly)?|always|both|across(?: the board)?|any|in (?:all|every) "
    r"cases?|without exception|uniformly|on all|entire)\b",
    re.IGNORECASE,
)
PARTIAL = re.compile(
    r"\b(?:most|mostly|majority|generally|usually|often|some|several|many|in general|"
    r"on average|overall|tends?)\b",
    re.IGNORECASE,
)
EXPLAINED = re.compile(
    r"\b(?:because|due to|thanks to|owing to|caused? by|since|as a result of|"
    r"reasons? (?:is|for)|attribut\w+|therefore|which (?:is|means|suggests|"
    r"indicates|shows|implies|confirms|proves|demonstrates|explains)|"
    r"so that|in order to|enabl\w+|allow\w+|explain\w+|hypothesi[sz]\w+)\b",
    re.IGNORECASE,
)
INFERRED = re.compile(
    r"\b(?:suggest\w*|indicat\w*|impl(?:y|ies|ying)|demonstrat\w*|confirm\w*|prov(?:e|es|ing)|"
    r"verif\w*|reveal\w*|conclud\w*|validat\w*|highlight\w*|effectiveness|importance|potential)\b",
    re.IGNORECASE,
)
HEDGED = re.compile(
    r"\b(?:may|might|could|likely|possibl[ey]|probabl[ey]|perhaps|presumably|seems?|appears?|"
    r"we (?:believe|think|conjecture|assume)|would|expected?)\b",
    re.IGNORECASE,
)
OFF_TABLE = re.compile(
    r"\b(?:statistical(?:ly)?|p\s?[<=]\s?\.?0|p-?values?|human (?:evaluation|judg\w+)|converge\w*|"
    r"over-?fit\w*|robust\w*|generali[sz]\w*|interpretab\w*|fluen\w+|noisy|noise|complex\w*|"
    r"computational\w*|efficien\w*|stab(?:le|ility)|variance|qualit\w+|semantic\w*|syntactic\w*|"
    r"ambig\w+|diverse|diversity|future|further (?:work|study)|difficult\w*|challeng\w*|"
    r"annotat\w+|bias\w*|unseen|distribution\w*|capacity|imbalance\w*|domain\w*)\b",
    re.IGNORECASE,
)
OWN = re.compile(
    r"\b(?:our|ours|proposed|we (?:obtain|achieve|reach|get|outperform|improve|gain|see)|"
    r"we (?:propose|present|introduce)|the full|full model|"
    r"this (?:work|paper)|new (?:model|method|approach))\b",
    re.IGNORECASE,
)
OTHERS = re.compile(
    r"\b(?:baselines?|previous|existing|prior|state[- ]of[- ]the[- ]art|sota|other|others|"
    r"competit\w+|counterparts?|the rest|all (?:the )?(?:models|methods|systems|approaches)|"
    r"published|alternatives?|every(?:thing)? else)\b",
    re.IGNORECASE,
)
PARTS = re.compile(
    r"\b(?:each|all|every|both|any)(?: of)?(?: the| our)?(?: \w+)? (?:components?|modules?|parts|"
    r"features?|ingredients?|additions?|techniques?|modifications?|extensions?)\b",
    re.IGNORECASE,
)
"""All that an ablation removes, or a series of systems adds."""
REMOVED = re.compile(
    r"\b(?:without|remov\w+|ablat\w+|exclud\w+|drop(?:ping|s)? (?:the|out)|disabl\w+|omit\w*|"
    r"replac\w+|discard\w*|eliminat\w+|turn\w* off|leav\w+ out|w/o|absence of|lack\w*)\b",
    re.IGNORECASE,
)
MINUS_LABEL = re.compile(
    r"\A\s*[-–−]|\s[-–−]\s?(?=[A-Za-z])|\bw[/\\]o\b|\b(?:without|no|minus|sans)\b", re.IGNORECASE
)
PLUS_LABEL = re.compile(r"\+|\bw/(?!o)|\b(?:with|plus)\b|&", re.IGNORECASE)
CHANGE_SIGN = re.compile(f"{MINUS_LABEL.pattern}|{PLUS_LABEL.pattern}", re.IGNORECASE)
"""Signs with which a row says that something was removed or added (`- attention`, `w/ LM`)."""
TREND = re.compile(
    r"\b(?:as|when|with) (?:the )?(?:\w+ ){0,4}?(?:increas\w+|grow\w*|decreas\w+|more|larger|"
    r"bigger|deeper|longer|additional|fewer|smaller|shorter|rais\w+|gets?|becomes?)\b|"
    r"\b(?:increasing|decreasing|more|larger|deeper|longer|additional) (?:the )?"
    r"(?:numbers?|amounts?|size|length|depth|proportion|value)\b",
    re.IGNORECASE,
)
FALLING = re.compile(r"\b(?:decreas\w+|fewer|smaller|shorter|less)\b", re.IGNORECASE)
NEGATIONS = frozenset(
    """not no never none neither nor cannot hardly barely fail fails failed n't don doesn
    didn isn aren wasn weren""".split()  # noqa: SIM905
)
SIZED_CHANGE = re.compile(
    r"(?:largest|biggest|greatest|highest|most|strongest|smallest|least|lowest|best)\s+(?:\w+\s+)?"
    r"(?:drops?|decreases?|degradations?|loss(?:es)?|declines?|gains?|improvements?|increases?|"
    r"effects?|contributions?|impacts?|reductions?|boosts?|important|crucial|critical|effective|"
    r"beneficial|influential)\b",
    re.IGNORECASE,
)
"""The largest or smallest of the changes that parts of a system make."""
GAP = re.compile(
    r"\b(?:large|big|clear|significant|substantial|huge|considerable|wide|notable) (?:\w+ )?"
    r"(?:gap|difference|discrepancy|effect|impact|influence)\b",
    re.IGNORECASE,
)
ON_ALL = re.compile(
    r"\b(?:on|in|across|for|over|under) (?:all|both|every|each|the (?:two|three|four|five|six))\b"
    r"|\b(?:consistently|always)\b",
    re.IGNORECASE,
)
"""A ranking that holds for every column, rather than among all rows."""
SPEED = re.compile(r"\b(?:fast(?:er|est)?|slow(?:er|est)?|speed(?:s|up)?|quick(?:er|est)?)\b", re.I)
TIMED = re.compile(
    r"\b(?:time|speed|latency|rtf|sec(?:onds?)?|hours?|ms|min(?:utes?)?)\b|/s\b", re.I
)
"""Columns in which the fast and the slow are told apart."""
CLAUSE = re.compile(
    r"\s*(?:;|\s+and\s+(?=(?:the )?(?:best|worst|highest|lowest|least)\b)|"
    r",?\s+\b(?:whereas|while|but|although|though|however|yet|even though)\b|"
    r",\s+(?=(?:and|which|with the|outperform\w*|surpass\w*|beat\w*|improv\w*|exceed\w*|achiev\w*|"
    r"follow\w*|compared)\b)|:\s|\.\s+(?=[A-Z]))\s*",
    re.IGNORECASE,
)
