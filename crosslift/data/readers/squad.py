"""SQuAD-style JSON: XQuAD, MLQA, TyDiQA-GoldP, PolicyQA, CUAD, COVID-QA, SQuAD itself."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from crosslift.data.files import read_json
from crosslift.data.records import Read, Request
from crosslift.data.spans import span_row
from crosslift.errors import DataError


def read_squad(paths: Sequence[Path], request: Request) -> Read:
    """Questions with their contexts and answers, in the order of the files."""
    read = Read()
    for path in paths:
        for place, paragraph in paragraphs(path):
            for question in paragraph["qas"]:
                row = span_row(
                    str(key_of(question, "id", place)),
                    request.language,
                    paragraph["context"],
                    key_of(question, "question", place),
                    answers_of(question, place),
                    read.faults,
                    may_lack_answers=request.may_lack_answers,
                )
                if row is not None:
                    read.rows.append(row)
    return read


def paragraphs(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each paragraph with its place (`file, article 3, paragraph 2`, counted from 0)."""
    content = read_json(path)
    if not isinstance(content, dict) or not isinstance(content.get("data"), list):
        raise DataError(f"{path}: is not SQuAD-style JSON: it has no list under the key 'data'")
    for i, article in enumerate(content["data"]):
        for j, paragraph in enumerate(key_of(article, "paragraphs", f"{path}, article {i}")):
            place = f"{path}, article {i}, paragraph {j}"
            for key in ("context", "qas"):
                key_of(paragraph, key, place)
            yield place, paragraph


def answers_of(question: Any, place: str) -> list[tuple[str, int]]:
    """Text and offset of each answer; none where the question has no answers."""
    return [
        (key_of(answer, "text", place), key_of(answer, "answer_start", place))
        for answer in question.get("answers") or []
    ]


def key_of(value: Any, key: str, place: str) -> Any:
    """A value of an object, or a DataError that names the key."""
    if not isinstance(value, dict) or key not in value:
        raise DataError(f"{place}: the key {key!r} is missing; is this file of another form?")
    return value[key]
