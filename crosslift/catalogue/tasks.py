"""The task catalogue: what each task is, where its data lie, and how it is scored."""

import difflib
import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from crosslift.catalogue.reading import read_entries, refuse_faults
from crosslift.errors import ConfigError

TASKS_FILE = Path(__file__).with_name("tasks.yaml")

Format = Literal["classification", "choice", "multilabel", "tagging", "span", "retrieval"]
Domain = Literal["general", "legal", "medical", "mixed"]
Metric = Literal[
    "accuracy",
    "bitext_f1",
    "f1_em",
    "label_f1",
    "map_at_20",
    "mlqa_f1_em",
    "retrieval_accuracy",
    "span_f1",
    "squad2_f1_em",
    "tag_accuracy",
    "tag_f1",
]
Split = Literal["train", "dev", "test"]
Reader = Literal[
    "abstract_sentences",
    "balanced_copa",
    "bucc",
    "conllu",
    "copa",
    "delimited",
    "json_lines",
    "lareqa",
    "line_pairs",
    "mediqa_rqe",
    "mewslix",
    "pubmedqa",
    "squad",
    "tagged_lines",
    "token_columns",
]

METRICS_OF_FORMAT: dict[str, tuple[str, ...]] = {
    "classification": ("accuracy",),
    "choice": ("accuracy",),
    "multilabel": ("label_f1",),
    "tagging": ("span_f1", "tag_f1", "tag_accuracy"),
    "span": ("f1_em", "mlqa_f1_em", "squad2_f1_em"),
    "retrieval": ("retrieval_accuracy", "map_at_20", "bitext_f1"),
}

NO_ANSWER = ("",)
"""Labels of a span or retrieval task whose right answer may be that there is none."""

LABELLED = ("classification", "multilabel", "tagging")
ABSTAINING_METRICS = ("squad2_f1_em", "bitext_f1")


def _alternatives(value: Any) -> Any:
    """Spell out the short forms of a split: `a` is `[[a]]`, and `[a, b]` is `[[a], [b]]`."""
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list | tuple):
        return items  # not a path at all: the field's own type says so in its message
    return [(item,) if isinstance(item, str) else item for item in items]


def _numbers(value: Any) -> Any:
    """Spell out the short form of labels that are numbers: `3` is `["0", "1", "2"]`."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    return [str(number) for number in range(value)] if whole else value


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Alternatives = Annotated[
    tuple[Annotated[tuple[str, ...], Field(min_length=1)], ...],
    Field(min_length=1),
    BeforeValidator(_alternatives),
]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Columned(_Entry):
    """How the columns of a source become ours.

    Attributes
    ----------
    columns : dict
        Our column -> theirs. Several of theirs for `choices` (one column a choice) and for texts
        that are joined by a line break; a dot reaches into a structure (`answers.text`).
    values : dict
        Their label, as text -> ours: a label, or the index of the right choice.
    replace : dict
        Our column -> {their value: ours}, for columns with a closed set of values.
    placeholders : tuple of str
        Texts that stand for a missing one, besides the empty text.
    codes : dict
        Our language code -> the code in the source's paths or configurations; a language that is
        not named keeps its own code.
    """

    columns: dict[str, str | tuple[str, ...]] = {}
    values: dict[str, str | int] = {}
    replace: dict[str, dict[str, str]] = {}
    placeholders: tuple[str, ...] = ()
    codes: dict[str, str] = {}

    def code(self, language: str) -> str:
        """The source's own code of a language."""
        return self.codes.get(language, language)


class Candidates(_Columned):
    """Candidates that all languages of a retrieval task share, read once.

    Attributes
    ----------
    path : str, optional
        Of a files source: JSON Lines below its folder.
    config, split : str, optional
        Of a hub source.
    """

    path: str | None = None
    config: str | None = None
    split: str | None = None


