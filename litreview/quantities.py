"""Numbers in running text as data: value, unit, decimals, qualifier, range, and their places."""

import re

from litreview.lexicon import NUMBERS, SCALES
from litreview.masks import mask
from litreview.schema import Quantity

UNITS = (
    "points",
    "percent",
    "f1",
    "accuracy",
    "count",
    "parameters",
    "ratio",
    "bytes",
    "seconds",
    "minutes",
    "hours",
    "days",
    "years",
    "none",
)

_EXPONENTS = {"k": 3, "K": 3, "M": 6, "B": 9, "G": 9, "T": 12, **SCALES}
_UNITS = "|".join(word for word, value in NUMBERS.items() if value < 10)
_TENS = "|".join(word for word, value in NUMBERS.items() if value >= 20)
_BELOW_100 = rf"(?:(?:{_TENS})(?:[\s-](?:{_UNITS}))?|{'|'.join(NUMBERS)})\b"
_BELOW_1000 = rf"(?:(?:(?:{_UNITS}|an?)\s+hundred\b(?:\s+(?:and\s+)?{_BELOW_100})?)|{_BELOW_100})"
_SCALE = "|".join(SCALES)
_IN_WORDS = rf"(?:{_BELOW_1000}|an?)\s+(?:{_SCALE})\b(?:\s+(?:and\s+)?{_BELOW_1000})?|{_BELOW_1000}"
# Things that papers count. After a space the plural is wanted, so that "9 target tasks" does not
# end at "target"; after a hyphen the singular, as in "12-layer".
_COUNTED = (
    "task|subtask|language|dataset|benchmark|paper|pair|example|sentence|model|encoder|seed|run|"
    "restart|layer|epoch|step|question|document|mention|candidate|combination|domain|label|annotator|"
    "token|word|law|decision|jurisdiction|claim|target|intermediate|phase|stage|experiment|setting|"
    "source|probe|patient|participant|subject|case|trial|adult|sample|item|instance|article|abstract|"
    "review|user|head|version|variant|size|script|group|cell|gene|protein|strain"
)
_IRREGULAR = "data sets|studies|entities|classes|families|loci|women|men|children|mice|rats|species"
_COUNT = rf"\s(?:[\w’-]+\s+){{0,3}}?(?:(?:{_COUNTED})s|{_IRREGULAR})\b|-(?:{_COUNTED})s?\b"
_NUMBER = re.compile(
    r"(?P<digits>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|(?<![\d.])\.\d+)"
    r"(?:(?:\s?(?:[x×]|\\times)\s?10\s?\^?\s?\{?|[eE](?=[-−–\d]))(?P<power>[-−–]?\d+)\}?)?"
    rf"(?P<suffix>[kKMBT](?!\w)|\s?[KMGT](?=B\b)|\s(?i:{_SCALE})\b)?"
    rf"|\b(?P<word>(?i:{_IN_WORDS}))"
)
_UNIT_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (unit, re.compile(pattern, re.IGNORECASE))
    for unit, pattern in (
        ("points", r"[\s-]?(?:absolute\s+)?(?:percentage|percent|%|F1|F|accuracy|BLEU|ROUGE)?[\s-]*"
                   r"(?:points?\b|pts?\b\.?)(?!\s+(?:of\s+view|out))"),
        ("points", r"\s?pp\b"),
        ("percent", r"\s?%|[\s-]per\s?cent\b"),
        ("f1", r"\s(?:(?:macro|micro|span)[\s-])?F1\b"),
        ("accuracy", r"\saccuracy\b"),
        ("parameters", r"[\s-](?:trainable\s+)?param(?:eter)?s?\b"),
        ("ratio", r"\s?(?:times|[-\s]?fold)\b|\s?[x×](?![\w\s]*\d)"),
        ("bytes", r"\s?B\b(?=[^\w]|$)|\s?(?:bytes)\b"),
        ("seconds", r"\s(?:seconds?|secs?\.?)\b|\ss\b"),
        ("minutes", r"[\s-](?:minutes?|mins?)\b"),
        ("hours", r"[\s-](?:hours?|hrs?)\b"),
        ("days", r"[\s-]days?\b"),
        ("years", r"[\s-]years?\b"),
        ("count", _COUNT),
    )
)  # fmt: skip
_LEADING = re.compile(
    r"(?:an?\s+(?:average\s+|mean\s+)?)?(?P<f1>(?:(?:macro|micro)-?)?F1)?(?P<accuracy>accuracy)?"
    r"\s+(?:score\s+)?(?:of|is|was|=|:)\s*\Z",
    re.IGNORECASE,
)
_SIGN = re.compile(r"(?:(?<=[\s(\[=:/,])|\A)[+\-−–±]\s?\Z")
_NOT_COUNTING = re.compile(r"[\d.,;:()]|\b(?:and|or|of|in|on|to|than|for|with|is|are|the|by)\b")
_TOLERANCE = re.compile(r"\s*(?:±|\+/-|\+-)\s*(\d+(?:\.\d+)?)")
_JOIN = re.compile(r"\s*(?:,|;|/|,?\s*(?:and|or|vs\.?|versus|to|than))\s*(?:by\s+|to\s+)?\Z")
_RANGE = re.compile(r"\s?(?:–|—|-|to)\s?\Z")
_FROM = re.compile(r"\bfrom\s+\Z", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween\s+\Z", re.IGNORECASE)
_QUALIFIERS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(rf"(?:{pattern})\s*(?:an?\s+|the\s+)?\Z", re.IGNORECASE))
    for name, pattern in (
        ("at_most", r"\bup\s+to|\bat\s+most|\b(?:no|not)\s+more\s+than|\bless\s+than|\bfewer\s+than"
                    r"|\bunder|\bbelow|\bwithin|\bonly\s+up\s+to|[<≤⩽]=?|\bas\s+much\s+as"
                    r"|\bas\s+many\s+as|\bnearly\s+up\s+to"),
        ("at_least", r"\bat\s+least|\bmore\s+than|\bover|\babove|\bexceed(?:s|ing)?|[>≥⩾]=?"
                     r"|\bgreater\s+than|\blarger\s+than|\b(?:no|not)\s+(?:less|fewer)\s+than"),
        ("approximate", r"\babout|\baround|\bapprox(?:imately|\.)|\broughly|\bnearly|\balmost|[~≈∼]"
                        r"|\bsome|\bcirca|\bca\.|\bclose\s+to|\bon\s+the\s+order\s+of"),
    )
)  # fmt: skip
# "Over 15 languages" means across them, "over 53,000 questions" more than.
_ACROSS = re.compile(r"\b[Oo]ver\s+(?:the\s+|all\s+)?\Z")
_MANY = 1_000
_OR_MORE = re.compile(r"\s?\+(?!\d)|\s+or\s+more\b|\s+or\s+(?:less|fewer)\b", re.IGNORECASE)


