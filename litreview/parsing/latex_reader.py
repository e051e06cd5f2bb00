r"""What LaTeX's commands and environments do to the text that is read."""

import re
from collections.abc import Mapping

from litreview.parsing import latex_commands as commands
from litreview.parsing.alignment import Piece
from litreview.parsing.latex_environments import Environments
from litreview.parsing.latex_sinks import Group
from litreview.parsing.latex_symbols import ACCENTS, accented, symbols
from litreview.parsing.latex_tokens import Lexer, Token, source_of

_TRIM = re.compile(r"\([^()]{0,20}\)")


class LatexReader(Environments):
    """A collector that knows LaTeX's commands."""

    def command(self, token: Token) -> None:
        """Take a command that is neither a macro nor a definition."""
        name = token.text
        if self.in_formula and name not in ("begin", "end", ")", "]", "(", "["):
            self.write_formula(f"\\{name}")
            shown = symbols().get(name)
            if shown:
                self.emit(shown, token)
            return
        handler = _HANDLERS.get(name)
        if handler is not None:
            getattr(self, handler)(token)
        elif name in commands.HEADINGS:
            self.section(token)
        elif commands.CITATION.match(name) and name != "nocite":
            self.citation(token)
        elif commands.REFERENCE.match(name) and name not in ("href", "hyperref"):
            self.link(token)
        elif name in ACCENTS and (len(name) == 1):
            self.accent(token)
        else:
            self.small_command(token)

    def small_command(self, token: Token) -> None:
        """A style, a length, a rule, a symbol, or something to pass over."""
        name = token.text
        if name in commands.BOLD:
            self.bold(name)
        elif name in commands.LENGTHS:
            self.length()
        elif name in commands.NOTES:
            self.expander.optional()
            self.open_sink("note")
        elif name in commands.TITLES:
            self.expander.optional()
            self.open_sink("title")
        elif name in commands.SILENT or name in commands.RULES:
            self.silent(name)
        elif name in symbols():
            self.emit(symbols()[name], token)
        else:
            self.unknown(token)

    def unknown(self, token: Token) -> None:
        """Pass over an unknown command and its bracket; its arguments are text."""
        following = self.expander.next()
        if following is None:
            return
        self.expander.put_back([following])
        if following.kind == "[" and following.start == token.end and following.copied:
            self.expander.optional()

    def silent(self, name: str) -> None:
        """Pass over a command and its arguments."""
        if self.sink.kind == "table" and name in commands.RULES:
            self.sink.grid.rule(name)
        self.expander.star() if name in ("vspace", "hspace") else None
        for _ in range(commands.SILENT.get(name, 0)):
            while self.expander.optional() is not None:
                pass
            if name == "cmidrule":
                self.trim()
            self.expander.argument(across_paragraphs=name in ("author", "thanks", "affil"))
        if name == "cmidrule" or name.endswith("rule"):
            self.expander.optional()

    def trim(self) -> None:
        r"""Pass over the `(lr)` of a partial rule."""
        token = self.expander.next()
        if token is None:
            return
        match = _TRIM.match(token.text) if token.kind == "text" else None
        if match is None:
            self.expander.put_back([token])
        elif match.end() < len(token.text):
            rest = token._replace(text=token.text[match.end() :], start=token.start + match.end())
            self.expander.put_back([rest])

    def length(self) -> None:
        r"""Pass over `\vskip 2pt plus 1pt`."""
        token = self.expander.next()
        match = commands.LENGTH.match(token.text) if token and token.kind == "text" else None
        if match and match.end() < len(token.text):
            width = match.end() if token.copied else 0
            self.expander.put_back(
                [token._replace(text=token.text[match.end() :], start=token.start + width)]
            )
        elif match is None and token is not None:
            self.expander.put_back([token])

    def bold(self, name: str) -> None:
        """Begin bold face."""
        if name not in ("textbf", "mathbf", "strong", "B"):
            self.groups[-1].bold = True
            return
        token = self.expander.next()
        if token is not None and token.kind == "{":
            self.open(Group("{", bold=True))
        elif token is not None:
            self.expander.put_back([token])

    def section(self, token: Token) -> None:
        """Begin a heading."""
        self.unwind_sinks()
        self.end_paragraph()
        self.expander.star()
        self.expander.optional()
        self.open_sink("heading", token.text)

    def citation(self, token: Token) -> None:
        """Put the mark of a citation, with its keys."""
        self.expander.star()
        while self.expander.optional() is not None:
            pass
        keys = source_of(self.expander.argument(across_paragraphs=False) or [])
        named = tuple(dict.fromkeys(key.strip() for key in keys.split(",") if key.strip()))
        self.put(Piece(" "))
        self.emit("[cite]", token, self.expander.last_end, named[:200])

    def link(self, token: Token) -> None:
        """Put the mark of a reference within the paper."""
        self.expander.star()
        self.expander.argument(across_paragraphs=False)
        self.emit("[ref]", token, self.expander.last_end)

    def accent(self, token: Token) -> None:
        """Put a letter under an accent."""
        argument = self.expander.argument(across_paragraphs=False) or []
        base = next((one for one in argument if one.kind in ("text", "command")), None)
        if base is None:
            return
        letters = symbols().get(base.text, "") if base.kind == "command" else base.text
        if letters[:1].isalpha():
            letters = accented(token.text, letters)
        self.emit(letters, token, self.expander.last_end)

    # Single commands

    def line_break(self, token: Token) -> None:
        """End a row, or a line."""
        self.expander.star()
        given = self.expander.optional()
        if given and not commands.DIMENSION.match(source_of(given)):
            self.expander.put_back(given)
        if self.groups[-1].kind == "table":
            self.sink.grid.end_row()
            self.groups[-1].bold = False
        else:
            self.emit(" ", token)

    def item(self, token: Token) -> None:
        """Begin an item with its label."""
        label = self.expander.optional()
        if self.sink.kind == "text":
            self.end_paragraph()
        self.emit(" ", token)
        if label:
            self.expander.put_back([*label, label[-1]._replace(kind="space", text=" ")])

    def caption(self, token: Token) -> None:
        """Have a caption collected."""
        self.expander.star()
        if token.text == "captionof":
            self.expander.argument()
        self.expander.optional()
        self.open_sink("caption")

    def abstract(self, token: Token) -> None:
        """Have the abstract collected, where it is an argument."""
        self.open_sink("abstract")

    def span_columns(self, token: Token) -> None:
        """Have a cell span columns."""
        count = self.number()
        self.expander.argument()
        if self.sink.kind == "table":
            self.sink.grid.cell.column_span = max(1, abs(count))

    def span_rows(self, token: Token) -> None:
        """Have a cell span rows."""
        self.expander.optional()
        count = self.number()
        self.expander.optional()
        self.expander.argument()
        self.expander.optional()
        if self.sink.kind == "table":
            cell = self.sink.grid.cell
            cell.row_span, cell.upwards = max(1, abs(count)), count < 0

    def number(self) -> int:
        """The whole number in the next argument, 1 where it is none."""
        text = source_of(self.expander.argument() or []).strip()
        return int(text) if re.fullmatch(r"-?\d{1,3}", text) else 1

    def bibitem(self, token: Token) -> None:
        """Begin an entry of the bibliography."""
        self.expander.optional()
        key = source_of(self.expander.argument() or []).strip()
        holder = next((sink for sink in reversed(self.sinks) if sink.kind == "reference"), None)
        if holder is not None:
            self.unwind(holder.depth + 1)
            self.reference(holder)
            holder.name = key

    def address(self, token: Token) -> None:
        r"""Take `\url` or `\href`: in a bibliography the address tells which work it is."""
        frame = self.expander.frames[-1] if self.expander.frames else None
        found = frame.verbatim(token.end) if isinstance(frame, Lexer) else None
        text = found.text if found else source_of(self.expander.argument() or [])
        if self.sink.kind == "reference":
            self.emit(f" {text} ", token)

    def packages(self, token: Token) -> None:
        """Take the macros of packages that came with the source."""
        self.expander.optional()
        names = source_of(self.expander.argument() or []).split(",")
        for name in names if not self.started else []:
            found = self.expander.resolve(name.strip(), "", ".sty")
            if found is not None and found.endswith(".sty"):
                self.expander.scan_definitions(found)

    def bibliography(self, token: Token) -> None:
        """Keep the names of bibliography files."""
        self.expander.optional()
        names = source_of(self.expander.argument() or []).split(",")
        self.bibliographies += [name.strip() for name in names]

    def optional_space(self, token: Token) -> None:
        r"""Take `\xspace`: a space before a word."""
        following = self.expander.next()
        if following is None:
            return
        self.expander.put_back([following])
        opens = following.kind == "text" and (
            following.text[0].isalnum() or following.text[0] == "("
        )
        if opens or following.kind in ("[", "$"):
            self.emit(" ", token)

    def first_of_two(self, token: Token) -> None:
        """Go on with the first of two arguments."""
        first = self.expander.argument() or []
        self.expander.argument()
        self.expander.put_back(first)

    def begin_formula(self, token: Token) -> None:
        """Begin a formula."""
        self.open_formula("display" if token.text == "[" else "formula", token)

    def end_formula(self, token: Token) -> None:
        """End a formula."""
        if self.in_formula:
            self.unwind(self.sink.depth + 1)
            self.close_formula(token.end)

    def begin_group(self, token: Token) -> None:
        """Begin a group."""
        self.open(Group("{", bold=self.groups[-1].bold))

    def end_group(self, token: Token) -> None:
        """End a group."""
        self.close_brace()


_HANDLERS: Mapping[str, str] = {
    "begin": "begin_environment",
    "end": "end_environment",
    "\\": "line_break",
    "tabularnewline": "line_break",
    "cr": "line_break",
    "par": "end_of_paragraph",
    "item": "item",
    "caption": "caption",
    "captionof": "caption",
    "subcaption": "caption",
    "abstract": "abstract",
    "multicolumn": "span_columns",
    "multirow": "span_rows",
    "bibitem": "bibitem",
    "url": "address",
    "path": "address",
    "href": "address",
    "usepackage": "packages",
    "RequirePackage": "packages",
    "bibliography": "bibliography",
    "addbibresource": "bibliography",
    "xspace": "optional_space",
    "texorpdfstring": "first_of_two",
    "(": "begin_formula",
    "[": "begin_formula",
    ")": "end_formula",
    "]": "end_formula",
    "begingroup": "begin_group",
    "bgroup": "begin_group",
    "endgroup": "end_group",
    "egroup": "end_group",
}
"""Methods by the command that they take."""
