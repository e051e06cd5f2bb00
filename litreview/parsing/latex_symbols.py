r"""What LaTeX's symbols look like, and short formulas in reading form."""

import re
import unicodedata
from functools import cache

from pylatexenc.latex2text import get_default_latex_context_db

from litreview.parsing.names import names

ACCENTS = {
    "'": "\u0301",
    "`": "\u0300",
    "^": "\u0302",
    '"': "\u0308",
    "~": "\u0303",
    "=": "\u0304",
    ".": "\u0307",
    "u": "\u0306",
    "v": "\u030c",
    "H": "\u030b",
    "c": "\u0327",
    "d": "\u0323",
    "b": "\u0331",
    "k": "\u0328",
    "r": "\u030a",
}
_OWN = {
    "S": "§",
    "circ": "°",
    "P": "¶",
    "LaTeX": "LaTeX",
    "TeX": "TeX",
    "BibTeX": "BibTeX",
    "textless": "<",
    "textgreater": ">",
    "slash": "/",
    "checkmark": "✓",
    "cmark": "✓",
    "xmark": "✗",
    "uparrow": "↑",
    "downarrow": "↓",
    "lt": "<",
    "gt": ">",
    "textpm": "±",
    "texttimes": "×",
    "textasciitilde": "~",
    "%": "%",
    "$": "$",
    "#": "#",
    "_": "_",
    "{": "{",
    "}": "}",
    "&": "&",
    "~": " ",
    "-": "",
    "/": "",
    "@": "",
    "*": "",
    "!": "",
    "(": "",
    ")": "",
    "[": "",
    "]": "",
    "|": "|",
}
_FUNCTIONS = names(
    "log ln exp max min sup inf lim arg argmax argmin sin cos tan tanh sinh cosh det dim ker deg "
    "gcd Pr softmax sigmoid mod"
)
_MATH = re.compile(r"\\([A-Za-z]+)\*?|\\(.)|([{}^_&~])|([^\\{}^_&~]+)", re.DOTALL)
_PLUS_MINUS = re.compile(r"\s*+±\s*+")


@cache
def symbols() -> dict[str, str]:
    """Characters by command name: pylatexenc's table, and what it lacks."""
    database = get_default_latex_context_db()
    known = {
        spec.macroname: spec.simplify_repl
        for spec in database.iter_macro_specs()
        if isinstance(spec.simplify_repl, str) and "%" not in spec.simplify_repl
    }
    return {**known, **_OWN}


def accented(mark: str, base: str) -> str:
    r"""`base` under the accent `\mark`; `\'` and `e` give é."""
    base = {"ı": "i", "ȷ": "j"}.get(base[:1], base[:1]) + base[1:]
    return unicodedata.normalize("NFC", base[:1] + ACCENTS[mark] + base[1:])


def math_text(source: str) -> str:
    r"""A formula in reading form: `73.5_{\pm 0.4}` is `73.5 ± 0.4`, `\frac{a}{b}` is `a/b`.

    Symbols become characters, styles disappear, scripts are marked by `^` and `_`.
    """
    written: list[str] = []
    closers: list[str] = []
    script = ""
    fraction = 0
    for match in _MATH.finditer(source):
        word, sign, special, plain = match.groups()
        if special == "{":
            closers.append("/" if fraction == 2 else "")
            fraction = max(0, fraction - 1)
            continue
        if special == "}":
            written.append(closers.pop() if closers else "")
            continue
        if special in ("^", "_"):
            script = special
            continue
        if word and word.endswith("frac"):
            fraction = 2
            continue
        text = _math_piece(word, sign, special, plain)
        if script and text.strip():
            written.append("" if text.lstrip()[:1] in "±∓°′†‡§¶*" else script)
            script = ""
        written.append(text)
    return _PLUS_MINUS.sub(" ± ", "".join(written)).strip()


def _math_piece(word: str | None, sign: str | None, special: str | None, plain: str | None) -> str:
    if plain is not None:
        return plain
    if word is not None:
        return symbols().get(word, word if word in _FUNCTIONS else "")
    if sign is not None:
        return symbols().get(sign, " ")
    return " "
