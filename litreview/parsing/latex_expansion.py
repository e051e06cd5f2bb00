r"""The part of TeX that a reader needs: files, macros with arguments, conditionals.

Tokens come from a stack of files and of token lists, as in TeX itself (Knuth, The TeXbook, 1984,
chapter 20), so nothing recurses and every token keeps its place in its file. Nothing is executed
and no file outside the archive is opened. Expansions, depth, tokens and what is read in vain are
counted: a source that never stops expanding stops here.
"""

import posixpath
from collections.abc import Callable, Mapping
from typing import NamedTuple

from litreview.parsing.latex_conditions import Conditions
from litreview.parsing.latex_stack import TokenStack
from litreview.parsing.latex_tokens import Lexer, Token, source_of
from litreview.parsing.names import names

Warn = Callable[[str], None]

MAX_DEPTH = 20
MAX_FRAMES = 2_000
MAX_CHARACTERS = 5_000_000
MAX_EXPANSIONS = 100_000
MAX_WRITTEN = 2_000_000

_INPUTS = {"input": 1, "include": 1, "subfile": 1, "import": 2, "subimport": 2}
_NEW_COMMANDS = names(
    "newcommand renewcommand providecommand DeclareRobustCommand newcommandx newrobustcmd"
)
_DOCUMENT_COMMANDS = names(
    "NewDocumentCommand RenewDocumentCommand ProvideDocumentCommand DeclareDocumentCommand"
)
_DEFS = frozenset(("def", "gdef", "edef", "xdef"))


class Macro(NamedTuple):
    """A macro: how many arguments, what the first is when it is optional and missing, its body."""

    arity: int
    default: list[Token] | None
    body: list[Token]


class Environment(NamedTuple):
    """An environment of the source's own: the macros of its beginning and its end."""

    begin: Macro
    end: list[Token]