def parse_quantities(text: str) -> list[Quantity]:
    """All quantities of a text, in order.

    Parameters
    ----------
    text : str
        Running text. Citations, years, references to sections and tables, arXiv ids, and names
        with digits (`F1`, `mT5`, `SQuAD v1.1`, `Regret@3`) are not quantities.

    Returns
    -------
    list of Quantity
        With offsets into `text`; spans do not overlap. In a list such as `8.2, 7.5 and 7.0 points`
        each number has the unit of the last. `from a to b` gives two quantities, `between a and b`
        and `a to b` one range. A number word counts only before a thing that papers count.
    """
    masked = mask(text)
    found: list[Quantity] = []
    for match in _NUMBER.finditer(masked):
        # The tolerance of "71.4 ± 0.3" was read with its value.
        if not found or match.start() >= found[-1].end:
            one = _read(text, masked, match)
            found += [one] if one else []
    return _shared_units(masked, _joined_ranges(masked, found))


def _read(text: str, masked: str, match: re.Match[str]) -> Quantity | None:
    """The quantity that a number begins, or None for a number word that counts nothing."""
    value, decimals = _value(match)
    start, sign = match.start(), 1
    if not match.group("word"):
        start, sign = _signed_start(masked, start)
    end = match.end()
    low = high = None
    tolerance = _TOLERANCE.match(masked, end)
    if tolerance and not match.group("word"):
        spread = float(tolerance.group(1))
        low, high = round(value - spread, 10), round(value + spread, 10)
        end = tolerance.end()
    unit, unit_end = _unit(text, masked, match, end)
    if match.group("word") and unit not in ("count", "points", "percent", "ratio", "parameters"):
        return None
    if match.group("word") and value == 1 and unit == "count":
        return None  # "one task" rarely states a number
    qualifier, unit_end = _qualifier(masked, start, unit_end, end)
    if unit == "count" and value < _MANY and _ACROSS.search(masked, max(0, start - 12), start):
        qualifier = "exact"
    return Quantity(
        value=sign * value,
        unit=unit,
        decimals=decimals,
        qualifier=qualifier,
        start=start,
        end=unit_end,
        low=None if low is None else min(sign * low, sign * high),
        high=None if high is None else max(sign * low, sign * high),
    )


def _value(match: re.Match[str]) -> tuple[float, int]:
    if match.group("word"):
        return _value_in_words(match.group("word"))
    digits = match.group("digits").replace(",", "")
    suffix = (match.group("suffix") or "").strip()
    exponent = _EXPONENTS.get(suffix, _EXPONENTS.get(suffix.lower(), 0))
    if match.group("power"):
        exponent += int(match.group("power").replace("−", "-").replace("–", "-"))
    # Through the decimal literal, so that 3.5B is exactly 3500000000.
    return float(f"{digits}e{exponent}"), len(digits.partition(".")[2]) - exponent


