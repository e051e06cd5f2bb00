"""Corruptions of the prose of a report and of its references."""

import re

import numpy as np

from litreview.review.corruptions.places import (
    chosen,
    found_in,
    moved_round,
    passages,
    replaced,
    with_passages,
)
from litreview.synthesis.inputs import Inputs
from litreview.synthesis.model import Bullets, Content, Run

_TURNS = {
    "more": "less", "less": "more", "above": "below", "below": "above", "largest": "smallest",
    "highest": "lowest", "lowest": "highest", "gain": "loss", "loss": "gain", "all": "some",
    "none": "most", "clear": "unclear", "not": "indeed", "no": "a", "in favour of": "against",
}  # fmt: skip


def sections_cut(
    inputs: Inputs, content: Content, rng: np.random.Generator, part: float
) -> Content | None:
    """Sections are left out."""
    gone = set(chosen(len(content.sections), part, rng))
    kept = [one for place, one in enumerate(content.sections) if place not in gone]
    return content.model_copy(update={"sections": kept})


def points_dropped(
    inputs: Inputs, content: Content, rng: np.random.Generator, part: float
) -> Content | None:
    """Limitations are left out."""
    limits = [n for n, one in enumerate(content.sections) if one.identifier == "limitations"]
    places = [
        (n, place, item)
        for n in limits
        for place, block in enumerate(content.sections[n].blocks)
        if isinstance(block, Bullets)
        for item in range(len(block.items))
    ]
    gone = chosen(len(places), part, rng)
    return with_passages(content, {places[place]: [] for place in gone}) if gone else None


def sentences_cut(
    inputs: Inputs, content: Content, rng: np.random.Generator, part: float
) -> Content | None:
    """Passages end in mid-word."""
    own = passages(content)
    places = list(own)
    changed = {}
    for place in (places[one] for one in chosen(len(places), part, rng)):
        text = "".join(run.text for run in own[place])
        changed[place] = [Run(text=text[: max(1, int(len(text) * 0.7))].rstrip(" .,;:"))]
    return with_passages(content, changed)


def abstract_pasted(
    inputs: Inputs, content: Content, rng: np.random.Generator, part: float
) -> Content | None:
    """The abstract is that of a source, cut in mid-word; a small part has a word in ten changed."""
    sources = sorted((one.text for one in inputs.documents), key=len)[-3:]
    words = sources[int(rng.integers(len(sources)))].split()[: 60 if part < 1 else 120]
    if part < 0.2:
        words = ["indeed" if place % 10 == 9 else word for place, word in enumerate(words)]
    text = " ".join(words).rstrip(".,;:")
    return content.model_copy(
        update={"abstract": [Run(text=text[:-2] if part >= 0.2 else f"{text}.")]}
    )


def directions_turned(
    inputs: Inputs, content: Content, rng: np.random.Generator, part: float
) -> Content | None:
    """Words of direction and denial in the prose are turned round."""
    pattern = re.compile(rf"\b(?:{'|'.join(_TURNS)})\b")
    own = found_in(content, pattern)
    new = list(own)
    for place in chosen(len(own), part, rng):
        new[place] = _TURNS[own[place]]
    return replaced(content, pattern, new) if own else None


def names_swapped(
    inputs: Inputs, content: Content, rng: np.random.Generator, part: float
) -> Content | None:
    """Names of intermediate tasks change places in the prose."""
    names = sorted(inputs.study["intermediates"], key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, names)))
    own = found_in(content, pattern)
    new = list(own)
    for place in chosen(len(own), part, rng):
        new[place] = names[(names.index(own[place]) + 1) % len(names)]
    return replaced(content, pattern, new) if own else None


def references_dropped(
    inputs: Inputs, content: Content, rng: np.random.Generator, part: float
) -> Content | None:
    """References are left out while they stay cited."""
    gone = set(chosen(len(content.references), part, rng))
    kept = [one for place, one in enumerate(content.references) if place not in gone]
    return content.model_copy(update={"references": kept}) if gone else None


def references_rewritten(
    inputs: Inputs, content: Content, rng: np.random.Generator, part: float
) -> Content | None:
    """References get the titles of one another, or another year."""
    own = list(content.references)
    places = chosen(len(own), part, rng)
    titles = moved_round([one.title for one in own], places)
    new = [
        one.model_copy(update={"title": title, "year": one.year - (place in places)})
        for place, (one, title) in enumerate(zip(own, titles, strict=True))
    ]
    return content.model_copy(update={"references": new}) if places else None


def citations_broken(
    inputs: Inputs, content: Content, rng: np.random.Generator, part: float
) -> Content | None:
    """Citations in the prose lead to other papers, or nowhere."""
    own = passages(content)
    cited = [place for place, runs in own.items() if any(run.cite for run in runs)]
    last = max((one.number for one in content.references), default=0)
    changed = {}
    for place in (cited[one] for one in chosen(len(cited), part, rng)):
        changed[place] = [
            run.model_copy(update={"cite": [n % last + 1 if last > 1 else 99 for n in run.cite]})
            if len(run.cite) < last
            else run.model_copy(update={"cite": [*run.cite, last + 1]})
            for run in own[place]
        ]
    return with_passages(content, changed) if changed else None
