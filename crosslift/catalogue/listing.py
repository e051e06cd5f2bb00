"""Tasks as text: docs/tasks.md, and the files and their origins in docs/pilot.md."""

import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence

from crosslift.catalogue.tasks import FilesSource, HubSource, Split, Task, load_tasks

Wanted = Mapping[Split, Sequence[str]]
"""Split -> the languages that are read of it."""


def list_files(task: Task, wanted: Wanted) -> list[str]:
    """A task's folder below the data root, then a line for each split that is read of it.

    Parameters
    ----------
    task : Task
        A task that has files as a source.
    wanted : mapping
        The splits and languages to list; a split that the task lacks is left out.
    """
    source = task.sources.files
    lines = [f"{source.folder}/"]
    for split in [split for split in wanted if split in source.splits]:
        named = " or else ".join(" with ".join(map(_name, one)) for one in source.splits[split])
        lines.append(f"    {split}: {named}")
        if "{language}" in named:
            lines.append(f"        {' '.join(source.code(language) for language in wanted[split])}")
    return lines


def _name(pattern: str) -> str:
    return f"(if there) {pattern[1:]}" if pattern.startswith("?") else pattern


def source_row(task: Task) -> str:
    """A Markdown row: the task, its folder, the page its files are from, its paper, its terms."""
    source = task.sources.files
    cells = [
        task.title,
        f"`{source.folder}`",
        _page(source.revision or "its paper's page"),
        _paper(task.reference),
        task.licence,
    ]
    return f"| {' | '.join(cells)} |"


def _page(revision: str) -> str:
    link = r"github\.com/([\w.-]+/[\w.-]+) at ([0-9a-f]{40})"
    return re.sub(link, r"[\1](https://github.com/\1/tree/\2)", revision)


def _paper(reference: str) -> str:
    arxiv = re.sub(r"^arXiv (\d{4}\.\d{5})$", r"[\g<0>](https://arxiv.org/abs/\1)", reference)
    return re.sub(r"^ACL Anthology (\S+)$", r"[\g<0>](https://aclanthology.org/\1)", arxiv)


_HEADER = """\
# The task catalogue

Made from `crosslift/catalogue/tasks.yaml`, by `python -m crosslift.catalogue.listing`.
[catalogue.md](catalogue.md) says how to add a task. Sizes are published ones, in one
language; what is read may differ, and each task's card counts it.
"""

_COLUMNS = (
    "task",
    "title",
    "format",
    "metric",
    "languages",
    "train / dev / test",
    "sources",
    "licence",
    "paper",
)


def tasks_page(tasks: Iterable[Task]) -> str:
    """The page docs/tasks.md: a table of each kind of task, then what is to know of each.

    Parameters
    ----------
    tasks : iterable of Task
        The catalogue, in its order; the embedded benchmark (docs/mini.md) is left out.
    """
    shown = [task for task in tasks if not task.sources.mini]
    kinds = {"Targets": [task for task in shown if "target" in task.roles]}
    for domain in ("general", "legal", "medical"):
        kinds[f"English intermediate tasks: {domain}"] = [
            task for task in shown if "target" not in task.roles and task.domain == domain
        ]
    parts = [_HEADER]
    for heading, members in kinds.items():
        rows = (_cells(task) for task in members)
        parts.append(f"## {heading}\n\n{_table(_COLUMNS, rows)}")
    parts.append("## What is to know of each\n")
    parts += [_details(task) for task in shown]
    return "\n".join(parts)


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _cells(task: Task) -> list[str]:
    sizes = task.sizes
    counts = [sizes and getattr(sizes, split) for split in ("train", "dev", "test")]
    many = len(task.languages) > 1
    return [
        f"[`{task.name}`](#{task.name})",
        task.title,
        task.format,
        task.metric,
        f"{len(task.languages)}" if many else task.languages[0],
        " / ".join(f"{count:,}" if count else "-" for count in counts),
        ", ".join(_source_names(task)),
        task.licence,
        _paper(task.reference),
    ]


def _source_names(task: Task) -> Iterator[str]:
    if (files := task.sources.files) is not None:
        yield f"files `{files.folder}/`" + (" (not ready-made)" if files.access else "")
    if (hub := task.sources.hub) is not None:
        for source in (hub, *hub.also):
            yield f"hub `{source.id}`" + (f" ({source.config})" if source.config else "")


def _details(task: Task) -> str:
    facts = {
        "Benchmarks": ", ".join(task.benchmarks),
        "Languages": " ".join(task.languages) if len(task.languages) > 1 else "",
        "Tuned on": f"`{task.train_on}`" if task.train_on not in (None, task.name) else "",
        "Labels": _labels(task),
        "Scored": task.scorer or "",
        "Sizes from": task.sizes.source if task.sizes else "",
        "Files": _origin(task.sources.files),
        "Hub revision": _revisions(task.sources.hub),
    }
    lines = [f"- {name}: {text}" for name, text in facts.items() if text]
    lines += [f"- {note}" for note in task.notes]
    lines += [f"- Unconfirmed: {text}" for text in task.unconfirmed]
    return f"### `{task.name}`\n\n" + "\n".join(lines) + "\n"


def _labels(task: Task, shown: int = 20) -> str:
    labels = task.labels or ()
    if task.may_lack_answers:
        return "none, but there may be no right answer, and none may be given"
    return f"{len(labels)}" if len(labels) > shown else ", ".join(labels)


def _origin(source: FilesSource | None) -> str:
    if source is None:
        return ""
    return "; ".join(filter(None, (_page(source.revision or ""), source.access)))


def _revisions(source: HubSource | None) -> str:
    if source is None:
        return ""
    return ", ".join(f"{one.revision}" for one in (source, *source.also))


if __name__ == "__main__":
    sys.stdout.write(tasks_page(load_tasks().values()))
