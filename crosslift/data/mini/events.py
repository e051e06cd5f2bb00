"""Events: a frame with its slot values, drawn so that no two splits share one."""

import datetime
import zlib
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from crosslift.data.mini.frames import Frame
from crosslift.errors import DataError

SPLIT_CLASSES = (
    ("target", "train"),
    ("target", "dev"),
    ("target", "test"),
    ("intermediate", "train"),
    ("intermediate", "dev"),
    ("intermediate", "test"),
)
"""Events of class i have dates whose ordinal leaves the rest i when divided by the number of
classes: splits share no date, hence no event, and every example shows a date."""

FIRST_DAY = datetime.date(2010, 1, 1)
DAYS = 15 * 365
DAYS_OF_MONTH = range(2, 29)
"""Greek says the first of a month in another form, so it is left out."""

CODES = range(12, 99)
"""Two digits and no grouping: a number that is a name, not a quantity."""

SKIPPED_AMOUNT = 21
"""Russian would ask for another case of the unit after "twenty-one"; larger amounts end in 0."""

MOST_DRAWS = 1_000


@dataclass(frozen=True)
class Event:
    """A frame and its slot values.

    Attributes
    ----------
    frame : Frame
    place : str
        Key of a place.
    date : datetime.date
    code : int
        A number that is no quantity: of a line, a case, a section.
    first, second : int
        The two amounts, in the frame's units; never equal.
    """

    frame: Frame
    place: str
    date: datetime.date
    code: int
    first: int
    second: int

    def swapped(self) -> "Event":
        """The event with its two amounts exchanged."""
        return replace(self, first=self.second, second=self.first)


class Sampler:
    """Draws the events of one split, none twice.

    Parameters
    ----------
    frames : sequence of Frame
        Frames that the split uses.
    places : sequence of str
        Places that the split uses.
    split_class : tuple of str
        One of `SPLIT_CLASSES`.
    seed : int
        The user's seed.
    task : str
        Name of the task; tasks draw independently.
    """

    def __init__(
        self,
        frames: Sequence[Frame],
        places: Sequence[str],
        split_class: tuple[str, str],
        seed: int,
        task: str,
    ) -> None:
        self.frames = tuple(frames)
        self.places = tuple(places)
        self._rest = SPLIT_CLASSES.index(split_class)
        self._key = [seed, zlib.crc32("/".join((task, *split_class)).encode())]
        self._seen: set[tuple] = set()

    def rng(self, part: str, index: int) -> np.random.Generator:
        """A generator for one part of one example, so that larger splits begin like smaller."""
        return np.random.default_rng([*self._key, zlib.crc32(part.encode()), index])

    def frame(self, index: int) -> Frame:
        """The frame of example `index`: every frame once, in a new order each round.

        The domains take turns, so that any number of examples is balanced but for the last turn.
        """
        rounds, place = divmod(index, len(self.frames))
        order = self.rng("frames", rounds).permutation(len(self.frames))
        turns: Counter[str] = Counter()
        ranked = []
        for position, chosen in enumerate(order):
            domain = self.frames[chosen].domain
            ranked.append((turns[domain], position, chosen))
            turns[domain] += 1
        return self.frames[sorted(ranked)[place][2]]

    def sibling(self, frame: Frame, rng: np.random.Generator) -> Frame:
        """Another frame of the same domain."""
        siblings = [
            other
            for other in self.frames
            if other.domain == frame.domain and other.name != frame.name
        ]
        return siblings[rng.integers(len(siblings))]

    def event(
        self, frame: Frame, rng: np.random.Generator, beside: Collection[Event] = ()
    ) -> Event:
        """An event that this sampler has not drawn before; it differs from all of `beside`.

        Parameters
        ----------
        frame : Frame
        rng : numpy.random.Generator
        beside : collection of Event
            Events of the same context: the new one has another place and other amounts.

        Raises
        ------
        DataError
            If no new event was found: the split asked for is larger than the frame's supply.
        """
        places = [name for name in self.places if name not in {event.place for event in beside}]
        amounts = {amount for event in beside for amount in (event.first, event.second)}
        for _ in range(MOST_DRAWS):
            place, date = places[rng.integers(len(places))], self._date(rng)
            if (frame.name, place, date) in self._seen:
                continue
            self._seen.add((frame.name, place, date))
            first, second = draw_amounts(frame, rng, without=amounts)
            return Event(frame, place, date, int(rng.choice(CODES)), first, second)
        raise DataError(
            f"frame {frame.name!r}: no new event in {MOST_DRAWS} draws, {len(self._seen)} events "
            "drawn so far; ask for fewer examples"
        )

    def _date(self, rng: np.random.Generator) -> datetime.date:
        classes = len(SPLIT_CLASSES)
        start = FIRST_DAY.toordinal()
        start += (self._rest - start) % classes
        while True:
            ordinal = start + classes * int(rng.integers(DAYS // classes))
            date = datetime.date.fromordinal(ordinal)
            if date.day in DAYS_OF_MONTH:
                return date


def draw_amounts(
    frame: Frame, rng: np.random.Generator, without: Collection[int] = ()
) -> tuple[int, int]:
    """Two different amounts within the frame's bounds, neither of them among `without`."""
    lowest, highest, step = frame.amounts
    allowed = [
        amount
        for amount in range(lowest, highest + 1, step)
        if amount != SKIPPED_AMOUNT and amount not in without
    ]
    first, second = rng.choice(len(allowed), size=2, replace=False)
    return allowed[first], allowed[second]
