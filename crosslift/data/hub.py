"""Data sets of the Hugging Face hub, through `datasets`: its cache, token and offline mode."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import datasets
import huggingface_hub

from crosslift.catalogue.tasks import HubSource
from crosslift.data.files import MissingFilesError
from crosslift.data.readers.retrieval import candidate_rows, pair_rows, query_rows
from crosslift.data.records import Columns, Read, Request, rows_from_records
from crosslift.errors import FetchError
from crosslift.files import sha256_of

WIKIPEDIA = HubSource(
    id="wikimedia/wikipedia",
    config="20231101.{language}",
    revision="main",
    splits={"train": "train"},
)
"""Texts without labels, CC BY-SA 4.0."""
SHORTEST_PARAGRAPH = 40
"""Characters; shorter ones are headings and entries of lists."""
FULL_COMMIT = re.compile(r"[0-9a-f]{40}")


def load_hub_split(source: HubSource, request: Request) -> tuple[Read, list[dict[str, Any]]]:
    """One split of one language, and the raw files it was read from.

    Parameters
    ----------
    source : HubSource
        Id, configuration, revision and column mapping.
    request : Request
        Task, split and language.

    Returns
    -------
    tuple of (Read, list of dict)
        Examples with counted faults, and the files as in `crosslift.data.sources.Examples`.

    Raises
    ------
    MissingFilesError
        The data set has no such split or configuration.
    FetchError
        It is gated, absent, out of reach, or rationed (HTTP 429); the message says what to do.
    """
    if request.split not in source.splits:
        raise MissingFilesError(f"hub data set {source.id} has no {request.split} split")
    config = source.config.format(language=request.code) if source.config else None
    builder, tables = _load(source, config, source.splits[request.split])
    records = _records(tables, f"{source.id} ({config or 'default'}")
    if request.format != "retrieval":
        read = rows_from_records(records, request)
    elif source.candidates is not None:
        read = query_rows(records, request)
    else:
        columns = (Columns(record, place, request) for place, record in records)
        read = pair_rows(((c.text("query"), c.text("candidate")) for c in columns), request)
    return read, list(_files(builder, tables, source, request))


def load_hub_candidates(source: HubSource, request: Request) -> tuple[Read, list[dict[str, Any]]]:
    """The candidates that all languages share, and the raw files; errors as `load_hub_split`."""
    shared = source.candidates
    builder, tables = _load(source, shared.config, (shared.split or request.split,))
    records = _records(tables, f"{source.id} ({shared.config or 'default'}")
    return candidate_rows(records, request), list(_files(builder, tables, source, request))


def load_hub_texts(language: str, size: int, source: HubSource = WIKIPEDIA) -> list[str]:
    """The first paragraphs of a language's Wikipedia, read as they come: no whole file is kept.

    Parameters
    ----------
    language : str
        Code, as Wikipedia has it.
    size : int
        Most paragraphs; distinct ones, none shorter than `SHORTEST_PARAGRAPH`.
    source : HubSource
        A data set with the column `text`.

    Raises
    ------
    MissingFilesError, FetchError
        As `load_hub_split`.
    """
    config = source.config.format(language=source.code(language))
    found: dict[str, None] = {}
    try:
        rows = datasets.load_dataset(
            source.id, config, split=source.splits["train"][0], revision=source.revision,
            streaming=True,
        )  # fmt: skip
        for row in rows:
            lines = (line.strip() for line in row["text"].split("\n"))
            found |= dict.fromkeys(line for line in lines if len(line) >= SHORTEST_PARAGRAPH)
            if len(found) >= size:
                break
    except Exception as error:  # as in `_load`
        raise explain(error, source, config, source.splits["train"][0]) from error
    return list(found)[:size]


def _load(
    source: HubSource, config: str | None, splits: Sequence[str]
) -> tuple[datasets.DatasetBuilder, dict[str, datasets.Dataset]]:
    """The data set's builder, and the table of each split by its name there."""
    try:
        builder = datasets.load_dataset_builder(source.id, config, revision=source.revision)
        builder.download_and_prepare()
        tables = {split: builder.as_dataset(split) for split in splits}
    except Exception as error:
        # The client raises errors of four libraries, and wraps them in one another.
        raise explain(error, source, config, ", ".join(splits)) from error
    # Offline, the client takes whatever commit it has in its cache.
    if FULL_COMMIT.fullmatch(source.revision) and builder.hash != source.revision:
        raise FetchError(
            f"hub data set {source.id}: the cache holds commit {builder.hash}, the catalogue asks "
            f"for {source.revision}; run once without HF_HUB_OFFLINE"
        )
    return builder, tables


