"""The words of a language: templates of every frame, names of places, forms of units."""

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from string import Formatter

from babel import Locale

from crosslift.data.mini.frames import load_frames, load_places
from crosslift.errors import DataError
from crosslift.files import read_yaml

FOLDER = Path(__file__).with_name("languages")
AMOUNTS = ("first", "second")
"""Slots of a frame's two amounts, in the order of its questions."""

MARKED_NAME = re.compile(r"([^\[\]]*)\[([^\[\]]+)\]([^\[\]]*)")
"""A place's phrase: what stands before its name, the name, what stands after it."""


@dataclass(frozen=True)
class Phrases:
    """A frame's templates.

    Attributes
    ----------
    statement : str
        Tells place, date and both amounts.
    fact : str
        Restates the first amount alone.
    ask : tuple of str, shape (2,)
        Questions for the first amount and for the second; they name the place.
    cause, effect, claim : tuple of str, shape (2,)
        Sentences without slots, one for each course that a frame can take: cause i leads to effect
        i; claim i follows from effect i and contradicts the other effect. The statement settles
        neither claim.
    """

    statement: str
    fact: str
    ask: tuple[str, str]
    cause: tuple[str, str]
    effect: tuple[str, str]
    claim: tuple[str, str]


@dataclass(frozen=True)
class Language:
    """One language's file, checked.

    Attributes
    ----------
    code : str
        ISO code as XTREME writes it.
    locale : babel.Locale
        Where numbers, money, dates and plural categories come from.
    script : str
        Name of the script: Latin, Cyrillic, Greek, Arabic, Devanagari or Han.
    date_format : str
        A CLDR format name (``long``) or a date pattern.
    between_sentences : str
        What separates two sentences.
    dateline : str
        Template that opens a report with place and date.
    ask_effect, ask_cause, ask_claim : str
        The questions of the choice format.
    places : mapping of str to dict
        ``name`` and ``in`` (the phrase for being there, the name in brackets).
    units : mapping of str to dict
        Plural category -> form with ``{n}``.
    frames : mapping of str to Phrases
    """

    code: str
    locale: Locale
    script: str
    date_format: str
    between_sentences: str
    dateline: str
    ask_effect: str
    ask_cause: str
    ask_claim: str
    places: Mapping[str, Mapping[str, str]]
    units: Mapping[str, Mapping[str, str]]
    frames: Mapping[str, Phrases]


@functools.cache
def load_language(code: str) -> Language:
    """Read and check a language's file.

    Raises
    ------
    DataError
        If there is no such file, or naming every fault in it.
    """
    path = FOLDER / f"{code}.yaml"
    if not path.exists():
        raise DataError(f"language {code!r}: mini has {', '.join(language_codes())}; choose those")
    content = read_yaml(path)
    if faults := [*_faults(content)]:
        raise DataError("\n  ".join([f"{path}: faults found: {len(faults)}", *faults]))
    frames = {
        name: Phrases(**{k: tuple(v) if isinstance(v, list) else v for k, v in phrases.items()})
        for name, phrases in content["frames"].items()
    }
    return Language(**{**content, "locale": Locale.parse(content["locale"]), "frames": frames})


@functools.cache
def language_codes() -> tuple[str, ...]:
    """Codes of all languages, English first, the others in alphabetical order."""
    codes = sorted(path.stem for path in FOLDER.glob("*.yaml"))
    return ("en", *(code for code in codes if code != "en"))


def _faults(content: Mapping) -> Iterator[str]:
    """What a language's file lacks, has too much, or writes in a form that rendering cannot use."""
    if unlike := {field.name for field in fields(Language)} ^ set(content):
        yield f"missing or unknown: {', '.join(sorted(unlike))}"
        return
    frames, places = load_frames(), [name for names in load_places().values() for name in names]
    units = {unit for frame in frames.values() for unit in frame.units} - {"euro"}
    for key, wanted in (("frames", frames), ("places", places), ("units", units)):
        if unlike := set(wanted) ^ set(content[key]):
            yield f"{key}: missing or unknown: {', '.join(sorted(unlike))}"
    for name, place in content["places"].items():
        if not MARKED_NAME.fullmatch(place["in"]):
            yield f"places: {name}: in: {place['in']!r}: mark the name by one pair of brackets"
    for name, phrases in content["frames"].items():
        yield from (f"frames: {name}: {fault}" for fault in _phrase_faults(phrases))


def _phrase_faults(phrases: Mapping) -> Iterator[str]:
    wanted = {
        "statement": [{"place_in", "date", "first", "second"}],
        "fact": [{"first"}],
        "ask": [{"place_in"}] * 2,
        "cause": [set(), set()],
        "effect": [set(), set()],
        "claim": [set(), set()],
    }
    if unlike := set(wanted) ^ set(phrases):
        yield f"missing or unknown: {', '.join(sorted(unlike))}"
        return
    for key, slots in wanted.items():
        templates = phrases[key] if isinstance(phrases[key], list) else [phrases[key]]
        found = [set(slots_of(template)) - {"code"} for template in templates]
        if found != slots:
            yield f"{key}: slots are {found}; they must be {slots}"


def slots_of(template: str) -> list[str]:
    """Names of a template's slots, in their order."""
    return [slot for _, slot, _, _ in Formatter().parse(template) if slot is not None]
