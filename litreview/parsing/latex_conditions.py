r"""TeX's conditionals, decided where a reader can and otherwise taken to hold."""

from typing import TYPE_CHECKING

from litreview.parsing.latex_tokens import Token
from litreview.parsing.names import names

if TYPE_CHECKING:
    from litreview.parsing.latex_expansion import Expander

_FALSE = names("iffalse ifmmode ifinner ifvoid ifeof ifxetex ifluatex ifXeTeX ifLuaTeX ifvmode")
_TRUE = names("iftrue ifhmode ifpdf ifPDFTeX ifpdftex")
_COMPARED = frozenset(("ifx", "if", "ifcat"))
_NUMERIC = frozenset(("ifnum", "ifdim", "ifodd", "ifcase"))
_OTHERS = frozenset(("ifdefined", "ifcsname"))
_KNOWN = _FALSE | _TRUE | _COMPARED | _NUMERIC | _OTHERS


class Conditions:
    r"""The conditionals that are open, and those that the source made with `\newif`."""

    def __init__(self, expander: "Expander") -> None:
        self.expander = expander
        self.switches: dict[str, bool] = {}
        self.open = 0
        self.unclosed = False

    def handle(self, token: Token) -> bool:
        """Take a conditional or one of its parts; False for another command."""
        name = token.text
        if self.is_condition(name):
            self.enter(self.decide(name))
        elif name == "newif":
            switch = self.expander.next()
            if switch is not None:
                self.switches[switch.text] = False
        elif name == "else" or (name == "or" and self.open):
            # One whose beginning is elsewhere ends a branch that was taken, too.
            self.open = max(0, self.open - 1)
            self.skip(to_else=False)
        elif name == "fi":
            self.open = max(0, self.open - 1)
        elif name == "ifthenelse":
            self.if_then_else()
        else:
            return self.set_switch(name)
        return True

    def is_condition(self, name: str) -> bool:
        """Whether a command begins a conditional."""
        return name in _KNOWN or name in self.switches

    def set_switch(self, name: str) -> bool:
        r"""Take `\footrue` or `\foofalse`; False for another command."""
        for ending, value in (("true", True), ("false", False)):
            if name.endswith(ending) and f"if{name.removesuffix(ending)}" in self.switches:
                self.switches[f"if{name.removesuffix(ending)}"] = value
                return True
        return False

    def decide(self, name: str) -> bool:
        """Whether a conditional holds."""
        expander = self.expander
        if name in self.switches:
            return self.switches[name]
        if name in _COMPARED:
            first, second = expander.argument() or [], expander.argument() or []
            return self.meaning(first) == self.meaning(second)
        if name == "ifdefined":
            return any(token.text in expander.macros for token in expander.argument() or [])
        if name in _NUMERIC:
            self.pass_number()
            return True
        return name in _TRUE

    def meaning(self, tokens: list[Token]) -> object:
        """What two tokens are compared by."""
        texts = [(token.kind, token.text) for token in tokens]
        macro = self.expander.macros.get(tokens[0].text) if len(tokens) == 1 else None
        return [(one.kind, one.text) for one in macro.body] if macro else texts

    def pass_number(self) -> None:
        """Pass over what a numeric test compares: it ends with a space."""
        for _ in range(20):
            token = self.expander.next()
            if token is None or token.kind in ("space", "par") or token.text == "relax":
                return
            if token.kind == "text" and " " in token.text:
                read = token.text.index(" ") + 1
                width = read if token.copied else 0
                rest = token._replace(text=token.text[read:], start=token.start + width)
                self.expander.put_back([rest])
                return

    def enter(self, holds: bool) -> None:
        """Go on with the branch that holds."""
        if holds or self.unclosed or self.skip(to_else=True):
            self.open += 1

    def skip(self, *, to_else: bool) -> bool:
        r"""Pass over a branch; True when an `\else` follows it, which then is open.

        A branch that never ends hides nothing: it is read.
        """
        passed: list[Token] = []
        depth = 0
        while (token := self.expander.next()) is not None:
            passed.append(token)
            if token.kind != "command":
                continue
            if self.is_condition(token.text):
                depth += 1
            elif token.text == "fi":
                if depth == 0:
                    return False
                depth -= 1
            elif token.text == "else" and depth == 0 and to_else:
                return True
        self.unclosed = True
        self.expander.warn("a conditional never closes: all of it was read")
        self.expander.put_back(passed)
        return False

    def if_then_else(self) -> None:
        r"""Take `\ifthenelse`: its first branch."""
        _, first, _ = (self.expander.argument() or [] for _ in range(3))
        self.expander.put_back(first)
