"""The report as Markdown (GitHub's): whatever comes from outside is escaped."""

import re
from collections.abc import Mapping
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from litreview.synthesis.model import Cell, Content, Runs
from litreview.synthesis.prose import TEMPLATES

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#~$])")
_LIST_MARK = re.compile(r"^(\s*\d*)([-+.)]\s)")


def render_markdown(content: Content, figures: Mapping[str, str]) -> str:
    """Lay the report out as Markdown.

    Parameters
    ----------
    content : Content
        With the review filled in.
    figures : mapping of str to str
        Path of each figure by its name, as seen from the report.
    """
    text = _template().render(content=content, figures=figures)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


@cache
def _template() -> Template:
    # Markdown has its own escape; that of HTML would break it.
    env = Environment(  # noqa: S701
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters |= {"escape": escape, "runs": runs_text, "cell": cell_text, "link": link}
    return env.get_template("report.md.j2")


def escape(text: str) -> str:
    """Text in which Markdown and HTML see no mark-up."""
    escaped = _SPECIAL.sub(r"\\\1", text).replace("&", "&amp;")
    return _LIST_MARK.sub(r"\1\\\2", escaped)


def runs_text(runs: Runs) -> str:
    """Runs with citations linked to the references, and marked words in bold."""
    parts = []
    for run in runs:
        if run.cite:
            parts.append(f"[{escape(run.text)}](#references)")
        elif run.mark:
            parts.append(f"**{escape(run.text)}**")
        else:
            parts.append(escape(run.text))
    return "".join(parts)


def cell_text(cell: Cell) -> str:
    """A table cell in one line, in bold where it points clearly up or down."""
    text = escape(cell.text)
    if cell.tone in ("up", "down"):
        text = f"**{text}**"
    return f"{text} {escape(cell.note)}" if cell.note else text


def link(url: str) -> str:
    """An http link that cannot end early."""
    return f"<{url}>"
