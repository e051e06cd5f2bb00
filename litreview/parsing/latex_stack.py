"""Tokens waiting to be read, and how the arguments of commands are taken from them."""

from litreview.parsing.latex_tokens import Lexer, Token, TokenList

MAX_ARGUMENT = 20_000
MAX_WASTE = 2_000_000


class TokenStack:
    """Files and token lists, of which the last one is read first.

    What is read in vain, for an argument that does not close, is counted; beyond `MAX_WASTE` tokens
    it is not put back, so that the work stays in proportion to the source.
    """

    def __init__(self) -> None:
        self.frames: list[Lexer | TokenList] = []
        self.last_end = 0
        self.wasted = 0

    def next(self) -> Token | None:
        """The next token as it stands, or None at the end of everything."""
        while self.frames:
            token = self.frames[-1].next()
            if token is not None:
                self.last_end = token.end
                return token
            self.frames.pop()
        return None

    def put_back(self, tokens: list[Token]) -> None:
        """Have `tokens` come next."""
        if tokens:
            self.frames.append(TokenList(tokens))

    def argument(self, *, across_paragraphs: bool = True) -> list[Token] | None:
        """Tokens of the next group without its braces, or the next single token.

        None, and nothing read, at the end or where a group does not close within bounds.
        """
        token = self.next()
        while token is not None and token.kind == "space":
            token = self.next()
        if token is None or token.kind in ("}", "par"):
            self.put_back([token] if token else [])
            return None
        if token.kind == "{":
            return self.until("}", token, MAX_ARGUMENT, across_paragraphs)
        if token.kind == "text" and len(token.text) > 1:
            width = 1 if token.copied else 0
            rest = token._replace(text=token.text[1:], start=token.start + width)
            self.put_back([rest])
            token = token._replace(text=token.text[0])
            token = token._replace(end=token.start + 1) if token.copied else token
            self.last_end = token.end
        return [token]

    def optional(self) -> list[Token] | None:
        """Tokens of the next [...] without its brackets, or None where none comes."""
        first = self.next()
        spaces = []
        while first is not None and first.kind == "space":
            spaces.append(first)
            first = self.next()
        if first is None or first.kind != "[":
            self.put_back([*spaces, *([first] if first else [])])
            return None
        return self.until("]", first, 2_000, False)

    def until(
        self, closing: str, opening: Token, limit: int, across_paragraphs: bool
    ) -> list[Token] | None:
        """Tokens up to a closing sign; None, with them put back, where it does not come."""
        tokens: list[Token] = []
        depth = 0
        while len(tokens) < limit and (token := self.next()) is not None:
            if token.kind == closing and depth == 0:
                return tokens
            tokens.append(token)
            depth += {"{": 1, "}": -1}.get(token.kind, 0)
            if depth < 0 or (token.kind == "par" and not across_paragraphs):
                break
        self.wasted += len(tokens)
        if self.wasted < MAX_WASTE:
            self.put_back([opening, *tokens] if closing == "]" else tokens)
        return None

    def star(self) -> None:
        """Pass over a star after a command's name."""
        token = self.next()
        if token is not None and token.kind == "text" and token.text.startswith("*"):
            rest = token.text[1:]
            width = 1 if token.copied else 0
            self.put_back(
                [token._replace(text=rest, start=token.start + width)] if rest.strip() else []
            )
        elif token is not None:
            self.put_back([token])
