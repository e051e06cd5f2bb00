"""Sentences without labels, for masked-language modelling: statements that no task holds.

Their events are of the date class of intermediate test splits, which no study reads, and each
language draws its own: nothing in them is parallel.
"""

from crosslift.data.mini.events import Sampler
from crosslift.data.mini.frames import load_frames, load_places
from crosslift.data.mini.language import load_language
from crosslift.data.mini.rendering import statement

SPLIT_CLASS = ("intermediate", "test")


def sentences(language: str, size: int, seed: int = 0) -> list[str]:
    """The first `size` statements of a language.

    Raises
    ------
    DataError
        For a language that `mini` does not have, or more statements than it can make.
    """
    places = load_places()
    sampler = Sampler(
        list(load_frames().values()),
        places["all"] + places["test"],
        SPLIT_CLASS,
        seed,
        f"unlabelled-{language}",
    )
    events = (sampler.event(sampler.frame(i), sampler.rng("text", i)) for i in range(size))
    return [statement(event, load_language(language)).text for event in events]