def _value_in_words(text: str) -> tuple[float, int]:
    """Value and decimals: "two thousand" is as rough as "2 thousand"."""
    total = current = exponent = 0
    for word in re.findall(r"[a-z]+", text.lower()):
        exponent = SCALES.get(word, 0)
        if exponent:
            total, current = total + max(current, 1) * 10**exponent, 0
        elif word == "hundred":
            current = max(current, 1) * 100
        else:
            current += NUMBERS.get(word, 0)
    return float(total + current), -exponent


def _signed_start(masked: str, start: int) -> tuple[int, int]:
    window = masked[max(0, start - 3) : start]
    match = _SIGN.search(window)
    if match is None or "±" in match.group():
        return start, 1
    return start - (len(window) - match.start()), (1 if "+" in match.group() else -1)


def _unit(text: str, masked: str, match: re.Match[str], end: int) -> tuple[str, int]:
    suffix = (match.group("suffix") or "").strip()
    whole = "." not in (match.group("digits") or "") or suffix
    for unit, pattern in _UNIT_PATTERNS:
        # Names such as "F1 points" are masked, so units are looked for in the text itself.
        after = pattern.match(text, end)
        if after is None or (unit == "count" and not (whole and _is_plain(masked, end, after))):
            continue
        if unit == "bytes" and not (suffix and suffix in "kKMGT") and "yte" not in after.group():
            continue
        return unit, after.end()
    before = _LEADING.search(text[max(0, match.start() - 30) : match.start()])
    if before and (before.group("f1") or before.group("accuracy")):
        return ("f1" if before.group("f1") else "accuracy"), end
    if suffix == "B":
        return "parameters", end  # 3.5B, 13B: how models are sized
    return "none", end


def _is_plain(masked: str, end: int, after: re.Match[str]) -> bool:
    """Whether nothing but words stands between a number and the thing it counts."""
    between = masked[end : after.end()]
    return _NOT_COUNTING.search(between) is None


def _qualifier(masked: str, start: int, unit_end: int, digits_end: int) -> tuple[str, int]:
    """How exact the number claims to be, and where its text ends ("53,000+", "5 or more")."""
    after = _OR_MORE.match(masked, unit_end) or _OR_MORE.match(masked, digits_end)
    if after:
        fewer = "less" in after.group() or "fewer" in after.group()
        return ("at_most" if fewer else "at_least"), max(unit_end, after.end())
    window = masked[max(0, start - 24) : start]
    for name, pattern in _QUALIFIERS:
        if pattern.search(window):
            return name, unit_end
    return "exact", unit_end


def _joined_ranges(masked: str, found: list[Quantity]) -> list[Quantity]:
    """Merge `5 to 8 points`, `38-45%` and `between 5 and 8` into one quantity each."""
    merged: list[Quantity] = []
    for one in found:
        if merged and _is_range(masked, merged[-1], one):
            merged[-1] = _range(merged[-1], one)
        else:
            merged.append(one)
    return merged


def _is_range(masked: str, left: Quantity, right: Quantity) -> bool:
    # In "38-45%" the hyphen was read as a sign of neither: signs need a space before them.
    gap = masked[left.end : right.start]
    compatible = left.unit in ("none", right.unit) and left.qualifier != "range"
    if not compatible or left.low is not None or right.value <= left.value:
        return False
    before = masked[max(0, left.start - 10) : left.start]
    if _BETWEEN.search(before):
        return re.fullmatch(r"\s+and\s+", gap) is not None
    return _RANGE.fullmatch(gap) is not None and not _FROM.search(before)


def _range(left: Quantity, right: Quantity) -> Quantity:
    return right.model_copy(
        update={
            "value": (left.value + right.value) / 2,
            "decimals": max(left.decimals, right.decimals),
            "qualifier": "range",
            "start": left.start,
            "low": left.value,
            "high": right.value,
        }
    )


def _shared_units(masked: str, found: list[Quantity]) -> list[Quantity]:
    """Give the numbers of a list the unit of its last member."""
    shared = list(found)
    for index in range(len(shared) - 2, -1, -1):
        this, following = shared[index], shared[index + 1]
        gap = masked[this.end : following.start]
        # Members of one list are printed alike; "1e-5, 65k laws" is no list.
        alike = this.unit == "none" != following.unit and this.decimals == following.decimals
        if alike and _JOIN.fullmatch(gap):
            shared[index] = this.model_copy(update={"unit": following.unit})
    return shared
