"""One token a line: UD CoNLL-U (parts of speech), and columns of tokens and BIO tags (entities)."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from crosslift.data.files import read_json, read_lines
from crosslift.data.records import Read, Request, tag_name, tagging_row
from crosslift.errors import DataError

CONLLU_COLUMNS = 10
FORM, UPOS = 1, 3


def read_conllu(paths: Sequence[Path], request: Request) -> Read:
    """Words and universal parts of speech of CoNLL-U files; ids are the `sent_id` comments.

    Multiword ranges (`1-2`) and empty nodes (`1.1`) are no words and are passed over. A sentence
    without tags (`_`) is dropped and counted as unlabelled.

    References
    ----------
    https://universaldependencies.org/format.html
    """
    read = Read()
    for path in paths:
        for position, sentence in enumerate(_sentences(path, comment="#")):
            tokens, tags = [], []
            for place, line in sentence.lines:
                cells = line.split("\t")
                if len(cells) != CONLLU_COLUMNS:
                    raise DataError(
                        f"{place}: has {len(cells)} columns, CoNLL-U has {CONLLU_COLUMNS}; the "
                        "file is truncated or of another format"
                    )
                if "-" in cells[0] or "." in cells[0]:
                    continue
                tokens.append(cells[FORM])
                tags.append(None if cells[UPOS] == "_" else tag_name(cells[UPOS], request, place))
            _add(read, request, sentence.id("# sent_id = ", position), tokens, tags)
    return read


def read_token_columns(
    paths: Sequence[Path],
    request: Request,
    *,
    token: int,
    tag: int,
    comment: str | None = None,
    id_comment: str | None = None,
) -> Read:
    """Tokens and BIO tags of tab-separated columns, a blank line between sentences.

    Parameters
    ----------
    token, tag : int
        Column numbers, from 0.
    comment : str, optional
        What a comment line starts with. Without it no line is a comment: "#" is a token too.
    id_comment : str, optional
        The comment that gives the sentence id; without it the position is the id.

    Notes
    -----
    A language prefix of the tokens (`en:Oslo`, in some releases of WikiANN) is taken off when all
    tokens of a file have it. Tokens without a tag make a sentence unlabelled.
    """
    read = Read()
    for path in paths:
        sentences = list(_sentences(path, comment))
        split = [[_cells(line, token) for line in sentence.lines] for sentence in sentences]
        prefix = f"{request.code}:"
        prefixed = all(cells[token].startswith(prefix) for rows in split for cells in rows)
        for position, (sentence, rows) in enumerate(zip(sentences, split, strict=True)):
            tokens, tags = [], []
            for (place, _), cells in zip(sentence.lines, rows, strict=True):
                tokens.append(cells[token].removeprefix(prefix) if prefixed else cells[token])
                known = len(cells) > tag and cells[tag].strip()
                tags.append(tag_name(cells[tag].strip(), request, place) if known else None)
            _add(read, request, sentence.id(id_comment, position), tokens, tags)
    return read


def read_tagged_lines(paths: Sequence[Path], request: Request) -> Read:
    """One sentence a line, its words, a tab and their tags; a second file numbers the tags.

    The form in which jiant reads CCGbank (jiant/tasks/lib/ccg.py of nyu-mll/jiant, with
    `tags_to_id.json`): the numbers are the labels, so the catalogue holds none of its categories.
    """
    if len(paths) != 2:
        raise DataError(f"task {request.task!r}: expected sentences and tag numbers, got {paths}")
    numbers = read_json(paths[1])
    read = Read()
    for position, line in enumerate(read_lines(paths[0])):
        place = f"{paths[0]}, line {position + 1}"
        words, _, marks = line.partition("\t")
        tokens, tags = words.split(), marks.split()
        if len(tokens) != len(tags):
            raise DataError(f"{place}: has {len(tokens)} words and {len(tags)} tags")
        if unknown := sorted(set(tags) - set(numbers)):
            raise DataError(f"{place}: the tag {unknown[0]!r} has no number in {paths[1]}")
        names = [tag_name(str(numbers[tag]), request, place) for tag in tags]
        _add(read, request, str(position), tokens, names)
    return read


def _cells(line: tuple[str, str], token: int) -> list[str]:
    place, text = line
    cells = text.split("\t")
    if len(cells) <= token:
        raise DataError(
            f"{place}: has {len(cells)} columns, the token is in column {token + 1}; the file is "
            "truncated or of another format"
        )
    return cells


class _Sentence:
    """The lines of one sentence with their places, and the comments before them."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []
        self.comments: list[str] = []

    def id(self, marker: str | None, position: int) -> str:
        for comment in self.comments:
            if marker and comment.startswith(marker):
                return comment.removeprefix(marker).strip()
        return str(position)


def _sentences(path: Path, comment: str | None) -> Iterator[_Sentence]:
    sentence = _Sentence()
    for number, line in enumerate(read_lines(path), start=1):
        if not line.strip():
            if sentence.lines:
                yield sentence
                sentence = _Sentence()
        elif comment and line.startswith(comment):
            sentence.comments.append(line)
        else:
            sentence.lines.append((f"{path}, line {number}", line))
    if sentence.lines:
        yield sentence


def _add(
    read: Read, request: Request, example_id: str, tokens: list[str], tags: list[str | None]
) -> None:
    if any(tag is None for tag in tags):
        read.faults["unlabelled"] += 1
        return
    row = tagging_row(example_id, request.language, tokens, tags, read.faults)
    if row is not None:
        read.rows.append(row)
