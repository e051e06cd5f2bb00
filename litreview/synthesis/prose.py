"""Prose from templates: Jinja for the sentences, a few line marks for what stands between them.

A template is plain text. Blank lines part paragraphs; `## id Title` opens a subsection; `- ` opens
a point of a list; `@table name`, `@figure name`, `@claims`, `@findings`, `@review` and
`@corrections` stand for blocks.
"""

import math
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from litreview.files import InputError
from litreview.language import wording
from litreview.synthesis.model import Block, Bullets, Figure, Marker, Paragraph, Run, Runs, Table
from litreview.synthesis.references import clean, number_ranges

TEMPLATES = Path(__file__).parent / "templates"
DEFAULT_CONFIDENCE = 0.95
_SUPERSCRIPTS = str.maketrans(
    "-0123456789", "\u207b\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079"
)
_OPEN, _CLOSE = "\ue000", "\ue001"
_MARK = re.compile(f"{_OPEN}([^{_CLOSE}]*){_CLOSE}")


@cache
def environment() -> Environment:
    """The environment of all prose templates: strict, and with the forms of numbers as filters."""
    # Prose is plain text; the forms escape it when they lay it out.
    env = Environment(  # noqa: S701
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    env.filters |= {
        "points": points,
        "versus": versus,
        "clean": clean,
        "listing": wording.listing,
        "number": wording.number_word,
        "parameters": wording.parameters,
        "plain1": wording.plain,
        "plain2": lambda value: wording.plain(value, 2),
        "rate": rate,
        "signed": wording.signed,
        "some": lambda number: wording.number_word(number) if number else "none",
        "sentence": wording.sentence,
    }
    env.globals |= {"all_of": all_of, "count_of": wording.count_of, "cite": cite, "ref": ref}
    return env


def cite(numbers: Iterable[int]) -> str:
    """A mark for reference numbers; nothing where there are none."""
    numbers = sorted(set(numbers))
    return f"{_OPEN}cite:{','.join(map(str, numbers))}{_CLOSE}" if numbers else ""


def ref(name: str) -> str:
    """A mark for the number of a table or figure: `ref("table:gains")` becomes `Table 3`."""
    return f"{_OPEN}ref:{name}{_CLOSE}"


def all_of(part: int, whole: int) -> str:
    """How many of a number, in words: `all`, `both`, `three`."""
    if part == whole > 1:
        return "both" if whole == 2 else "all"
    return wording.number_word(part)


def rate(value: float) -> str:
    """A learning rate as a power of ten: `1 x 10^-4` with true signs."""
    digits, _, power = f"{value:.0e}".partition("e")
    if float(f"{digits}e{power}") != value:
        digits, _, power = f"{value:.2e}".partition("e")
    raised = str(int(power)).translate(_SUPERSCRIPTS)
    return f"{digits} \N{MULTIPLICATION SIGN} 10{raised}"


def points(row: Mapping[str, Any], key: str = "gain") -> str:
    """A gain or difference of a table's row: `+2.1 points [0.4, 3.9]`."""
    value = wording.format_points(row[key], row["low"], row["high"])
    return value.replace(" ", " points ", 1)


def versus(row: Mapping[str, Any]) -> str:
    """What a contrast shows: whether a domain task gains more or less than its control."""
    words = {"up": "gains more", "down": "gains less", "flat": "differs by no clear amount"}
    return f"{words[tone(row)]} ({points(row, 'difference')})"


def tone(row: Mapping[str, Any]) -> str:
    """`up`, `down` or `flat`: whether a row's interval, and its correction, leave zero out."""
    corrected = row.get("p_holm")
    level = 1 - row.get("confidence", DEFAULT_CONFIDENCE)
    if corrected is not None and not math.isnan(corrected) and corrected > level:
        return "flat"
    return "up" if row["low"] > 0 else "down" if row["high"] < 0 else "flat"


class Layout:
    """Places blocks and numbers the tables and figures in the order in which they appear.

    Parameters
    ----------
    tables : mapping of str to list of Table
        Tables by the name that templates use; one name may stand for several.
    figures : mapping of str to str
        Caption by name of the figures that exist.
    """

    def __init__(self, tables: Mapping[str, list[Table]], figures: Mapping[str, str]) -> None:
        self.tables, self.figures = tables, figures
        self.numbers: dict[str, list[int]] = {}
        self._last = {"table": 0, "figure": 0}

    def blocks(self, text: str) -> list[Block]:
        """Blocks of a stretch of prose; tables without rows are left out."""
        found: list[Block] = []
        for chunk in re.split(r"\n\s*\n", text.strip()):
            if chunk.strip():
                found += self._chunk(chunk.strip())
        return found

    def _chunk(self, chunk: str) -> list[Block]:
        kind, _, name = chunk.partition(" ")
        if kind == "@table":
            return [self._table(name, table) for table in self.tables[name] if table.rows]
        if kind == "@figure":
            number = self._next("figure", name)
            return [Figure(name=name, number=number, caption=self.figures[name])]
        if kind in ("@claims", "@findings", "@review", "@corrections"):
            return [Marker(type=kind[1:])]
        if chunk.startswith("- "):
            items = re.split(r"\n\s*- ", chunk[2:])
            return [Bullets(items=[_runs(clean_spaces(item)) for item in items])]
        return [Paragraph(runs=_runs(clean_spaces(chunk)))]

    def _table(self, name: str, table: Table) -> Table:
        return table.model_copy(update={"number": self._next("table", name)})

    def _next(self, kind: str, name: str) -> int:
        self._last[kind] += 1
        self.numbers.setdefault(f"{kind}:{name}", []).append(self._last[kind])
        return self._last[kind]

    def resolve(self, runs: Runs) -> Runs:
        """Put the numbers of tables and figures where the prose refers to them."""
        return [run.model_copy(update={"text": _MARK.sub(self._number, run.text)}) for run in runs]

    def _number(self, match: re.Match[str]) -> str:
        name = match[1].removeprefix("ref:")
        if name not in self.numbers:
            raise InputError(
                f"the report refers to {name}, which it does not show; check templates"
            )
        kind = name.partition(":")[0].capitalize()
        numbers = self.numbers[name]
        return f"{kind}{'s' * (len(numbers) > 1)} {wording.listing(map(str, numbers))}"


def clean_spaces(text: str) -> str:
    """Line breaks and repeated spaces of a template as single spaces, none before a stop."""
    return re.sub(r" (?=[,.;:])", "", re.sub(r"\s+", " ", text)).strip()


def _runs(text: str) -> Runs:
    """Split prose at its citations; references to tables stay as marks until all are numbered."""
    runs, position = [], 0
    for match in _MARK.finditer(text):
        if match[1].startswith("cite:"):
            numbers = [int(number) for number in match[1].removeprefix("cite:").split(",")]
            runs.append(Run(text=text[position : match.start()]))
            runs.append(Run(text=number_ranges(numbers), cite=numbers))
            position = match.end()
    runs.append(Run(text=text[position:]))
    return [run for run in runs if run.text]


def prose_runs(text: str) -> Runs:
    """Runs of a paragraph outside the sections, such as the abstract."""
    return _runs(clean_spaces(text))
