r"""Tokens of a LaTeX source put where they belong: text, headings, notes, captions, cells."""

import re
from abc import ABC, abstractmethod

from litreview.parsing import latex_commands as commands
from litreview.parsing.alignment import Piece, join
from litreview.parsing.document import BODY, Reading
from litreview.parsing.identifiers import make_reference
from litreview.parsing.latex_expansion import Expander
from litreview.parsing.latex_sinks import Group, Sink
from litreview.parsing.latex_symbols import math_text
from litreview.parsing.latex_tokens import Token
from litreview.parsing.tables import make_table

MAX_SINKS = 50

_LIGATURE = re.compile(r"-{2,3}|``|''|`")
_LIGATURES = {"--": "–", "---": "—", "``": "“", "''": "”", "`": "‘"}
_RUNAWAY = frozenset(("heading", "caption", "title", "formula", "display"))


class Collector(ABC):
    """Takes tokens one by one and fills a `Reading`.

    Groups form a stack, and so do sinks: what is printed goes to the innermost. A sink that its
    own group closes is finished; one that a heading, a blank line or the end cuts off gives its
    text back to the sink below.
    """

    def __init__(self, expander: Expander, reading: Reading, *, started: bool) -> None:
        self.expander = expander
        self.reading = reading
        self.started = started
        self.path: tuple[str, ...] = (BODY,)
        self.levels: list[tuple[int, str]] = []
        self.groups: list[Group] = [Group("base", sink=Sink("text"))]
        self.sinks: list[Sink] = [self.groups[0].sink]
        self.open_environments: dict[str, int] = {}
        self.asides: list[tuple[list[Piece], str | None, tuple[str, ...]]] = []

    @property
    def sink(self) -> Sink:
        """What collects at the moment."""
        return self.sinks[-1]

    @property
    def in_formula(self) -> bool:
        """Whether tokens are mathematics."""
        return self.sink.kind in ("formula", "display")

    def read(self) -> None:
        """Take every token."""
        while (token := self.expander.expanded()) is not None:
            self.take(token)
        if len(self.groups) > 1:
            self.reading.warn(f"{len(self.groups) - 1} groups or environments never close")
        self.unwind(0)
        self.end_paragraph()

    def take(self, token: Token) -> None:
        """Take one token."""
        kind = token.kind
        if kind == "command":
            self.command(token)
        elif kind == "{":
            self.open(Group("{", bold=self.groups[-1].bold))
            self.write_formula("{")
        elif kind == "}":
            self.write_formula("}")
            self.close_brace()
        elif kind in ("$", "$$"):
            self.dollar(token)
        elif kind == "par":
            self.end_of_paragraph(token)
        elif kind == "&" and self.groups[-1].kind == "table":
            self.end_cell()
        else:
            self.print(token)

    @abstractmethod
    def command(self, token: Token) -> None:
        """Take a command that is neither a macro nor a definition."""

    def print(self, token: Token) -> None:
        """Put a token's characters into the sink."""
        if token.kind == "#":
            return
        self.write_formula(token.text)
        if token.kind == "text":
            self.text(token)
        elif token.kind in ("&", "~"):
            self.emit(" ", token)
        else:
            self.put(Piece(token.text, token.file, token.start, token.end, token.copied))

    def text(self, token: Token) -> None:
        """Running text, with dashes and quotes as they are printed."""
        position = 0
        for match in _LIGATURE.finditer(token.text):
            self.slice(token, position, match.start())
            self.slice(token, match.start(), match.end(), _LIGATURES[match.group()])
            position = match.end()
        self.slice(token, position, len(token.text))

    def slice(self, token: Token, start: int, end: int, shown: str | None = None) -> None:
        """Put a part of a token, as it stands or as it is shown."""
        if start == end:
            return
        place = (token.start + start, token.start + end) if token.copied else token[3:5]
        text = token.text[start:end] if shown is None else shown
        self.put(Piece(text, token.file, *place, copied=token.copied and shown is None))

    def emit(self, text: str, token: Token, end: int | None = None, keys: tuple = ()) -> None:
        """Put characters that stand for a token, or for what reaches from it to `end`."""
        last = max(token.end, end or 0) if token.copied else token.end
        self.put(Piece(text, token.file, token.start, last, keys=keys))

    def put(self, piece: Piece) -> None:
        """Put a piece into the sink."""
        if self.groups[-1].bold:
            piece = piece._replace(bold=True)
        if self.sink.kind == "table":
            self.sink.grid.cell.pieces.append(piece)
        else:
            self.sink.pieces.append(piece)

    def write_formula(self, source: str) -> None:
        """Keep the source of a formula, which is shown when it ends."""
        if self.in_formula:
            written = self.sink.source
            if written and written[-1][:1] == "\\" and source[:1].isalpha():
                source = f" {source}"
            written.append(source)

    # Groups

    def open(self, group: Group) -> None:
        """Begin a group, and its sink."""
        if group.sink is not None and len(self.sinks) >= MAX_SINKS:
            # Only what never closes nests like this; each text would be handed back at each level.
            group.sink = None
            group.kind = "environment" if group.kind == "table" else group.kind
        self.groups.append(group)
        if group.sink is not None:
            group.sink.depth = len(self.groups) - 1
            self.sinks.append(group.sink)
        if group.name:
            self.open_environments[group.name] = self.open_environments.get(group.name, 0) + 1

    def close(self, *, properly: bool = True) -> None:
        """End the innermost group."""
        group = self.groups.pop()
        if group.name:
            self.open_environments[group.name] -= 1
        if group.sink is not None:
            self.sinks.pop()
            self.finish(group.sink, properly)
        if group.outer_path is not None:
            self.end_paragraph()
            self.path = group.outer_path

    def close_brace(self) -> None:
        """End the group that a brace closes; one that closes nothing is passed over."""
        if self.groups[-1].kind == "{":
            self.close()
            return
        # Only a brace that ends something of its own is looked for beyond open environments.
        for index in range(len(self.groups) - 1, max(0, len(self.groups) - 20), -1):
            group = self.groups[index]
            if group.kind == "{" and group.sink is not None:
                self.unwind(index + 1)
                self.close()
                return

    def unwind(self, index: int) -> None:
        """Cut off every group from `index` on, but for the base."""
        while len(self.groups) > max(1, index):
            self.close(properly=False)

    def unwind_sinks(self) -> None:
        """Cut off everything that collects, as before a heading."""
        if len(self.sinks) > 1:
            self.unwind(self.sinks[1].depth)

    def open_sink(self, kind: str, name: str = "") -> None:
        """Have the braced argument that follows collected."""
        token = self.expander.next()
        while token is not None and token.kind == "space":
            token = self.expander.next()
        if token is not None and token.kind == "{":
            self.open(Group("{", bold=self.groups[-1].bold, sink=Sink(kind, name)))
        elif token is not None:
            self.expander.put_back([token])

    def finish(self, sink: Sink, properly: bool) -> None:
        """Put what a sink has collected where it belongs."""
        if sink.kind == "formula" and properly:
            self.formula(sink, math_text("".join(sink.source)))
        elif sink.kind == "display" and properly:
            self.formula(sink, " [formula] " if "".join(sink.source).strip() else "")
        elif sink.kind == "heading" and properly:
            self.heading(sink)
        elif sink.kind == "title" and properly:
            self.reading.title = join(sink.pieces).text or self.reading.title
        elif sink.kind in ("caption", "note"):
            self.aside(sink)
        elif sink.kind == "abstract":
            self.reading.add(("Abstract",), sink.pieces)
        elif sink.kind == "reference":
            self.reference(sink)
        elif sink.kind == "table":
            self.table(sink, properly)
        elif sink.kind == "float":
            self.float(sink, properly)
        else:
            self.give_back(sink.pieces)

    def give_back(self, pieces: list[Piece]) -> None:
        """Put pieces of a sink into the one below."""
        for piece in pieces:
            self.put(piece)

    # Paragraphs and headings

    def end_of_paragraph(self, token: Token) -> None:
        """Take a blank line: it ends a paragraph, and what may not hold one."""
        while self.sink.kind in _RUNAWAY:
            self.unwind(self.sink.depth + 1)
            self.close(properly=self.sink.kind == "heading")
        if self.sink.kind == "text":
            self.end_paragraph()
        else:
            self.emit(" ", token)

    def end_paragraph(self) -> None:
        """Add the text so far, then the notes and captions that it holds."""
        base = self.sinks[0]
        pieces, base.pieces = base.pieces, []
        asides, self.asides = self.asides, []
        if self.started:
            self.reading.add(self.path, pieces)
            for aside, caption, tables in asides:
                self.reading.add(self.path, aside, caption=caption, table_ids=tables)

    def heading(self, sink: Sink) -> None:
        """Begin a section."""
        title = join(sink.pieces).text
        if title:
            level = commands.HEADINGS[sink.name]
            self.levels = [one for one in self.levels if one[0] < level] + [(level, title)]
            self.path = tuple(name for _, name in self.levels)

    def aside(self, sink: Sink) -> None:
        """A note follows its paragraph, a caption its float."""
        holder = next((one for one in reversed(self.sinks) if one.kind == "float"), None)
        if sink.kind == "caption" and holder is not None:
            holder.captions.append(sink.pieces)
        else:
            self.asides.append((sink.pieces, "figure" if sink.kind == "caption" else None, ()))

    def reference(self, sink: Sink) -> None:
        """Add the bibliography entry that has been read."""
        text = join(sink.pieces).text
        if sink.name and text:
            self.reading.references.append(make_reference(sink.name, text))
        sink.pieces = []

    # Formulas

    def dollar(self, token: Token) -> None:
        """Begin or end a formula."""
        if self.in_formula:
            # What began with one sign ends with one; two may end one and begin the next.
            reopen = token.kind == "$$" and self.sink.kind == "formula"
            self.unwind(self.sink.depth + 1)
            self.close_formula(token.end)
            if reopen:
                self.open_formula("formula", token)
        else:
            self.open_formula("display" if token.kind == "$$" else "formula", token)

    def open_formula(self, kind: str, token: Token) -> None:
        """Begin a formula at a token."""
        sink = Sink(kind, file=token.file, start=token.start)
        self.open(Group("formula", bold=self.groups[-1].bold, sink=sink))

    def close_formula(self, end: int) -> None:
        """End the formula, which reaches to `end` in its file."""
        sink = self.sink
        sink.name = str(end)
        self.close()

    def formula(self, sink: Sink, shown: str) -> None:
        """Put a formula in reading form, as one piece."""
        end = int(sink.name or 0)
        shown = f" {shown}" if shown[:1] in ("±", "∓") else shown
        shown += " " if shown[-1:] in ("±", "∓") else ""
        piece = Piece(shown, sink.file, sink.start, max(end, sink.start))
        if commands.BOLD_FORMULA.search("".join(sink.source)):
            piece = piece._replace(bold=True)
        self.put(piece)

    # Tables and floats

    def end_cell(self) -> None:
        """Begin the next cell."""
        self.sink.grid.end_cell()
        self.groups[-1].bold = False

    def table(self, sink: Sink, properly: bool) -> None:
        """Add a finished table; of one that was cut off the rest is text."""
        rest = [] if properly else sink.grid.all_pieces()
        made = make_table(len(self.reading.tables) + 1, "", sink.grid.finished())
        if not properly:
            self.give_back(rest)
        if made is None:
            return
        self.reading.tables.append(made)
        holder = next((one for one in reversed(self.sinks) if one.kind == "float"), None)
        if holder is not None:
            holder.tables.append(len(self.reading.tables) - 1)

    def float(self, sink: Sink, properly: bool) -> None:
        """Give a float's tables its caption; of one that was cut off the rest is text."""
        words = [piece for caption in sink.captions for piece in [*caption, Piece(" ")]]
        text = join(words).text
        for index in sink.tables:
            table = self.reading.tables[index]
            caption = " ".join(one for one in (text, table.caption) if one)
            self.reading.tables[index] = table.model_copy(update={"caption": caption})
        if not properly:
            self.give_back(sink.pieces)
        if sink.name in commands.INNER_FLOATS and self.sink.kind == "float":
            self.sink.tables += sink.tables
        kind = "table" if sink.tables or sink.name in commands.TABLE_FLOATS else "figure"
        tables = tuple(self.reading.tables[index].table_id for index in sink.tables)
        if words:
            self.asides.append((words, kind, tables))
