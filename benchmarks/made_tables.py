"""Result tables that are made, so that what holds of them is known."""

import random
from dataclasses import dataclass

import numpy as np

from litreview.schema import Table
from litreview.tables import table_of_rows

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
LOWER = {"PPL"}


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
