"""Claims over result tables, made from tables with known truth; weights are fitted on them.

    python -m benchmarks.table_claims            # measure the shipped weights
    python -m benchmarks.table_claims --fit      # fit them again

Each table gives claims that hold, the same with one thing edited (a direction, a number, a name, an
extreme), and claims of what the table does not show. `FIT` wordings serve for the weights, claims
in `HELD_OUT` wordings over other tables are only measured, as are those composed by hand in
`tests/table_claims.yaml` (the rules were made with them in view) and in
`tests/table_claims_unseen.yaml` (composed afterwards; looked at once after its first measurement,
when names of metrics were added).
"""

import argparse
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from ruamel.yaml import YAML
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

from benchmarks import comparison
from benchmarks.claimdata import TableClaim
from benchmarks.table_wordings import FIT, HELD_OUT, Wordings
from litreview.files import write_json
from litreview.schema import Label, Table
from litreview.tables import judge_table, table_of_rows
from litreview.tables.grid import grid_of
from litreview.tables.judging import LABELS, WEIGHTS, features, read_claim

TESTS = Path(__file__).parent.parent / "tests"
BY_HAND, UNSEEN = TESTS / "table_claims.yaml", TESTS / "table_claims_unseen.yaml"
FIT_TABLES, HELD_OUT_TABLES = 800, 300
PENALTY = 0.3
"""Inverse strength of the ridge penalty: real claims are less like each other than made ones."""

MODELS = """BiLSTM|CNN|BERT-base|BERT-large|RoBERTa|Transformer|ELMo|GPT-2|SVM|LSTM-CRF|
BiLSTM+CRF|Seq2Seq|Pointer-Gen|DrQA|BiDAF|QANet|GCN|GAT|Tree-LSTM|Logistic Regression|
Zhang et al. (2018)|Liu et al. (2017)|Wang and Chen (2019)|Random|Majority|TextCNN|HAN|DPCNN|
ULMFiT|XLNet|ALBERT|T5|BART|Nearest Neighbor|MLP|FastText|InferSent|SkipThought|CoVe""".replace(
    "\n", ""
).split("|")
OWN = ["Ours", "Our model", "Our model (full)", "DualNet (ours)", "HiGraph", "SynQA", "Proposed"]
DATASETS = """SQuAD|TriviaQA|CoNLL03|OntoNotes|IMDB|Yelp|SST-2|SNLI|MultiNLI|WikiHop|Restaurant|
Laptop|WMT14|IWSLT|CNN/DM|XSum|MRPC|QQP|TREC|AGNews|ACE05|GENIA|Twitter|Reuters|en-de|en-fr|
zh-en""".replace("\n", "").split("|")
METRICS = ["F1", "EM", "Acc.", "P", "R", "BLEU", "ROUGE-1", "ROUGE-L", "METEOR", "PPL", "MRR"]
PARTS = """attention|character embeddings|CRF layer|ELMo|POS tags|dependency features|pre-training|
coreference|copy mechanism|coverage|multi-task loss|data augmentation|position embeddings|gating|
beam search|dropout""".replace("\n", "").split("|")
COUNTED = ["layers", "heads", "hops", "training examples", "iterations", "clusters"]
STRANGERS = ["CatBoost", "DeBERTa", "the Perceptron", "LLaMA", "DistilBERT", "Naive Bayes"]
ELSEWHERE = ["NewsQA", "RACE", "CommonGen", "PubMedQA", "the biomedical corpus", "tweets"]
LOWER = {"PPL"}


@dataclass(frozen=True)
class LabelledClaim:
    """A claim over a table with its label."""

    claim: str
    table: Table
    label: Label


@dataclass(frozen=True)
class Made:
    """A table as rows and columns of numbers; `good[j]` is -1 where lower is better."""

    rows: list[str]
    columns: list[str]
    values: np.ndarray
    good: np.ndarray
    parts: list[str]
    counted: str | None
    table: Table


def make_table(rng: random.Random) -> Made:
    """A comparison of models, an ablation, additions to a baseline, or a series of sizes."""
    kind = rng.choice(["comparison"] * 5 + ["ablation", "additions", "series"])
    columns, good = _columns(rng)
    parts: list[str] = []
    counted = None
    if kind == "comparison":
        rows = rng.sample(MODELS, rng.randint(2, 7))
        rows += [rng.choice(OWN)] if rng.random() < 0.7 else []
    elif kind == "ablation":
        parts = rng.sample(PARTS, rng.randint(2, 4))
        mark = rng.choice(["- ", "w/o ", "– "])
        rows = [rng.choice(["Full model", *OWN]), *(f"{mark}{part}" for part in parts)]
    elif kind == "additions":
        parts = rng.sample(PARTS, rng.randint(2, 4))
        base = rng.choice(["Baseline", rng.choice(MODELS)])
        rows = [base, *(f"{rng.choice(['+ ', base + ' + '])}{part}" for part in parts)]
    else:
        counted = rng.choice(COUNTED)
        start, step = rng.choice([(1, 1), (2, 2), (100, 100)])
        rows = [str(start + step * i) for i in range(rng.randint(3, 6))]
    values = _values(rng, kind, len(rows), good)
    first = "Model" if counted is None else f"# {counted}"
    texts = [[f"{value:.1f}" for value in row] for row in values]
    caption = rng.choice(
        ["Main results.", "Results of all models.", "Comparison on the test sets."]
    )
    if counted:
        rows_named = [f"{row} {counted}" if rng.random() < 0.5 else row for row in rows]
        rows = rows_named
    table = table_of_rows(
        [first, *columns],
        [[name, *row] for name, row in zip(rows, texts, strict=True)],
        caption=caption,
    )
    return Made(rows, columns, np.round(values, 1), good, parts, counted, table)


