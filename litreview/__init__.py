"""litreview: search, read, and check what papers claim, against documents and measurements.

Three functions are for others to call: `extract_claims`, `judge` and `check`. The same from a
shell: `python -m litreview --help`. docs/judge.md has examples of both.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from litreview.entry_points import check, extract_claims, judge

__all__ = ["check", "extract_claims", "judge"]


def __getattr__(name: str) -> Any:
    """The entry points, imported when first asked for: statistics take a second to load."""
    if name not in __all__:
        raise AttributeError(f"module 'litreview' has no attribute {name!r}")
    from litreview import entry_points

    return getattr(entry_points, name)
