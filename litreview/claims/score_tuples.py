"""Result tables as tuples of task, data set, metric, model and score, each with its cell.

A leaderboard (task, data set, metric) is looked for in the headers of a cell, then in the caption,
then in what the paper's other tables say; a cell that fits none is left out. The list of
leaderboards is given, as in AxCell (Kardas et al. 2020, arXiv 2004.14356, section 4.3), or is that
of the data sets in `entity_names.json` with the metrics that a table names.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from litreview.claims.entities import find_entities, metric_polarity, names_of, tasks_of_datasets
from litreview.language.lexicon import STOP_WORDS
from litreview.schema import Cell, ScoreTuple, Table

_TOKEN = re.compile(r"[^\W\d_]+|\d+")
_ROUGE = re.compile(r"\bRG?\s?-\s?([12L])\b")
_HIGHEST_SHARE = 100.0
"""Of scores of which more is better: they are shares, in percent or not."""
_OWN = re.compile(r"\b(?:ours?|this (?:work|paper)|proposed|we)\b", re.IGNORECASE)
_OTHERS = re.compile(
    r"\bet al\b|\((?:[^()]*\b)?(?:19|20)\d{2}[a-z]?\s*\)|\[\s?\d|\[cite\]", re.IGNORECASE
)
_WEIGHTS = np.array((0.25, 0.45, 0.3))
"""How much task, data set and metric count in a fit."""
_NEAR_THE_BEST = 0.9
_IN_HEADER, _IN_CAPTION, _ELSEWHERE = 1.0, 0.7, 0.35
_LEAST_DATASET, _LEAST_METRIC = 0.5, 0.3
_ONLY_METRIC = 0.35
"""How well a metric fits that nothing names, where a data set has one metric only."""


class Leaderboard(NamedTuple):
    """What a score is of; `polarity` is -1 where less is better."""

    task: str
    dataset: str
    metric: str
    polarity: int = 1


def _texts(table: Table) -> list[str]:
    return [table.caption, *(text for cell in table.cells for text in (cell.row, cell.column))]


def _of_the_papers_tasks(boards: Sequence[Leaderboard], everywhere: str) -> list[Leaderboard]:
    """The leaderboards of the tasks that the tables as a whole speak of most: a paper has few."""
    if not boards:
        return []
    fits = _Linker(boards).shares(everywhere) @ _WEIGHTS
    by_task: dict[str, float] = {}
    for board, fit in zip(boards, fits.tolist(), strict=True):
        by_task[board.task] = max(by_task.get(board.task, 0.0), fit)
    least = _NEAR_THE_BEST * max(by_task.values())
    return [board for board in boards if by_task[board.task] >= least]


class _Linker:
    """How well texts name the leaderboards: the share of a name's tokens, by their rarity."""

    def __init__(self, boards: Sequence[Leaderboard]) -> None:
        self.boards = boards
        names = sorted({name for board in boards for name in board[:3]})
        counts = Counter(token for name in names for token in _tokens(name))
        self.columns = {token: place for place, token in enumerate(sorted(counts))}
        self.weights = np.zeros((len(names), len(counts)))
        for row, name in enumerate(names):
            for token in _tokens(name):
                self.weights[row, self.columns[token]] = np.log(1 + len(names) / counts[token])
        self.weights /= np.maximum(self.weights.sum(axis=1, keepdims=True), 1e-12)
        rows = {name: row for row, name in enumerate(names)}
        self.rows = np.array([[rows[name] for name in board[:3]] for board in boards]).reshape(
            -1, 3
        )
        metrics = Counter(board.dataset for board in boards)
        self.alone = np.array([metrics[board.dataset] == 1 for board in boards])
        self._seen: dict[str, np.ndarray] = {}

    def shares(self, text: str) -> np.ndarray:
        """Shares of task, data set and metric that a text has, shape (n_boards, 3)."""
        if text not in self._seen:
            present = np.zeros(len(self.columns))
            present[[self.columns[token] for token in _tokens(text) & self.columns.keys()]] = 1.0
            self._seen[text] = (self.weights @ present)[self.rows]
        return self._seen[text]

    def _named_whole(self, header: str) -> bool:
        return bool((self.shares(header)[:, 1] == 1).any())

    def best(self, header: str, caption: str, everywhere: str) -> tuple[Leaderboard, float] | None:
        """The leaderboard that fits best and how well, in [0, 1]; None where none does."""
        if not self.boards:
            return None
        rivals = _datasets_named(header)
        if not rivals and len(_datasets_named(caption)) > 1 and not self._named_whole(header):
            return None  # the caption names several, and the cell's header none of them
        task, dataset, metric = np.maximum.reduce(
            [
                _IN_HEADER * self.shares(header),
                _IN_CAPTION * self.shares(caption),
                _ELSEWHERE * self.shares(everywhere),
            ]
        ).T
        metric = np.where(self.alone, np.maximum(metric, _ONLY_METRIC), metric)
        fits = np.column_stack([task, dataset, metric]) @ _WEIGHTS
        fits[(dataset < _LEAST_DATASET) | (metric < _LEAST_METRIC)] = -1.0
        # A header that names a data set says that the score is of no other.
        if rivals:
            named = np.array([board.dataset in rivals for board in self.boards])
            fits[~named & (self.shares(header)[:, 1] < 1)] = -1.0
        place = int(fits.argmax())
        return (self.boards[place], float(fits[place])) if fits[place] >= 0 else None


