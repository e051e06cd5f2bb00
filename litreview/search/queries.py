"""One query for every source: terms, phrases, AND, OR, NOT, parentheses and arXiv's fields.

`abs:"intermediate task" AND (legal OR medic*) NOT survey` is translated into each source's own
syntax; what is sent stands in the record of the search, word for word.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from litreview.files import InputError

MAX_CHARACTERS = 2_000
MAX_DEPTH = 20

_TOKEN = re.compile(
    r"\s*(?:(?P<bracket>[()])"
    r"|(?P<operator>(?:ANDNOT|AND|OR|NOT)(?=[\s()]|\Z))"
    r'|(?:(?P<field>[A-Za-z]+):)?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s()":]+)))'
)
_FIELDS = ("ti", "abs", "au", "all")
_ARXIV_FIELD = re.compile(r"(?<!\w)(?:ti|au|abs|co|jr|cat|rn|all|submittedDate):")


class Years(NamedTuple):
    """The years of publication that are asked for, both included; None is no limit."""

    first: int | None = None
    last: int | None = None

    def __str__(self) -> str:
        if self == (None, None):
            return ""
        return f"{self.first or 'any year'} to {self.last or 'now'}"


@dataclass(frozen=True)
class Term:
    """A word or phrase, and the field in which it is looked for."""

    text: str
    field: str = "all"


@dataclass(frozen=True)
class Operation:
    """`and` and `or` of at least two parts, `not` of one."""

    operator: Literal["and", "or", "not"]
    parts: tuple["Node", ...]


Node = Term | Operation


def parse_query(text: str) -> Node:
    """Read a query; words without an operator between them must all occur.

    Raises
    ------
    InputError
        With the place where it cannot be read: an open bracket or quotation, an operator without
        its term, a field that only arXiv has.
    """
    if len(text) > MAX_CHARACTERS:
        raise InputError(f"the query has {len(text)} characters; at most {MAX_CHARACTERS} are sent")
    parser = _Parser(list(_tokens(text)), text)
    node = parser.any_of(0)
    if parser.place < len(parser.tokens):
        raise InputError(f"query {text!r}: a closing bracket opens nowhere; remove it")
    return node


class _Token(NamedTuple):
    kind: str
    text: str
    field: str = "all"


def _tokens(text: str) -> Iterator[_Token]:
    place, end = 0, len(text.rstrip())
    while place < end:
        match = _TOKEN.match(text, place)
        if match is None or match.end() == place:
            raise InputError(
                f"query {text!r}: cannot be read from character {place + 1}: "
                f"{text[place:].strip()[:20]!r}; close its quotation marks"
            )
        place = match.end()
        kind = match.lastgroup or ""
        field = (match["field"] or "all").lower()
        if field not in _FIELDS:
            raise InputError(
                f"query {text!r}: the field {match['field']!r} cannot be translated; use "
                f"{', '.join(_FIELDS)}, or write the query of this source under `queries`"
            )
        yield _Token("term" if kind in ("phrase", "word") else kind, match[kind], field)


class _Parser:
    def __init__(self, tokens: list[_Token], text: str) -> None:
        self.tokens = tokens
        self.text = text
        self.place = 0

    def any_of(self, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise InputError(f"query {self.text!r}: more than {MAX_DEPTH} brackets in one another")
        parts = [self._all_of(depth)]
        while self._take("operator", "OR"):
            parts.append(self._all_of(depth))
        return _join("or", parts)

    def _all_of(self, depth: int) -> Node:
        parts = [self._one(depth)]
        while True:
            if self._take("operator", "ANDNOT"):
                parts.append(Operation("not", (self._one(depth),)))
            elif self._take("operator", "AND") or self._starts_a_part():
                parts.append(self._one(depth))
            else:
                return _join("and", parts)

    def _one(self, depth: int) -> Node:
        negations = 0
        while self._take("operator", "NOT"):
            negations += 1
        node = self._term_or_bracket(depth)
        return Operation("not", (node,)) if negations % 2 else node

    def _term_or_bracket(self, depth: int) -> Node:
        if self._take("bracket", "("):
            node = self.any_of(depth + 1)
            if not self._take("bracket", ")"):
                raise InputError(f"query {self.text!r}: a bracket is not closed; close it")
            return node
        token = self._next()
        if token is None or token.kind != "term" or not token.text.strip():
            found = "ends" if token is None else f"has {token.text!r}"
            raise InputError(f"query {self.text!r}: {found} where a term must stand; add the term")
        self.place += 1
        return Term(" ".join(token.text.split()), token.field)

    def _next(self) -> _Token | None:
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def _starts_a_part(self) -> bool:
        token = self._next()
        return token is not None and (
            token.kind == "term" or token[:2] in (("bracket", "("), ("operator", "NOT"))
        )

    def _take(self, kind: str, text: str) -> bool:
        token = self._next()
        if token is None or token[:2] != (kind, text):
            return False
        self.place += 1
        return True


def _join(operator: Literal["and", "or"], parts: list[Node]) -> Node:
    return parts[0] if len(parts) == 1 else Operation(operator, tuple(parts))


@dataclass(frozen=True)
class Dialect:
    """How a source writes what a query says.

    `fields` are templates by field, with `{}` for the term; terms of several words are quoted.
    """

    both: str
    either: str
    deny: str
    fields: dict[str, str]

    def write(self, node: Node) -> str:
        """The query in this dialect."""
        if isinstance(node, Term):
            term = node.text if node.text.isalnum() else f'"{node.text}"'
            if node.text.endswith("*") and node.text[:-1].isalnum():
                term = node.text
            return self.fields.get(node.field, self.fields["all"]).format(term)
        if node.operator == "not":
            return self.deny + self._part(node.parts[0])
        if node.operator == "or":
            return self.either.join(map(self._part, node.parts))
        # A denial follows what it limits: no source begins a query with one.
        ordered = sorted(node.parts, key=_is_denial)
        written = self._part(ordered[0])
        for part in ordered[1:]:
            joint = " " if _is_denial(part) else self.both
            written += joint + (self.write(part) if _is_denial(part) else self._part(part))
        return written

    def _part(self, node: Node) -> str:
        return self.write(node) if isinstance(node, Term) else f"({self.write(node)})"


def _is_denial(node: Node) -> bool:
    return isinstance(node, Operation) and node.operator == "not"


DIALECTS = {
    "arxiv": Dialect(" AND ", " OR ", "ANDNOT ", {f: f"{f}:{{}}" for f in _FIELDS}),
    "openalex": Dialect(" AND ", " OR ", "NOT ", {"all": "{}"}),
    "semantic_scholar": Dialect(" + ", " | ", "-", {"all": "{}"}),
    "europepmc": Dialect(
        " AND ",
        " OR ",
        "NOT ",
        {"all": "TITLE_ABS:{}", "ti": "TITLE:{}", "abs": "ABSTRACT:{}", "au": "AUTH:{}"},
    ),
}


def translate(query: str, source: str) -> str:
    """`query` in the syntax of `source`.

    arXiv's own syntax stays as it is; Crossref, which ranks by words, gets the words that are
    asked for; the ACL Anthology, which is searched here, the query itself.
    """
    if source == "acl" or (source == "arxiv" and _ARXIV_FIELD.search(query)):
        return query
    node = parse_query(query)
    if source == "crossref":
        return " ".join(dict.fromkeys(_asked_for(node)))
    if source == "openalex":  # where commas part filters and bars part values
        node = parse_query(re.sub("[,|]", " ", query))
    return DIALECTS[source].write(node)


def _asked_for(node: Node) -> Iterator[str]:
    if isinstance(node, Term):
        yield from node.text.replace("*", "").split()
    elif node.operator != "not":
        for part in node.parts:
            yield from _asked_for(part)


def matches(node: Node, texts: dict[str, str]) -> bool:
    """Whether a record with these texts (`ti`, `abs`, `au`) answers a query.

    Words are compared whole, without case and accents; a star at the end stands for any ending.
    """
    return _matches(node, {field: f" {plain_words(text)} " for field, text in texts.items()})


def _matches(node: Node, texts: dict[str, str]) -> bool:
    if isinstance(node, Term):
        looked_at = texts.values() if node.field == "all" else [texts.get(node.field, "")]
        found = word_finder(node.text)
        return any(found(text) for text in looked_at)
    if node.operator == "not":
        return not _matches(node.parts[0], texts)
    every = all if node.operator == "and" else any
    return every(_matches(part, texts) for part in node.parts)


@lru_cache(maxsize=4_096)
def word_finder(term: str) -> Callable[[str], bool]:
    """Whether a term occurs in a text made of `plain_words`, with a space at either end."""
    wanted = " " + plain_words(term.rstrip("*")) + ("" if term.endswith("*") else " ")
    return lambda text: wanted.strip() != "" and wanted in text


def plain_words(text: str) -> str:
    """Letters and digits only, without accents, in lower case, words parted by one space."""
    decomposed = unicodedata.normalize("NFKD", text)
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", letters.casefold()))
