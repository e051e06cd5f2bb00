"""Retrieval sets: LAReQA (SQuAD-style JSON), Tatoeba (aligned lines), records of either side."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from crosslift.data.files import read_lines
from crosslift.data.linking import SHARED_POOL
from crosslift.data.readers.squad import answers_of, key_of, paragraphs
from crosslift.data.records import Columns, Read, Request
from crosslift.data.tables import Row
from crosslift.errors import DataError


def read_lareqa(paths: Sequence[Path], request: Request) -> Read:
    """Questions, and the sentences of their passages as candidates of one pool.

    A question's gold is the sentence that holds its answer. Counted: `straddling_answers` (the
    answer crosses a sentence break, so this language has no gold for the question) and
    `sentences_unlike_context` (a sentence that differs from the passage between its breaks).

    References
    ----------
    Roy et al. 2020, arXiv 2004.05484, section 3.
    """
    read = Read()
    for path in paths:
        for number, (place, paragraph) in enumerate(paragraphs(path)):
            _read_paragraph(paragraph, number, place, request, read)
    return read


def _read_paragraph(
    paragraph: dict[str, Any], number: int, place: str, request: Request, read: Read
) -> None:
    context = paragraph["context"]
    breaks, sentences = (key_of(paragraph, key, place) for key in ("sentence_breaks", "sentences"))
    if len(breaks) != len(sentences):
        raise DataError(f"{place}: has {len(sentences)} sentences but {len(breaks)} breaks")
    ids = [f"{request.language}-{number}.{i}" for i in range(len(breaks))]
    for candidate_id, sentence, (start, end) in zip(ids, sentences, breaks, strict=True):
        read.faults["sentences_unlike_context"] += sentence != context[start:end]
        read.rows.append(
            retrieval_row(
                candidate_id, request.language, "candidate", SHARED_POOL, sentence, context
            )
        )
    for question in paragraph["qas"]:
        gold = set()
        for text, first in answers_of(question, place):
            holders = [
                candidate_id
                for candidate_id, (start, end) in zip(ids, breaks, strict=True)
                if start <= first and first + len(text) <= end
            ]
            read.faults["straddling_answers"] += not holders
            gold.update(holders)
        read.rows.append(
            retrieval_row(
                str(key_of(question, "id", place)),
                request.language,
                "query",
                SHARED_POOL,
                key_of(question, "question", place),
                relevant=sorted(gold),
            )
        )


def read_line_pairs(paths: Sequence[Path], request: Request) -> Read:
    """Sentences of one language and their English translations, aligned line by line.

    Line i of the English file is the one right answer to line i. An English sentence that occurs
    twice is counted (`repeated_candidates`) and kept, as in the official accuracy.
    """
    if len(paths) != 2:
        raise DataError(f"task {request.task!r}: expected two aligned files, got {len(paths)}")
    queries, candidates = map(read_lines, paths)
    if len(queries) != len(candidates):
        raise DataError(
            f"{paths[0]} has {len(queries)} lines but {paths[1]} has {len(candidates)}; the files "
            "are truncated or do not belong together"
        )
    return pair_rows(zip(queries, candidates, strict=True), request)


def pair_rows(pairs: Any, request: Request) -> Read:
    """Queries and English candidates of (sentence, translation) pairs, in a pool of their own."""
    read = Read()
    pool = request.language
    seen: set[str] = set()
    for number, (sentence, english) in enumerate(pairs):
        if not sentence.strip() or not english.strip():
            read.faults["missing_text"] += 1
            continue
        read.faults["repeated_candidates"] += english in seen
        seen.add(english)
        candidate_id = f"{pool}-en-{number}"
        read.rows.append(
            retrieval_row(
                str(number), request.language, "query", pool, sentence, relevant=[candidate_id]
            )
        )
        read.rows.append(retrieval_row(candidate_id, "en", "candidate", pool, english))
    return read


def query_rows(records: Iterable[tuple[str, dict[str, Any]]], request: Request) -> Read:
    """Queries of the shared pool, with the one candidate that each asks for."""
    read = Read()
    for position, (place, record) in enumerate(records):
        columns = Columns(record, place, request)
        read.rows.append(
            retrieval_row(
                columns.id(position),
                request.language,
                "query",
                SHARED_POOL,
                columns.text("text"),
                relevant=[str(columns.value("relevant"))],
            )
        )
    return read


def candidate_rows(records: Iterable[tuple[str, dict[str, Any]]], request: Request) -> Read:
    """Candidates of the shared pool, each in a language of its own."""
    read = Read()
    for position, (place, record) in enumerate(records):
        columns = Columns(record, place, request)
        read.rows.append(
            retrieval_row(
                columns.id(position),
                str(columns.value("language")),
                "candidate",
                SHARED_POOL,
                columns.text("text"),
            )
        )
    return read


def retrieval_row(
    example_id: str,
    language: str,
    role: str,
    pool: str,
    text: str,
    context: str | None = None,
    relevant: Sequence[str] = (),
) -> Row:
    """One row of a retrieval task; `relevant` are ids of candidates in the same pool."""
    return {
        "example_id": example_id,
        "language": language,
        "role": role,
        "pool": pool,
        "text": text,
        "context": context,
        "relevant": list(relevant),
    }
