"""Rows and columns that several mentions pick together."""

from collections.abc import Sequence
from dataclasses import dataclass

from litreview.tables.grid import Axis, Grid
from litreview.tables.linking import Mention


@dataclass(frozen=True)
class Selection:
    """Rows and columns in every facet that was named; in one facet, any of those named."""

    mentions: tuple[Mention, ...]

    def names(self, axis: Axis) -> bool:
        """Whether any label of an axis was named."""
        return any(one.axis == axis for one in self.mentions)

    @property
    def certainty(self) -> float:
        """The least coverage of the labels named, 1 without any."""
        return min((one.coverage for one in self.mentions), default=1.0)

    def members(self, axis: Axis, grid: Grid) -> list[int]:
        """Places that are in every facet named; where that is none, in any; all without a name."""
        by_facet: dict[int, set[int]] = {}
        for one in self.mentions:
            if one.axis == axis:
                by_facet.setdefault(one.facet, set()).update(one.members)
        if not by_facet:
            return list(range(grid.length(axis)))
        both = set.intersection(*by_facet.values())
        return sorted(both or set.union(*by_facet.values()))

    def against(self, other: "Selection", axis: Axis, grid: Grid) -> tuple[list[int], list[int]]:
        """Both sides of a comparison; a facet that only one names holds for the other too."""
        sides = []
        for this, that in ((self, other), (other, self)):
            own = {one.facet for one in this.mentions if one.axis == axis}
            lent = [one for one in that.mentions if one.axis == axis and one.facet not in own]
            widened = Selection((*this.mentions, *lent))
            members = set(this.members(axis, grid)) & set(widened.members(axis, grid))
            sides.append(sorted(members or this.members(axis, grid)))
        return sides[0], sides[1]


def selection_of(mentions: Sequence[Mention]) -> Selection:
    """What mentions pick together."""
    return Selection(tuple(mentions))
