r"""What `\begin` and `\end` do."""

from litreview.parsing import latex_commands as commands
from litreview.parsing.document import Reading
from litreview.parsing.latex_collector import Collector
from litreview.parsing.latex_expansion import Expander, Macro
from litreview.parsing.latex_sinks import Grid, Group, Sink
from litreview.parsing.latex_tokens import Token, source_of

_CELLS = " cells"


class Environments(Collector):
    """A collector that knows environments."""

    def __init__(self, expander: Expander, reading: Reading, *, started: bool) -> None:
        super().__init__(expander, reading, started=started)
        self.bibliographies: list[str] = []

    def begin_environment(self, token: Token) -> None:
        r"""Take `\begin{name}` with its arguments."""
        name = source_of(self.expander.argument(across_paragraphs=False) or []).strip()[:60]
        bare = name.rstrip("*")
        own = self.expander.environments.get(name)
        if name == "document":
            self.start()
        elif own is not None:
            self.expander.expand(token, own.begin)
        elif bare in commands.SKIPPED_ENVIRONMENTS:
            self.skip(name)
        elif self.in_formula:
            self.open(Group("environment", name))
        elif bare in commands.FORMULAS or name == "math":
            kind = "display" if bare in commands.FORMULAS else "formula"
            self.open(
                Group("environment", name, sink=Sink(kind, file=token.file, start=token.start))
            )
        elif name in commands.TABULARS:
            self.begin_table(name)
        else:
            self.begin_text(name)

    def start(self) -> None:
        """Take the beginning of the document: what came before is not printed."""
        self.unwind(0)
        self.sinks[0].pieces.clear()
        self.asides.clear()
        self.started = True

    def skip(self, name: str) -> None:
        """Pass over an environment of which nothing is read."""
        if not self.expander.skip_environment(name):
            self.reading.warn(f"environment {name} never closes: read as text")

    def begin_table(self, name: str) -> None:
        """Begin a table, or a line break within a cell."""
        self.expander.optional()
        for _ in range(commands.TABULARS[name]):
            self.expander.argument()
        if any(sink.kind == "table" for sink in self.sinks):
            # A table within a cell only breaks its line.
            self.open(Group("environment", name))
            return
        if name in commands.TABLE_FLOATS:
            self.open(Group("environment", name, sink=Sink("float", name)))
            name += _CELLS
        self.open(Group("table", name, sink=Sink("table", grid=Grid())))

    def begin_text(self, name: str) -> None:
        """Begin an environment of text, notes, captions or references."""
        bare = name.rstrip("*")
        self.expander.optional()
        for _ in range(commands.ENVIRONMENT_ARGUMENTS.get(name, 0)):
            self.expander.argument()
            self.expander.optional()
        group = Group("environment", name, bold=self.groups[-1].bold)
        if bare in commands.LISTS and self.sink.kind == "text":
            self.end_paragraph()
        if bare == "abstract":
            group.outer_path, self.path = self.path, ("Abstract",)
        elif bare == "thebibliography":
            group.sink = Sink("reference")
        elif bare in commands.FLOATS:
            group.sink = Sink("float", bare)
        self.open(group)

    def end_environment(self, token: Token) -> None:
        r"""Take `\end{name}`; one of an environment that is not open is passed over."""
        name = source_of(self.expander.argument(across_paragraphs=False) or []).strip()[:60]
        end = self.expander.last_end
        if name == "document":
            self.expander.frames.clear()
            return
        own = self.expander.environments.get(name)
        if own is not None and not self.open_environments.get(name):
            self.expander.expand(token, Macro(0, None, own.end))
            return
        if not self.open_environments.get(name):
            return
        while self.groups[-1].name != name:
            self.close(properly=self.groups[-1].name == name + _CELLS)
        sink = self.groups[-1].sink
        if sink is not None and sink.kind in ("formula", "display"):
            sink.name = str(end)
        self.close()
        if name.rstrip("*") in commands.LISTS and self.sink.kind == "text":
            self.end_paragraph()
