"""Writes claims over a table of which is known what holds: true ones, edited ones, and others."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.made_tables import OWN, Made
from benchmarks.table_wordings import Wordings
from litreview.schema import Label, Table

STRANGERS = ["CatBoost", "DeBERTa", "the Perceptron", "LLaMA", "DistilBERT", "Naive Bayes"]
ELSEWHERE = ["NewsQA", "RACE", "CommonGen", "PubMedQA", "the biomedical corpus", "tweets"]


@dataclass(frozen=True)
class LabelledClaim:
    """A claim over a table with its label."""

    claim: str
    table: Table
    label: Label


class Writer:
    """Writes claims of one wording over one table."""

    def __init__(self, made: Made, wordings: Wordings, rng: random.Random) -> None:
        self.made, self.words, self.rng = made, wordings, rng

    def claims(self) -> Iterator[LabelledClaim]:
        """Some claims of each kind that the table allows, each with its edit, and some others."""
        makers = [self._compare, self._best, self._by, self._value, self._every, self._similar]
        if self.made.parts:
            makers = [self._part, self._part, self._by, self._value, self._best]
        if self.made.counted:
            makers = [self._trend, self._trend, self._value, self._best]
        for maker in self.rng.sample(makers, min(3, len(makers))):
            pair = maker()
            if pair is None:
                continue
            label = self.rng.choice(["supported", "refuted"])
            text = pair[0] if label == "supported" else pair[1]
            yield LabelledClaim(self._dressed(text, 0.12), self.made.table, label)
        yield LabelledClaim(self._off_table(), self.made.table, "insufficient")

    def _dressed(self, text: str, explained: float) -> str:
        if self.rng.random() < 0.4:
            text = self.rng.choice(self.words.openings) + text
        if self.rng.random() < explained:
            text = f"{text} {self.rng.choice(self.words.reasons)}"
        elif self.rng.random() < 0.3:
            text += self.rng.choice(self.words.endings)
        return f"{text[0].upper()}{text[1:]}."

    def _scope(self) -> tuple[list[int], str]:
        """Columns concerned and the phrase for them; all without a phrase."""
        columns = range(len(self.made.columns))
        if len(self.made.columns) > 1 and self.rng.random() < 0.3:
            return list(columns), ""
        column = self.rng.choice(columns)
        name = self.made.columns[column]
        if " | " in name:
            dataset, metric = name.split(" | ")
            return [column], self.rng.choice(
                [f" on {dataset} ({metric})", f" in {metric} on {dataset}"]
            )
        if len(self.made.columns) == 1 and self.rng.random() < 0.5:
            return [column], ""
        return [column], self.rng.choice(self.words.scopes).format(c=name)

    def _name(self, row: int) -> str:
        name = self.made.rows[row]
        if name in OWN and self.rng.random() < 0.6:
            return self.rng.choice(
                ["our model", "our method", "the proposed approach", "our system"]
            )
        if self.made.counted:
            number = name.split()[0]
            return f"the model with {number} {self.made.counted}"
        if name[:2] in ("- ", "– ") or name.startswith("w/o "):
            return f"the model without {name.partition(' ')[2]}"
        return self.rng.choice([name, f"the {name} model"]) if "(" not in name else name

    def _fill(self, template: str, up: bool, on: str, **values: str) -> str:
        worse = 0 if up else 1
        beats = self.rng.choice(self.words.beats)
        low = "" if up else "not "
        filled = {
            "beats": beats[worse],
            "beats_bare": ("outperform", "lag behind")[worse],
            "better": ("better", "worse")[worse],
            "higher": ("higher", "lower")[worse],
            "best": self.rng.choice(self.words.extremes)[worse],
            "improves": self.rng.choice(self.words.changes)[worse],
            "lowers": self.rng.choice(self.words.changes)[1 - worse],
            "drops": ("drops", "improves")[worse],
            "drop": ("drop", "improve")[worse],
            "drop_noun": ("drop in performance", "gain in performance")[worse],
            "rises": self.rng.choice(self.words.moves)[worse],
            "rise": self.rng.choice(self.words.moves)[worse],
            "beaten": (f"{low}outperformed").strip(),
            "on": on,
            "on_first": f"{on.strip().strip('()')}, " if on else "",
            **values,
        }
        return template.format(**filled)

    def _difference(self, a: int, b: int, scope: list[int]) -> np.ndarray:
        own = self.made.values[:, scope] * self.made.good[scope]
        return np.round(own[a] - own[b], 6)

    def _two(self) -> tuple[int, int] | None:
        if len(self.made.rows) < 2:
            return None
        return tuple(self.rng.sample(range(len(self.made.rows)), 2))

    def _plain_lower(self, template: str, scope: list[int]) -> bool:
        """Whether a template speaks of higher numbers where lower ones are better."""
        return "{higher}" in template and bool((self.made.good[scope] < 0).any())

    def _compare(self) -> tuple[str, str] | None:
        pair = self._two()
        if pair is None:
            return None
        scope, on = self._scope()
        template = self.rng.choice(self.words.compare)
        signs = np.sign(self._difference(*pair, scope))
        if abs(signs.sum()) != len(signs) or self._plain_lower(template, scope):
            return None
        a, b = pair if signs[0] > 0 else pair[::-1]
        up = self.rng.random() < 0.7
        first, second = (a, b) if up else (b, a)
        names = self._name(first), self._name(second)
        true = self._fill(template, up, on, a=names[0], b=names[1])
        if self.rng.random() < 0.5 or not re.search(r"{(?:beats|better|higher|beaten)}", template):
            return true, self._fill(template, up, on, a=names[1], b=names[0])
        return true, self._fill(template, not up, on, a=names[0], b=names[1])

    def _best(self) -> tuple[str, str] | None:
        scope, on = self._scope()
        template = self.rng.choice(self.words.best)
        own = self.made.values[:, scope] * self.made.good[scope]
        leaders, last = own.argmax(axis=0), own.argmin(axis=0)
        lower = bool((self.made.good[scope] < 0).any())
        if len(set(leaders)) > 1 or len(self.made.rows) < 3 or lower:
            return None
        leader = int(leaders[0])
        up = self.rng.random() < 0.8 or len(set(last)) > 1
        subject = leader if up else int(last[0])
        others = [row for row in range(len(self.made.rows)) if row not in (leader, *last)]
        true = self._fill(template, up, on, a=self._name(subject))
        if others and self.rng.random() < 0.6:
            return true, self._fill(template, up, on, a=self._name(self.rng.choice(others)))
        return true, self._fill(template, not up, on, a=self._name(subject))

    def _by(self) -> tuple[str, str] | None:
        pair = self._two()
        if pair is None:
            return None
        scope = [self.rng.randrange(len(self.made.columns))]
        difference = float(self._difference(*pair, scope)[0])
        if abs(difference) < 0.2 or self.made.good[scope[0]] < 0:
            return None
        a, b = pair if difference > 0 else pair[::-1]
        on = self._column_phrase(scope[0])
        template = self.rng.choice(self.words.by)
        names = {"a": self._name(a), "b": self._name(b)}
        true = self._fill(template, True, on, n=f"{abs(difference):.1f}", **names)
        edit = self.rng.random()
        if edit < 0.6:
            other = abs(difference) + self.rng.choice([-1, 1]) * self.rng.uniform(0.3, 3)
            return true, self._fill(template, True, on, n=f"{abs(other) + 0.1:.1f}", **names)
        swapped = {"a": names["b"], "b": names["a"]}
        return true, self._fill(template, True, on, n=f"{abs(difference):.1f}", **swapped)

    def _column_phrase(self, column: int) -> str:
        if len(self.made.columns) == 1 and self.rng.random() < 0.4:
            return ""
        name = self.made.columns[column]
        if " | " in name:
            dataset, metric = name.split(" | ")
            return f" in {metric} on {dataset}"
        return self.rng.choice(self.words.scopes).format(c=name)

    def _value(self) -> tuple[str, str]:
        row = self.rng.randrange(len(self.made.rows))
        column = self.rng.randrange(len(self.made.columns))
        on = self._column_phrase(column)
        template = self.rng.choice(self.words.value)
        value, name = float(self.made.values[row, column]), self._name(row)
        true = self._fill(template, True, on, a=name, n=f"{value:.1f}")
        others = [v for v in self.made.values[:, column] if abs(v - value) > 0.05]
        if others and self.rng.random() < 0.5:
            wrong = float(self.rng.choice(others))
        else:
            wrong = value + self.rng.choice([-1, 1]) * self.rng.uniform(0.5, 9)
        return true, self._fill(template, True, on, a=name, n=f"{abs(wrong):.1f}")

    def _every(self) -> tuple[str, str] | None:
        pair = self._two()
        if pair is None:
            return None
        template = self.rng.choice(self.words.every)
        scope, on = self._scope()
        names = {"a": self._name(pair[0]), "b": self._name(pair[1])}
        if "{b}" in template:
            scope = list(range(len(self.made.columns)))
            holds = bool((self._difference(*pair, scope) > 0).all())
        else:
            rivals = [row for row in range(len(self.made.rows)) if row != pair[0]]
            holds = all((self._difference(pair[0], row, scope) > 0).all() for row in rivals)
        text = self._fill(template, True, on, **names)
        contrary = self._fill(template, False, on, **names)
        return (text, contrary) if holds else (contrary, text) if self._flips(pair, scope) else None

    def _flips(self, pair: tuple[int, int], scope: list[int]) -> bool:
        return bool((self._difference(*pair, scope) < 0).all()) and len(self.made.rows) == 2

    def _similar(self) -> tuple[str, str] | None:
        pair = self._two()
        if pair is None:
            return None
        scope, on = self._scope()
        gap = np.abs(self._difference(*pair, scope)).max()
        template = self.rng.choice(self.words.similar)
        text = self._fill(template, True, on, a=self._name(pair[0]), b=self._name(pair[1]))
        if gap <= 0.5:
            contrary = self._fill(
                "{a} is far {better} than {b}{on}",
                True,
                on,
                a=self._name(pair[0]),
                b=self._name(pair[1]),
            )
            return text, contrary
        contrary = self._fill(
            "{a} is {better} than {b}{on}",
            bool(self._difference(*pair, scope).mean() > 0),
            on,
            a=self._name(pair[0]),
            b=self._name(pair[1]),
        )
        return (contrary, text) if gap > 4 else None

    def _part(self) -> tuple[str, str] | None:
        number = self.rng.randrange(len(self.made.parts))
        row, part = number + 1, self.made.parts[number]
        scope, on = self._scope()
        signs = np.sign(self._difference(row, 0, scope))
        if abs(signs.sum()) != len(signs):
            return None
        minus = not self.made.rows[row].partition(part)[0].strip().endswith("+")
        helps = (signs[0] < 0) == minus
        templates = self.words.removed if minus else self.words.added
        template = self.rng.choice(templates)
        part = self.rng.choice([part, f"the {part}"])
        return (
            self._fill(template, helps, on, x=part),
            self._fill(template, not helps, on, x=part),
        )

    def _trend(self) -> tuple[str, str] | None:
        scope, on = self._scope()
        own = (self.made.values * self.made.good)[:, scope]
        steps = np.sign(np.diff(own, axis=0))
        share = float(steps.mean())
        if abs(share) < 0.6 or (self.made.good[scope] < 0).any():
            return None
        template = self.rng.choice(self.words.trend)
        values = {"x": self.made.counted or ""}
        return (
            self._fill(template, share > 0, on, **values),
            self._fill(template, share <= 0, on, **values),
        )

    def _off_table(self) -> str:
        pair = self._two() or (0, 0)
        names = {"a": self._name(pair[0]), "b": self._name(pair[1])}
        up = self.rng.random() < 0.7
        _, on = self._scope()
        if self.rng.random() < 0.3:
            template = self.rng.choice(self.words.compare)
            text = self._fill(template, up, on, **names)
            return self._dressed(text, 0.9)
        template = self.rng.choice(self.words.elsewhere)
        stranger, other = self.rng.choice(STRANGERS), self.rng.choice(ELSEWHERE)
        text = self._fill(template, up, on, stranger=stranger, other=other, **names)
        return self._dressed(text, 0.2)