def explain(
    error: BaseException, source: HubSource, config: str | None, split: str
) -> FetchError | MissingFilesError:
    """What a failure of the hub client means, and what to do about it."""
    name = f"hub data set {source.id} (configuration {config or 'default'}, split {split})"
    causes = list(_causes(error))
    text = " ".join(str(cause) for cause in causes)
    answers = [getattr(cause, "response", None) for cause in causes]
    rationed = [answer for answer in answers if getattr(answer, "status_code", None) == 429]
    page = f"{huggingface_hub.constants.ENDPOINT}/datasets/{source.id}"
    if isinstance(error, ValueError) and re.search(
        r"BuilderConfig .* not found|Unknown split|Couldn't find cache .* for config", str(error)
    ):
        return MissingFilesError(f"{name}: {error}")
    if "is a gated dataset" in text:
        return FetchError(
            f"{name}: is gated; accept its terms at {page}, then log in with `hf auth login` or "
            "set HF_TOKEN"
        )
    if rationed:
        headers = getattr(rationed[0], "headers", {})
        seconds = {key.lower(): value for key, value in headers.items()}.get("retry-after")
        wait = f"{seconds} seconds, as it asks" if seconds else "some minutes"
        return FetchError(
            f"{name}: the hub answers 429 (too many requests); wait {wait}, or log in with "
            "`hf auth login` for a larger allowance"
        )
    if "OfflineModeIsEnabled" in text or "offline mode" in text:
        return FetchError(
            f"{name}: is not in the cache and HF_HUB_OFFLINE is set; unset it and run once, or "
            "give the files under data_root"
        )
    if isinstance(error, datasets.exceptions.DatasetNotFoundError):
        return FetchError(
            f"{name}: not found at {page}, at revision {source.revision!r}; check id and revision "
            "in the catalogue, or, if it is private, log in with `hf auth login`"
        )
    if "scripts are no longer supported" in text:
        return FetchError(
            f"{name}: revision {source.revision!r} holds a loading script, which is never run; "
            "name the revision refs/convert/parquet in the catalogue if the hub has it"
        )
    return FetchError(
        f"{name}: could not be fetched from {page} ({type(error).__name__}: {error}); check the "
        "connection and HF_ENDPOINT, or give the files under data_root"
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def _records(
    tables: dict[str, datasets.Dataset], name: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Place and record of every row, split after split."""
    for split, table in tables.items():
        batches = table.with_format("arrow").iter(batch_size=1000)
        rows = (row for batch in batches for row in batch.to_pylist())
        yield from ((f"{name}, {split}), row {i}", row) for i, row in enumerate(rows))


def _files(
    builder: datasets.DatasetBuilder,
    tables: dict[str, datasets.Dataset],
    source: HubSource,
    request: Request,
) -> Iterator[dict[str, Any]]:
    """The raw files with their checksums; offline, the client's own copy of their content."""
    common = {"split": request.split, "language": request.language}
    data_files = builder.config.data_files or {}
    chosen = [url for split in tables for url in data_files.get(split, ())]
    for url in chosen:
        path = str(url).split(f"{source.id}@{builder.hash}/", 1)[-1]
        local = huggingface_hub.hf_hub_download(
            source.id, path, repo_type="dataset", revision=builder.hash
        )
        yield {**common, **_describe(local, f"{source.id}@{builder.hash}/{path}")}
    if not chosen:
        for cached in [file for table in tables.values() for file in table.cache_files]:
            yield {**common, **_describe(cached["filename"], f"{source.id}@{builder.hash} (cache)")}


def _describe(local: str, name: str) -> dict[str, Any]:
    return {"path": name, "bytes": Path(local).stat().st_size, "sha256": sha256_of(local)}