class Expander(TokenStack):
    """Tokens of a source with its own macros expanded and its files flattened.

    Parameters
    ----------
    files : mapping of str to str
        Path in the archive to text.
    protected : callable
        Whether a name keeps the meaning that the reader gives it, whatever the source says.
    warn : callable
        Called with one sentence for whatever is left out.
    """

    def __init__(
        self, files: Mapping[str, str], protected: Callable[[str], bool], warn: Warn
    ) -> None:
        super().__init__()
        self.files = files
        self.protected = protected
        self.warn = warn
        self.macros: dict[str, Macro] = {}
        self.environments: dict[str, Environment] = {}
        self.conditions = Conditions(self)
        self.characters = self.expansions = self.written = 0

    def open_file(self, name: str) -> None:
        """Read the archive's file `name` next."""
        text = self.files[name]
        if self.characters + len(text) > MAX_CHARACTERS:
            self.warn(f"source cut at {MAX_CHARACTERS} characters")
            text = text[: max(0, MAX_CHARACTERS - self.characters)]
        self.characters += len(text)
        self.frames.append(Lexer(text, name))

    def expanded(self) -> Token | None:
        """The next token that is neither a macro, a definition, a file nor a conditional."""
        while (token := self.next()) is not None:
            if token.kind != "command" or not self.consumed(token):
                return token
        return None

    def consumed(self, token: Token) -> bool:
        """Whether a command was one of those that print nothing themselves."""
        name = token.text
        if name in self.macros:
            self.expand(token, self.macros[name])
        elif name in _INPUTS:
            self.input(name)
        elif not self.conditions.handle(token) and not self.define(token):
            return self.special(token)
        return True

    def special(self, token: Token) -> bool:
        r"""Take `\endinput` and verbatim text."""
        if token.text == "endinput":
            while self.frames and not isinstance(self.frames.pop(), Lexer):
                pass
            return True
        if token.text in ("verb", "lstinline") and self.frames:
            lexer = self.frames[-1]
            found = lexer.verbatim(token.end) if isinstance(lexer, Lexer) else None
            self.put_back([found._replace(start=token.start)] if found else [])
            return True
        return False

    # Macros

    def expand(self, call: Token, macro: Macro) -> None:
        """Put the body of a macro next, with its arguments in place."""
        exhausted = self.expansions >= MAX_EXPANSIONS or self.written >= MAX_WRITTEN
        if exhausted or len(self.frames) >= MAX_FRAMES:
            self.warn("macros nest too deeply or are too many: not all were expanded")
            return
        arguments: list[list[Token]] = []
        if macro.default is not None:
            given = self.optional()
            missing = [_written(token, call, call.end) for token in macro.default]
            arguments.append(missing if given is None else given)
        while len(arguments) < macro.arity:
            arguments.append(self.argument() or [])
        end = self.last_end if call.copied and macro.arity else call.end
        tokens: list[Token] = []
        for token in macro.body:
            number = int(token.text[1:] or 0) if token.kind == "#" else 0
            if 0 < number <= len(arguments):
                tokens += arguments[number - 1]
            else:
                tokens.append(_written(token, call, end))
            if len(tokens) > MAX_WRITTEN:
                break
        self.expansions += 1
        self.written += len(tokens) + 1
        self.put_back(tokens)

    def define(self, token: Token) -> bool:
        r"""Take a definition (`\newcommand`, `\def`, `\let`, ...); False for another command."""
        name = token.text
        if name in _NEW_COMMANDS:
            self.star()
            self.keep(self.command_name(), self.macro_tail())
        elif name in _DEFS:
            self.plain_definition()
        elif name == "let":
            self.alias()
        elif name in _DOCUMENT_COMMANDS:
            self.document_command()
        elif name == "DeclareMathOperator":
            self.star()
            self.keep(self.command_name(), Macro(0, None, self.argument() or []))
        elif name in ("newenvironment", "renewenvironment"):
            self.star()
            wanted = source_of(self.argument() or []).strip()
            begin, end = self.macro_tail(), self.argument() or []
            if not self.protected(wanted):
                self.environments[wanted] = Environment(begin, end)
        else:
            return False
        return True

    def macro_tail(self) -> Macro:
        r"""What follows the name in `\newcommand`."""
        count = source_of(self.optional() or []).strip()
        arity = int(count) if count.isdecimal() and len(count) == 1 else 0
        default = self.optional() if arity else None
        return Macro(arity, default, self.argument() or [])

    def plain_definition(self) -> None:
        r"""Take `\def` with plain parameters; others are passed over."""
        name = self.next()
        parameters: list[Token] = []
        while (token := self.next()) is not None and token.kind not in ("{", "par"):
            parameters.append(token)
        if token is None or name is None:
            return
        self.put_back([token])
        body = self.argument()
        # Delimited arguments (\def\a#1.{...}) would need TeX itself.
        plain = all(one.kind == "#" for one in parameters)
        if plain and name.kind == "command" and body is not None:
            self.keep(name.text, Macro(len(parameters), None, body))

    def alias(self) -> None:
        r"""Take `\let`."""
        name, target = self.next(), self.next()
        if target is not None and target.kind == "text" and target.text.startswith("="):
            target = self.next()
        if name is None or target is None or name.kind != "command" or name.text == target.text:
            return
        macro = self.macros.get(target.text) if target.kind == "command" else None
        self.keep(name.text, macro or Macro(0, None, [target]))

    def document_command(self) -> None:
        r"""Take `\NewDocumentCommand` of mandatory and a leading optional argument."""
        name = self.command_name()
        specification = source_of(self.argument() or []).replace(" ", "")
        body = self.argument() or []
        default: list[Token] | None = None
        if specification[:1] in ("o", "O"):
            default, specification = [], specification[1:].lstrip("{}")
        if not specification.strip("m"):
            self.keep(name, Macro(len(specification) + (default is not None), default, body))

    def command_name(self) -> str:
        """The command in the next argument."""
        tokens = self.argument() or []
        return next((token.text for token in tokens if token.kind == "command"), "")

    def keep(self, name: str, macro: Macro) -> None:
        """Keep a macro, unless its name is the reader's own."""
        if name and not self.protected(name):
            self.macros[name] = macro

    def scan_definitions(self, name: str) -> None:
        """Take over the definitions of a package file, and nothing else of it."""
        inner = Expander({}, lambda name: "@" in name or self.protected(name), lambda message: None)
        inner.macros, inner.environments = self.macros, self.environments
        inner.frames.append(Lexer(self.files[name][:MAX_CHARACTERS], name))
        while (token := inner.next()) is not None:
            if token.kind == "command":
                inner.define(token)

    # Files

    def input(self, command: str) -> None:
        r"""Open the file that `\input` names."""
        parts = [self.file_name() for _ in range(_INPUTS[command])]
        wanted = posixpath.join(*parts)
        lexers = [frame for frame in self.frames if isinstance(frame, Lexer)]
        folder = posixpath.dirname(lexers[-1].file) if lexers else ""
        found = self.resolve(wanted, folder)
        if found is None:
            self.warn(f"\\input file not in the archive: {wanted[:80]}")
        elif len(lexers) >= MAX_DEPTH or any(lexer.file == found for lexer in lexers):
            self.warn(f"\\input of {found[:80]} is circular or too deep: left out")
        else:
            self.open_file(found)

    def file_name(self) -> str:
        r"""A braced name, or with \input the word that follows."""
        token = self.next()
        while token is not None and token.kind == "space":
            token = self.next()
        self.put_back([token] if token else [])
        if token is None or token.kind == "{":
            return source_of(self.argument(across_paragraphs=False) or []).strip()
        name = ""
        while (token := self.next()) is not None and token.kind in ("text", "_", "~", "^"):
            word, space, rest = token.text.partition(" ")
            name += word
            if space:
                token = token._replace(text=rest, start=token.start + len(word) + 1)
                break
        self.put_back([token] if token else [])
        return name

    def resolve(self, wanted: str, folder: str, suffix: str = ".tex") -> str | None:
        """The archive's own file of a name, or None; a path cannot leave the archive."""
        for base in ("", folder):
            path = posixpath.normpath(posixpath.join(base, wanted))
            for candidate in (path, f"{path}{suffix}"):
                if candidate in self.files:
                    return candidate
        return None

    def skip_environment(self, name: str) -> bool:
        r"""Pass over everything up to `\end{name}`; False where it never comes."""
        lexer = self.frames[-1] if self.frames else None
        return isinstance(lexer, Lexer) and lexer.skip_past(f"\\end{{{name}}}")


def _written(token: Token, call: Token, end: int) -> Token:
    """A token that a macro wrote, at the place of its call."""
    return token._replace(file=call.file, start=call.start, end=max(end, call.end), copied=False)