def _columns(rng: random.Random) -> tuple[list[str], np.ndarray]:
    shape = rng.choice(["datasets", "metrics", "both"])
    if shape == "datasets":
        names = rng.sample(DATASETS, rng.randint(1, 5))
        return names, np.ones(len(names), dtype=int)
    if shape == "metrics":
        names = rng.sample(METRICS, rng.randint(1, 4))
        return names, np.array([-1 if name in LOWER else 1 for name in names])
    metrics = rng.sample([one for one in METRICS if one not in LOWER], 2)
    names = [f"{d} | {m}" for d in rng.sample(DATASETS, rng.randint(2, 3)) for m in metrics]
    return names, np.ones(len(names), dtype=int)


def _values(rng: random.Random, kind: str, rows: int, good: np.ndarray) -> np.ndarray:
    """Columns of their own level; rows of their own quality, the last often the best."""
    level = np.array([rng.uniform(30, 85) for _ in good])
    quality = np.array([rng.gauss(0, 3) for _ in range(rows)])
    if kind == "comparison":
        quality[-1] = quality.max() + rng.choice([1.5, 0.5, -2.0])
    elif kind == "ablation":
        quality[1:] = quality[0] - np.abs(quality[1:]) * rng.choice([1, 1, 0.3])
    else:
        quality = np.cumsum(np.abs(quality)) * rng.choice([1, 1, 1, -0.7])
    noise = np.array([[rng.gauss(0, 0.8) for _ in good] for _ in range(rows)])
    return np.clip(level + good * (quality[:, None] + noise), 0.5, 99.5)


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


def make_claims(tables: int, wordings: Wordings, seed: int) -> list[LabelledClaim]:
    """Claims over so many tables; the same for the same seed."""
    rng = random.Random(seed)
    return [
        claim for _ in range(tables) for claim in Writer(make_table(rng), wordings, rng).claims()
    ]


def claims_by_hand(path: Path = BY_HAND) -> list[LabelledClaim]:
    """Claims composed by hand: S supported, R refuted, I insufficient."""
    labels: dict[str, Label] = {"S": "supported", "R": "refuted", "I": "insufficient"}
    found = []
    for entry in YAML(typ="safe").load(path):
        table = table_of_rows(entry["columns"], entry["rows"], caption=entry["caption"])
        for letter, claims in entry["claims"].items():
            found += [LabelledClaim(claim, table, labels[letter]) for claim in claims]
    return found


def published(claims: Sequence[TableClaim]) -> list[LabelledClaim]:
    """Claims of a published set."""
    labels: dict[str, Label] = {
        "supports": "supported",
        "refutes": "refuted",
        "not enough info": "insufficient",
    }
    return [
        LabelledClaim(
            one.claim,
            table_of_rows(one.header, one.rows, caption=one.caption),
            labels[one.label],
        )
        for one in claims
    ]


def fit(claims: Sequence[LabelledClaim]) -> dict[str, dict[str, float]]:
    """Weights of a multinomial logistic regression on the features, by label."""
    rows = [features(read_claim(one.claim, grid_of(one.table))) for one in claims]
    names = list(rows[0])
    matrix = np.array([[row[name] for name in names] for row in rows])
    model = LogisticRegression(C=PENALTY, max_iter=5_000)
    model.fit(matrix, [one.label for one in claims])
    found = {}
    for label, intercept, weights in zip(
        model.classes_, model.intercept_, model.coef_, strict=True
    ):
        by_name = {n: round(float(w), 3) for n, w in zip(names, weights, strict=True)}
        found[str(label)] = {"intercept": round(float(intercept), 3), **by_name}
    return {label: found[label] for label in LABELS}


def measure(name: str, claims: Sequence[LabelledClaim]) -> dict[str, float | str]:
    """Macro-F1 and F1 by label of the shipped weights."""
    gold = [one.label for one in claims]
    made = [judge_table(one.claim, one.table).label for one in claims]
    by_label = f1_score(gold, made, labels=list(LABELS), average=None)
    figures = {label: round(float(f1), 3) for label, f1 in zip(LABELS, by_label, strict=True)}
    return {
        "claims": name,
        "n": len(claims),
        "macro-F1": round(float(by_label.mean()), 3),
        **figures,
    }


def main() -> None:
    """Measure, or fit and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fit", action="store_true", help="fit the weights and write them")
    flags = parser.parse_args()
    made = make_claims(FIT_TABLES, FIT, seed=1)
    if flags.fit:
        about = (
            "Multinomial logistic regression on litreview.tables.judging.features; fitted by "
            "python -m benchmarks.table_claims --fit on claims made from tables made there."
        )
        write_json(WEIGHTS, {"about": about, "claims": len(made), "weights": fit(made)})
        return
    rows = [
        measure("as fitted on", made),
        measure("held-out wordings and tables", make_claims(HELD_OUT_TABLES, HELD_OUT, seed=2)),
        measure("composed by hand, rules made with them", claims_by_hand()),
        measure("composed by hand afterwards", claims_by_hand(UNSEEN)),
    ]
    comparison.show("claims over result tables", rows)
    comparison.write_record("table_claims", {"rows": rows})


if __name__ == "__main__":
    main()