def score_tuples(
    document_id: str, tables: Sequence[Table], boards: Iterable[Leaderboard] | None = None
) -> list[ScoreTuple]:
    """The scores of a paper's tables that belong to a leaderboard.

    Parameters
    ----------
    document_id : str
        The paper's document.
    tables : sequence of Table
        Its tables, with headers as the paper prints them.
    boards : iterable of Leaderboard, optional
        What may be found; those that the tables name (`named_boards`) when None.

    Returns
    -------
    list of ScoreTuple
        In the order of tables and cells; the best of the paper's own scores of each leaderboard is
        marked. Own are cells in a row of "ours" or without a citation.
    """
    everywhere = " | ".join(sorted({text for table in tables for text in _texts(table)}))
    if boards is None:
        known = named_boards(tables)
    else:
        known = _of_the_papers_tasks(sorted(set(boards)), everywhere)
    linker = _Linker(known)
    found = []
    for table in tables:
        for number, cell in enumerate(table.cells):
            if cell.value is None or not math.isfinite(cell.value):
                continue
            fit = linker.best(f"{cell.column} | {cell.row}", table.caption, everywhere)
            if fit is not None and (fit[0].polarity < 0 or cell.value <= _HIGHEST_SHARE):
                found.append((_tuple_of(document_id, table, number, *fit), fit[0], cell))
    best = _best_cells(found)
    return [
        one.model_copy(update={"best": place in best}) for place, (one, _, _) in enumerate(found)
    ]


def _tuple_of(
    document_id: str, table: Table, number: int, board: Leaderboard, certainty: float
) -> ScoreTuple:
    cell = table.cells[number]
    return ScoreTuple(
        document_id=document_id,
        table_id=table.table_id,
        cell=number,
        task=board.task,
        dataset=board.dataset,
        metric=board.metric,
        model=cell.row,
        value=cell.value,
        certainty=round(certainty, 3),
    )


@lru_cache(maxsize=50_000)
def _datasets_named(text: str) -> frozenset[str]:
    return frozenset(names_of(find_entities(text, tag=False), "dataset"))


@lru_cache(maxsize=50_000)
def _tokens(text: str) -> frozenset[str]:
    """Letters and digits apart, in lower case, and those of the names behind aliases.

    CoNLL2003 and CoNLL-2003 are one, and so are WSJ and the Penn Treebank.
    """
    text = _ROUGE.sub(r"ROUGE-\1", text)
    linked = [one.name for one in find_entities(text, tag=False) if one.name]
    found = _TOKEN.findall(" ".join([text, *linked]))
    return frozenset(token.lower() for token in found if token.lower() not in STOP_WORDS)


def _best_cells(found: Sequence[tuple[ScoreTuple, Leaderboard, Cell]]) -> set[int]:
    """Places of the best own score of each leaderboard: among cells of the best fit."""
    by_board: dict[Leaderboard, list[int]] = {}
    for place, (_, board, _) in enumerate(found):
        by_board.setdefault(board, []).append(place)
    best = set()
    for board, places in by_board.items():
        surest = max(found[place][0].certainty for place in places)
        sure = [place for place in places if found[place][0].certainty >= surest - 1e-9]
        own = [place for place in sure if _OWN.search(found[place][2].row)]
        uncited = [place for place in sure if not _OTHERS.search(found[place][2].row)]
        bold = [place for place in own or uncited if found[place][2].bold]
        choice = bold or own or uncited or sure
        best.add(max(choice, key=lambda place: (board.polarity * found[place][0].value, -place)))
    return best


def named_boards(tables: Sequence[Table]) -> list[Leaderboard]:
    """Leaderboards that the tables name: each data set of a known task with each metric named."""
    texts = sorted({text for table in tables for text in _texts(table)})
    entities = [find_entities(text, tag=False) for text in texts]
    datasets = sorted({name for one in entities for name in names_of(one, "dataset")})
    metrics = sorted({name for one in entities for name in names_of(one, "metric")})
    tasks = tasks_of_datasets()
    return [
        Leaderboard(tasks[dataset], dataset, metric, metric_polarity(metric))
        for dataset in datasets
        for metric in metrics
        if dataset in tasks
    ]
