"""Numbers in running text as data: value, unit, decimals, qualifier, range, and their places."""

import re

from litreview.language.lexicon import NUMBERS, SCALES
from litreview.language.masks import mask
from litreview.language.units import Unit, counted_noun, physical_unit, score_unit
from litreview.schema import Quantity

_EXPONENTS = {"k": 3, "K": 3, "M": 6, "B": 9, "G": 9, "T": 12, **SCALES}
_UNITS = "|".join(word for word, value in NUMBERS.items() if value < 10)
_TENS = "|".join(word for word, value in NUMBERS.items() if value >= 20)
_BELOW_100 = rf"(?:(?:{_TENS})(?:[\s-](?:{_UNITS}))?|{'|'.join(NUMBERS)})\b"
_BELOW_1000 = rf"(?:(?:(?:{_UNITS}|an?)\s+hundred\b(?:\s+(?:and\s+)?{_BELOW_100})?)|{_BELOW_100})"
_SCALE = "|".join(SCALES)
_IN_WORDS = rf"(?:{_BELOW_1000}|an?)\s+(?:{_SCALE})\b(?:\s+(?:and\s+)?{_BELOW_1000})?|{_BELOW_1000}"
_NUMBER = re.compile(
    r"(?P<digits>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|(?<![\d.])\.\d+)"
    r"(?:(?:\s?(?:[x×]|\\times)\s?10\s?\^?\s?\{?|[eE](?=[-−–\d]))(?P<power>[-−–]?\d+)\}?)?"
    rf"(?P<suffix>[kKMBT](?!\w)|\s?[KMGT](?=B\b)|\s(?i:{_SCALE})\b)?"
    rf"|\b(?P<word>(?i:{_IN_WORDS}))"
)
_LEADING = re.compile(
    r"(?:an?\s+(?:average\s+|mean\s+)?)?(?P<f1>(?:(?:macro|micro)-?)?F1)?(?P<accuracy>accuracy)?"
    r"\s+(?:score\s+)?(?:of|is|was|=|:)\s*\Z",
    re.IGNORECASE,
)
_SIGN = re.compile(r"(?:(?<=[\s(\[=:/,<>≤≥~∼≈])|\A)[+\-−–±]\s?\Z")
_LETTERS_FOLLOW = re.compile(r"-?[^\W\d_]")
_TOLERANCE = re.compile(r"\s*%?\s*(?:±|\+/-|\+-)\s*(\d+(?:\.\d+)?)")
_JOIN = re.compile(r"\s*(?:,|;|/|,?\s*(?:and|or|vs\.?|versus|to|than))\s*(?:by\s+|to\s+)?\Z")
_RANGE = re.compile(r"\s?(?:–|—|-|to)\s?\Z")
_RANGING = re.compile(
    r"\b(?:(?:rang(?:es?|ed|ing)|var(?:y|ies|ied|ying))\s+from|(?:in\s+)?(?:the\s+)?range(?:\s+of)?)\s+\Z",
    re.IGNORECASE,
)
_FROM = re.compile(r"\bfrom\s+\Z", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween\s+\Z", re.IGNORECASE)
_QUALIFIERS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(rf"(?:{pattern})\s*(?:an?\s+|the\s+)?\Z", re.IGNORECASE))
    for name, pattern in (
        ("at_most", r"\bup\s?to|\bdown\s+to|\bat\s+most|\b(?:no|not)\s+more\s+than|\bless\s+than"
                    r"|\bfewer\s+than|\bunder|\bbelow|\bwithin|\bonly\s+up\s+to|[<≤⩽≲]=?|\bas\s+(?:much|many|high|large|long)"
                    r"\s+as|\bnearly\s+up\s+to"),
        ("at_least", r"\bat\s+least|\bmore\s+than|\bover|\babove|\bexceed(?:s|ing)?|[>≥⩾≳]=?"
                     r"|\b(?:great|larg|high|long|bett)er\s+than|\bas\s+(?:low|few|little|small)\s+as|\b(?:no|not)\s+(?:less|fewer)\s+than"),
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
    """The quantity that a number begins, or None for a number that measures or counts nothing."""
    value, decimals = _value(match)
    in_words = match.group("word") is not None
    start, sign = (match.start(), 1) if in_words else _signed_start(masked, match.start())
    end = match.end()
    spread = None if in_words else _TOLERANCE.match(masked, end)
    end = spread.end() if spread else end
    unit = _unit(text, masked, match, end)
    if _is_part_of_a_name(masked, end, unit) or (in_words and not _counts(value, unit)):
        return None
    # The noun that is counted stands outside the number, as in "nine tasks"; not so in "9-task".
    unit_end = end if unit.name == "count" and masked[end] != "-" else unit.end
    across = unit.name == "count" and value < _MANY and _ACROSS.search(masked[:start][-12:])
    qualifier, start, unit_end = _qualified(masked, start, (end, unit_end), bool(across))
    middle = sign * value
    reach = float(spread.group(1)) if spread else None
    return Quantity(
        value=middle,
        unit=unit.name,
        decimals=decimals,
        qualifier=qualifier,
        start=start,
        end=unit_end,
        low=None if reach is None else round(middle - reach, 10),
        high=None if reach is None else round(middle + reach, 10),
        counted=unit.counted,
    )


def _is_part_of_a_name(masked: str, end: int, unit: Unit) -> bool:
    """Whether letters follow that are no unit: 13C, 3-hexylthiophene."""
    return unit.name == "none" and _LETTERS_FOLLOW.match(masked, end) is not None


def _counts(value: float, unit: Unit) -> bool:
    # "One task" rarely states a number.
    return unit.name not in ("none", "f1", "accuracy") and not (value == 1 and unit.name == "count")


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


def _unit(text: str, masked: str, match: re.Match[str], end: int) -> Unit:
    suffix = (match.group("suffix") or "").strip()
    # Names such as "F1 points" are masked, so units are looked for in the text itself.
    found = score_unit(text, end, scaled=bool(suffix) and suffix in "kKMGT")
    if found is not None:
        return found
    before = _LEADING.search(text[max(0, match.start() - 30) : match.start()])
    if before and (before.group("f1") or before.group("accuracy")):
        return Unit("f1" if before.group("f1") else "accuracy", end)
    whole = "." not in (match.group("digits") or "") or suffix
    found = None if suffix else physical_unit(text, end)
    found = found or (counted_noun(masked, end) if whole else None)
    # 3.5B, 13B: how models are sized.
    return found or Unit("parameters" if suffix == "B" else "none", end)


def _qualified(
    masked: str, start: int, ends: tuple[int, int], across: bool
) -> tuple[str, int, int]:
    """How exact the number claims to be, and the span with the words that say so.

    `ends` are those of the digits and of the unit.
    """
    after = _OR_MORE.match(masked, ends[1]) or _OR_MORE.match(masked, ends[0])
    if after:
        fewer = "less" in after.group() or "fewer" in after.group()
        return ("at_most" if fewer else "at_least"), start, max(ends[1], after.end())
    qualifier = "exact"
    while not across and (named := _qualifier_before(masked, start)):
        # "Less than about 10" is a bound.
        qualifier = named[0] if qualifier in ("exact", "approximate") else qualifier
        start = named[1]
    return qualifier, start, ends[1]


def _qualifier_before(masked: str, start: int) -> tuple[str, int] | None:
    offset = max(0, start - 24)
    window = masked[offset:start]
    for name, pattern in _QUALIFIERS:
        match = pattern.search(window)
        if match:
            return name, offset + match.start()
    return None


def _joined_ranges(masked: str, found: list[Quantity]) -> list[Quantity]:
    """Merge `5 to 8 points`, `38-45%` and `between 5 and 8` into one quantity each."""
    merged: list[Quantity] = []
    for one in found:
        if merged and _is_range(masked, merged[-1], one):
            merged[-1] = _range(masked, merged[-1], one)
        else:
            merged.append(one)
    return merged


def _is_range(masked: str, left: Quantity, right: Quantity) -> bool:
    # In "38-45%" the hyphen was read as a sign of neither: signs need a space before them.
    gap = masked[left.end : right.start]
    compatible = left.unit in ("none", right.unit) and left.qualifier != "range"
    if not compatible or left.low is not None:
        return False
    before = masked[max(0, left.start - 20) : left.start]
    if _BETWEEN.search(before):
        return re.fullmatch(r"\s+and\s+", gap) is not None
    rises = right.value > left.value and _RANGE.fullmatch(gap) is not None
    return rises and (not _FROM.search(before) or _RANGING.search(before) is not None)


def _range(masked: str, left: Quantity, right: Quantity) -> Quantity:
    offset = max(0, left.start - 20)
    opening = _BETWEEN.search(masked, offset, left.start) or _RANGING.search(
        masked, offset, left.start
    )
    low, high = sorted((left.value, right.value))
    return right.model_copy(
        update={
            "value": (low + high) / 2,
            "decimals": max(left.decimals, right.decimals),
            "qualifier": "range",
            "start": opening.start() if opening else left.start,
            "low": low,
            "high": high,
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
