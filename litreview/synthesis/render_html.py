"""The report as one HTML file: no request; figures, styles and one script inside it."""

import base64
import hashlib
from collections.abc import Mapping
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from litreview.synthesis.model import ClaimView, Content, Section
from litreview.synthesis.prose import TEMPLATES


def render_html(content: Content, drawings: Mapping[str, bytes]) -> str:
    """Lay the report out as a page.

    Figures are images in data addresses, where a browser runs no script of theirs. The page's own
    policy forbids every request, and every style and script but the two whose digests it names.
    Without its script the page shows all that it has; the script sorts, filters and moves.

    Parameters
    ----------
    content : Content
        With the review filled in.
    drawings : mapping of str to bytes
        Figures as SVG, by name.
    """
    images = {
        name: f"data:image/svg+xml;base64,{base64.b64encode(drawing).decode()}"
        for name, drawing in drawings.items()
    }
    style = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    script = (TEMPLATES / "report.js").read_text(encoding="utf-8")
    return _template().render(content=content, images=images, style=style, script=script)


@cache
def _template() -> Template:
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters |= {
        "as_number": as_number,
        "digest": digest,
        "in_section": in_section,
        "is_number": is_number,
        "values": values,
    }
    return env.get_template("report.html.j2")


def in_section(sections: list[Section], prefix: str) -> list[Section]:
    """Subsections whose number begins with that of their section."""
    return [section for section in sections if section.number.startswith(prefix)]


def digest(text: str) -> str:
    """The source expression of an inline style or script (Content Security Policy, level 3)."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def values(items: list[ClaimView], name: str, start: int = 0) -> list[str]:
    """The distinct values of a field, from a character on, in order."""
    return sorted({getattr(item, name)[start:] for item in items})


def is_number(text: str) -> bool:
    """Whether a marked word is a number."""
    return any(character.isdigit() for character in text)


def as_number(text: str) -> str:
    """A figure for sorting; what is none comes last."""
    try:
        return str(float(text))
    except ValueError:
        return "-1"
