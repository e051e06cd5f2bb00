"""Where a task's examples come from: files under the data root, the hub, or the mini benchmark."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crosslift.catalogue.tasks import Candidates, FilesSource, HubSource, MiniSource, Task
from crosslift.data.files import ENVIRONMENT_KEY, MissingFilesError, find_files, read_json_lines
from crosslift.data.linking import SHARED_POOL, link_queries
from crosslift.data.readers import READERS
from crosslift.data.readers.retrieval import candidate_rows
from crosslift.data.records import Read, Request
from crosslift.data.tables import Row, check_rows
from crosslift.errors import ConfigError, DataError, FetchError
from crosslift.files import sha256_of

SOURCES = ("files", "hub", "mini")
SUSPICIOUS = 20
"""From this many examples on, one label for all of them means that the labels are withheld."""


@dataclass
class Examples:
    """One split of a task, in all languages that were asked for.

    Attributes
    ----------
    rows : list of dict
        Checked examples.
    faults : dict
        Language -> fault -> how often.
    files : list of dict
        Split, language, path (below the data root or on the hub), size in bytes and SHA-256 of
        each raw file read.
    """

    rows: list[Row] = field(default_factory=list)
    faults: dict[str, dict[str, int]] = field(default_factory=dict)
    files: list[dict[str, Any]] = field(default_factory=list)

    def add(self, language: str, read: Read) -> None:
        """Take over what a reader found in one language."""
        rows = unique_ids(read.rows, read.faults)
        self.rows += rows
        counted = {fault: n for fault, n in sorted(read.faults.items()) if n}
        if counted:
            self.faults[language] = counted


def unique_ids(rows: Sequence[Row], faults: Counter[str]) -> list[Row]:
    """Examples with ids that occur once; an id that is repeated gets its position appended.

    TyDiQA-GoldP has 89 distinct ids for 3,696 questions: keyed by them, predictions would silently
    overwrite each other.
    """
    counts = Counter(row["example_id"] for row in rows)
    faults["duplicate_ids"] += len(rows) - len(counts)
    mark = "@"
    while any(mark in example_id for example_id in counts):
        mark += "@"
    return [
        row
        if counts[row["example_id"]] == 1
        else {**row, "example_id": f"{row['example_id']}{mark}{position}"}
        for position, row in enumerate(rows)
    ]


def load_split(
    task: Task,
    split: str,
    languages: Sequence[str],
    *,
    preference: Sequence[str],
    data_root: Path | None,
    size: int | None,
    seed: int,
) -> tuple[str, Examples]:
    """Load a split from the first source of `preference` that has it.

    Parameters
    ----------
    task, split, languages
        What to load; languages by our codes.
    preference : sequence of str
        Of "files", "hub" and "mini", the order in which they are tried.
    data_root : Path, optional
        Folder of the data sets, for "files".
    size, seed : int
        Number of examples (a language) and seed of the embedded benchmark, which makes as many as
        are asked for; the other sources give all they have.

    Returns
    -------
    tuple of (str, Examples)
        The source that served, and what it gave.

    Raises
    ------
    DataError
        If no source has the split (the message says what each lacks), or a file is damaged.
    FetchError
        If the hub is the last resort and fails.
    """
    if unknown := sorted(set(preference) - set(SOURCES)):
        raise ConfigError(f"unknown source {', '.join(unknown)}; known: {', '.join(SOURCES)}")
    reasons: list[str] = []
    last: type[DataError] | type[FetchError] = DataError
    for kind in preference:
        try:
            return kind, load_split_from(
                kind, task, split, languages, data_root=data_root, size=size, seed=seed
            )
        except (MissingFilesError, FetchError) as error:
            last = FetchError if isinstance(error, FetchError) else last
            reasons.append(f"{kind}: {error}")
    if split == "train" and task.train_on not in (None, task.name):
        reasons.append(f"its training data are those of task {task.train_on!r}: prepare that one")
    tried = "\n  ".join(reasons)
    raise last(f"task {task.name!r}: no source for its {split} split\n  {tried}")


def load_split_from(
    kind: str,
    task: Task,
    split: str,
    languages: Sequence[str],
    *,
    data_root: Path | None,
    size: int | None,
    seed: int,
) -> Examples:
    """Load a split from one source; MissingFilesError where that source does not have it."""
    source = getattr(task.sources, kind)
    if source is None:
        raise MissingFilesError(f"the catalogue names no {kind} source for task {task.name!r}")
    if kind == "files":
        if data_root is None:
            raise MissingFilesError(
                f"no data_root was given (key data_root, or the environment variable "
                f"{ENVIRONMENT_KEY}), so the folder {source.folder!r} was not looked for"
            )
        examples = _load_files(source, task, split, languages, data_root)
    elif kind == "hub":
        examples = _load_hub(source, task, split, languages)
    else:
        examples = _load_mini(source, task, split, languages, size, seed)
    if task.format == "retrieval":
        examples.rows, examples.faults = link_queries(
            examples.rows, examples.faults, may_lack_answers=task.may_lack_answers
        )
    check_rows(examples.rows, task.format, task.labels, name=f"task {task.name!r}, {split} split")
    return examples


def _load_files(
    source: FilesSource, task: Task, split: str, languages: Sequence[str], root: Path
) -> Examples:
    examples = Examples()
    sources = (source, *source.also)
    found = [find_files(one, split, languages, root, task=task.name) for one in sources]
    for language in languages:
        parts = []
        for one, files in zip(sources, found, strict=True):
            request = _request(one, task, split, language)
            parts.append(READERS[one.reader](files[language], request, **one.options))
            _refuse_unlabelled(parts[-1], task, ", ".join(map(str, files[language])), language)
            examples.files += [_file(path, split, language, root) for path in files[language]]
        examples.add(language, _joined(parts))
    if source.candidates is not None:
        path = _shared_file(source, task, root)
        request = _request(source.candidates, task, split, SHARED_POOL)
        examples.rows += candidate_rows(read_json_lines(path), request).rows
        examples.files.append(_file(path, split, SHARED_POOL, root))
    return examples


def _shared_file(source: FilesSource, task: Task, root: Path) -> Path:
    path = root / source.folder / (source.candidates.path or "")
    if not path.is_file():
        raise MissingFilesError(
            f"task {task.name!r}: missing {path}, its candidates; "
            f"{source.access or f'put the files of {source.revision} there'}"
        )
    return path


def _file(path: Path, split: str, language: str, root: Path) -> dict[str, Any]:
    return {
        "split": split,
        "language": language,
        "path": path.relative_to(root).as_posix(),
        "bytes": path.stat().st_size,
        "sha256": sha256_of(path),
    }


def _joined(parts: Sequence[Read]) -> Read:
    """What several sources gave, one after another; their ids are told apart by a number."""
    if len(parts) == 1:
        return parts[0]
    joined = Read()
    for number, part in enumerate(parts):
        joined.rows += [{**row, "example_id": f"{number}/{row['example_id']}"} for row in part.rows]
        joined.faults += part.faults
    return joined


def _load_hub(source: HubSource, task: Task, split: str, languages: Sequence[str]) -> Examples:
    # The hub client takes a second to import, and most studies never reach the hub.
    from crosslift.data.hub import load_hub_candidates, load_hub_split

    examples = Examples()
    for language in languages:
        parts = []
        for one in (source, *source.also):
            if one.languages and language not in one.languages:
                continue
            part, files = load_hub_split(one, _request(one, task, split, language))
            _refuse_unlabelled(part, task, f"hub data set {one.id}", language)
            parts.append(part)
            examples.files += files
        if not parts:
            raise MissingFilesError(f"hub data set {source.id} has no language {language!r}")
        examples.add(language, _joined(parts))
    if source.candidates is not None:
        request = _request(source.candidates, task, split, SHARED_POOL)
        read, files = load_hub_candidates(source, request)
        examples.rows += read.rows
        examples.files += files
    return examples


def _load_mini(
    source: MiniSource,
    task: Task,
    split: str,
    languages: Sequence[str],
    size: int | None,
    seed: int,
) -> Examples:
    from crosslift.data import mini

    if split not in source.sizes:
        raise MissingFilesError(f"task {task.name!r} has no {split} split")
    table = mini.build(task.name, split, languages, size or source.sizes[split], seed)
    # pandas writes a missing text as NaN; an absent text_pair or context is None.
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    return Examples(rows=rows)


def _request(
    source: FilesSource | HubSource | Candidates, task: Task, split: str, language: str
) -> Request:
    return Request(
        task=task.name,
        format=task.format,
        split=split,
        language=language,
        code=source.code(language),
        labels=task.labels,
        source=source,
    )


def _refuse_unlabelled(read: Read, task: Task, names: str, language: str) -> None:
    """Refuse a language without examples, and test files whose gold is withheld."""
    if not read.rows:
        if read.faults["unlabelled"]:
            raise DataError(
                f"{names}: task {task.name!r}, language {language!r}: none of "
                f"{read.faults['unlabelled']} examples has a label; this is a test file with "
                "hidden labels: use the labelled release, or another split"
            )
        raise DataError(f"{names}: task {task.name!r}: no examples for language {language!r}")
    if task.format == "span" and len(read.rows) >= SUSPICIOUS:
        if not any(row["answers"] for row in read.rows):
            raise DataError(
                f"{names}: task {task.name!r}, language {language!r}: none of {len(read.rows)} "
                "questions has an answer; benchmarks hide them so: use the labelled release"
            )
        return
    labels = {row.get("label") for row in read.rows}
    if len(labels) == 1 and labels != {None} and len(read.rows) >= SUSPICIOUS:
        raise DataError(
            f"{names}: task {task.name!r}, language {language!r}: all {len(read.rows)} labels are "
            f"{labels.pop()!r}; benchmarks hide their labels so: use the labelled release"
        )