class FilesSource(_Columned):
    """Files in a folder under the data root.

    Attributes
    ----------
    folder : str
        Folder below the data root.
    reader, options : str, dict
        Name of a reader in `crosslift.data.readers`, and its keyword arguments.
    splits : dict
        Split -> alternatives; the first whose files exist for every language is read. Each is a
        list of path patterns (`{language}` is the source's code); one that starts with `?` may be
        absent.
    revision : str, optional
        Where the files come from: repository and commit.
    access : str, optional
        How to get files that are not public, or not in the form that is read.
    candidates : Candidates, optional
        Of a retrieval task whose languages share their candidates.
    also : tuple of FilesSource
        Further sources whose examples of the same split follow.
    """

    folder: str
    reader: Reader
    options: dict[str, Any] = {}
    splits: dict[Split, Alternatives]
    revision: str | None = None
    access: str | None = None
    candidates: Candidates | None = None
    also: tuple["FilesSource", ...] = ()


class HubSource(_Columned):
    """A data set of the Hugging Face hub, read as Parquet (never as a script).

    Attributes
    ----------
    id : str
        Namespaced id (`owner/name`).
    config : str, optional
        Configuration; `{language}` is the source's code.
    revision : str
        Commit, tag or branch (`refs/convert/parquet` where main holds a script).
    splits : dict
        Our split -> theirs, or several of theirs that follow one another.
    languages : tuple of str
        Ours that this data set has; empty for all of the task's.
    candidates : Candidates, optional
        Of a retrieval task whose languages share their candidates.
    also : tuple of HubSource
        Further data sets: those that have the language give their examples too.
    """

    id: Annotated[str, Field(pattern=r"^[\w.-]+/[\w.-]+$")]
    config: str | None = None
    revision: str
    splits: dict[Split, Annotated[tuple[str, ...], Field(min_length=1), BeforeValidator(_listed)]]
    languages: tuple[str, ...] = ()
    candidates: Candidates | None = None
    also: tuple["HubSource", ...] = ()


class MiniSource(_Entry):
    """The embedded benchmark; `sizes`: split -> examples (a language) where none are asked for."""

    sizes: dict[Split, Annotated[int, Field(gt=0)]]


class Sources(_Entry):
    """The sources of a task; which is tried first is the caller's choice."""

    files: FilesSource | None = None
    hub: HubSource | None = None
    mini: MiniSource | None = None

    @model_validator(mode="after")
    def _at_least_one(self) -> "Sources":
        if not (self.files or self.hub or self.mini):
            raise ValueError("no source; give files, hub or mini")
        return self


class Sizes(_Entry):
    """Published numbers of examples (in one language), and where they were read."""

    train: Annotated[int, Field(gt=0)] | None = None
    dev: Annotated[int, Field(gt=0)] | None = None
    test: Annotated[int, Field(gt=0)] | None = None
    source: str


