r"""LaTeX source as tokens with their places, after TeX's own rules for spaces and comments."""

import re
from typing import NamedTuple


class Token(NamedTuple):
    r"""One token.

    `kind` is "command" (with the name in `text`), "text", "space", "par" (a blank line),
    "verbatim", or the sign itself: one of ``{ } [ ] $ $$ & ~ # ^ _``. [start, end) is its place in
    the file, or, where `copied` is false, that of the macro call that wrote it.
    """

    kind: str
    text: str
    file: str
    start: int
    end: int
    copied: bool = True


_TOKEN = re.compile(
    r"\\(?P<word>[A-Za-z@]+)|\\(?P<sign>.)|(?P<comment>%[^\r\n]*+(?:\r?\n|\r)?[ \t]*+)"
    r"|(?P<space>\s+)|(?P<parameter>#\d?)|(?P<special>\$\$?|[{}\[\]&~^_])"
    r"|(?P<text>[^\\{}\[\]$&~#^_%\s]++(?: [^\\{}\[\]$&~#^_%\s]++)*+)|(?P<rest>.)",
    re.DOTALL,
)
_GAP = re.compile(r"[ \t]*+(?:(?:\r?\n|\r)(?![ \t]*+[\r\n])[ \t]*+)?")
_VERB = re.compile(r"\*?(?:\[[^\]\n]{0,200}\])?([^A-Za-z\s*\\])")


class Lexer:
    """Tokens of one file, one after the other; verbatim text is taken as it stands."""

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self.position = 0
        self.after_comment = False
        self.missing: set[str] = set()

    def next(self) -> Token | None:
        """The next token, or None at the end of the file."""
        while match := _TOKEN.match(self.text, self.position):
            self.position = match.end()
            kind = str(match.lastgroup)
            if kind == "comment":
                self.after_comment = True
                continue
            token = self.token(kind, match)
            self.after_comment = False
            return token
        return None

    def token(self, kind: str, match: re.Match[str]) -> Token:
        """A match as a token."""
        text = match.group(kind)
        if kind == "word":
            # Spaces after a command's name belong to it, but for a blank line.
            gap = _GAP.match(self.text, match.end())
            self.position = gap.end() if gap else match.end()
            kind = "command"
        elif kind == "sign":
            kind = "command"
        elif kind == "space":
            breaks = max(text.count("\n"), text.count("\r"))
            kind = "par" if breaks + self.after_comment > 1 else "space"
        elif kind == "parameter":
            kind = "#"
        elif kind == "special":
            kind = text
        elif kind == "rest":
            kind = "text"
        return Token(kind, text, self.file, match.start(), match.end())

    def verbatim(self, name_end: int) -> Token | None:
        r"""What stands between the two equal signs after `\verb`."""
        match = _VERB.match(self.text, name_end)
        if match is None:
            return None
        closing = "}" if match.group(1) == "{" else match.group(1)
        line_end = self.text.find("\n", match.end(), match.end() + 1_000)
        end = self.text.find(
            closing, match.end(), line_end if line_end > 0 else match.end() + 1_000
        )
        if end < 0:
            return None
        self.position = end + 1
        text = self.text[match.end() : end]
        return Token("verbatim", text, self.file, name_end, end + 1, copied=False)

    def skip_past(self, marker: str) -> bool:
        """Go on after `marker`; False, and nothing skipped, where it does not come."""
        if marker in self.missing:
            return False
        found = self.text.find(marker, self.position)
        if found < 0:
            self.missing.add(marker)
            return False
        self.position = found + len(marker)
        return True


class TokenList:
    """Tokens put back or written by a macro."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.index = 0

    def next(self) -> Token | None:
        """The next token, or None at the end."""
        if self.index >= len(self.tokens):
            return None
        self.index += 1
        return self.tokens[self.index - 1]


def source_of(tokens: list[Token]) -> str:
    r"""Tokens as source again, as for a key in `\cite{...}`."""
    return "".join(
        f"\\{token.text} " if token.kind == "command" else token.text for token in tokens
    )