class Task(_Entry):
    """One task of the catalogue.

    Attributes
    ----------
    name, title : str
        Key in the catalogue, and the name to show.
    format, domain, metric : str
        One of the closed sets above; "mixed" is a target whose examples are of all domains.
    labels : tuple of str, optional
        All labels in the order of the classifier's outputs (tags for tagging). A span or retrieval
        task has `NO_ANSWER` where some questions have no answer, or queries no counterpart.
    languages : tuple of str
        Test languages in the scorer's order, "en" among them where the scorer lists it.
    train_on : str, optional
        Task whose English training split is used by default; None trains nothing (retrieval).
    roles : tuple of str
        "target", "intermediate" or both.
    benchmarks : tuple of str
        Benchmarks whose task this is.
    parallel : bool
        Whether equal example ids in two languages are translations of each other.
    scorer : str, optional
        What the official scorer does that the metric's name does not say.
    sources : Sources
        Where the data are.
    sizes : Sizes, optional
        Published sizes, which what is read may differ from; the cards count what was read.
    licence, reference : str
        Terms of the data, and the paper.
    notes, unconfirmed : tuple of str
        Leaks, overlaps and traps; facts that were not checked against the source itself.
    """

    name: str
    title: str
    format: Format
    domain: Domain
    metric: Metric
    labels: Annotated[tuple[str, ...] | None, BeforeValidator(_numbers)] = None
    languages: Annotated[tuple[str, ...], Field(min_length=1)]
    train_on: str | None = None
    roles: Annotated[tuple[Literal["target", "intermediate"], ...], Field(min_length=1)]
    benchmarks: tuple[str, ...] = ()
    parallel: bool = False
    scorer: str | None = None
    sources: Sources
    sizes: Sizes | None = None
    licence: str
    reference: str
    notes: tuple[str, ...] = ()
    unconfirmed: tuple[str, ...] = ()

    @property
    def may_lack_answers(self) -> bool:
        """Whether "there is none" may be the right answer, and may be given."""
        return self.format not in LABELLED and self.labels == NO_ANSWER

    @model_validator(mode="after")
    def _consistent(self) -> "Task":
        faults = list(self._faults())
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def _faults(self) -> Iterator[str]:
        metrics = METRICS_OF_FORMAT[self.format]
        if self.metric not in metrics:
            known = " or ".join(metrics)
            yield f"metric {self.metric!r} does not fit format {self.format!r}; write {known}"
        if self.format in LABELLED:
            if len(self.labels or ()) < 2:
                yield f"format {self.format!r} needs at least two labels"
        elif self.labels is not None and (self.format == "choice" or self.labels != NO_ANSWER):
            yield (
                f'labels belong to {", ".join(LABELLED)}; span and retrieval may have [""], where '
                "the right answer may be that there is none"
            )
        if self.metric in metrics and self.may_lack_answers != (self.metric in ABSTAINING_METRICS):
            yield f'labels [""] and the metrics {" and ".join(ABSTAINING_METRICS)} go together'
        for key, values in (("labels", self.labels or ()), ("languages", self.languages)):
            if len(set(values)) < len(values):
                yield f"{key} repeats an entry"
        if self.format == "retrieval" and self.train_on is not None:
            yield "train_on must be null for retrieval, which trains nothing"


def load_tasks(path: Path = TASKS_FILE) -> dict[str, Task]:
    """Read the catalogue, by name in the file's order.

    Raises
    ------
    ConfigError
        Naming every fault of the file.
    """
    return dict(_load(path))


@functools.cache
def _load(path: Path) -> dict[str, Task]:
    tasks, faults = read_entries(path, Task, "task")
    known = {*tasks, *(fault.split(".", 1)[0] for fault in faults)}
    refuse_faults(path, [*faults, *_cross_faults(tasks, known)])
    return tasks


def get_task(name: str, path: Path = TASKS_FILE) -> Task:
    """One task; an unknown name is a ConfigError that gives the nearest known ones."""
    tasks = _load(path)
    if name in tasks:
        return tasks[name]
    near = difflib.get_close_matches(name, tasks, n=3, cutoff=0.5)
    hint = f"did you mean {', '.join(near)}?" if near else f"known tasks: {', '.join(tasks)}"
    raise ConfigError(f"task {name!r} is not in the catalogue ({path.name}); {hint}")


def _cross_faults(tasks: dict[str, Task], known: set[str]) -> Iterator[str]:
    for task in tasks.values():
        if task.train_on is None:
            continue
        if task.train_on not in known:
            yield f"{task.name}.train_on: {task.train_on!r}: no such task in the catalogue"
        elif (trained := tasks.get(task.train_on)) and (difference := unfit(task, trained)):
            yield f"{task.name}.train_on: {difference}"


def unfit(task: Task, trained: Task) -> str | None:
    """Why a task cannot be tuned on the data of another; None if it can."""
    if trained.format != task.format:
        return f"{trained.name!r} has format {trained.format!r}, not {task.format!r}"
    if trained.labels != task.labels:
        return f"{trained.name!r} has other labels"
    return None
