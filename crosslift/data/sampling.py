"""Choosing examples: the same ones for the same seed, in every language and on every machine."""

import hashlib
from collections.abc import Callable, Iterable, Sequence

from crosslift.data.tables import Row, is_tested

RULE = (
    "the examples whose SHA-256 of 'seed:key' is smallest, in the order of the source; "
    "the key is the example id (for a held-out development set: the text that examples share)"
)
"""The subsampling rule, as it is written into cards."""

HELD_OUT = 0.1
"""Largest share of the training examples that a development set takes from them."""


def rank(key: str, seed: int) -> str:
    """A pseudo-random rank that depends on the key and the seed alone.

    Unlike a shuffle it does not change for the other examples when one is added or removed, so a
    new language or a mended fault does not reshuffle a study.
    """
    return hashlib.sha256(f"{seed}:{key}".encode()).hexdigest()


def choose(keys: Iterable[str], size: int | None, seed: int = 0) -> set[str]:
    """`size` of the distinct keys (all when None or when there are fewer)."""
    distinct = set(keys)
    if size is None or size >= len(distinct):
        return distinct
    return set(sorted(distinct, key=lambda key: rank(key, seed))[:size])


def subsample(rows: Sequence[Row], size: int | None, seed: int) -> list[Row]:
    """At most `size` examples of one language, in their order."""
    kept = choose((row["example_id"] for row in rows), size, seed)
    return [row for row in rows if row["example_id"] in kept]


def subsample_languages(
    rows: Sequence[Row], size: int | None, seed: int, *, parallel: bool
) -> list[Row]:
    """At most `size` examples in each language; for parallel sets the same ids in each.

    Candidates of a retrieval task are kept whole (fewer would be an easier task), and so is what a
    threshold is chosen on.
    """
    if size is None or not rows:
        return list(rows)
    ids: dict[str, list[str]] = {}
    for row in rows:
        if is_tested(row):
            ids.setdefault(row["language"], []).append(row["example_id"])
    if parallel:
        shared = set.intersection(*map(set, ids.values()))
        same = choose(shared, size, seed)
        kept = dict.fromkeys(ids, same)
    else:
        kept = {language: choose(keys, size, seed) for language, keys in ids.items()}
    return [row for row in rows if not is_tested(row) or row["example_id"] in kept[row["language"]]]


def hold_out(
    rows: Sequence[Row], group: Callable[[Row], str], size: int | None, seed: int
) -> tuple[list[Row], list[Row]]:
    """Split training examples into (train, dev), never parting examples that share a text.

    Groups are taken by rank until dev has `size` examples or a tenth of all, whichever is less; a
    group that would make dev more than twice that size is passed over.
    """
    groups: dict[str, int] = {}
    for row in rows:
        groups[group(row)] = groups.get(group(row), 0) + 1
    wanted = max(1, round(HELD_OUT * len(rows)))
    wanted = wanted if size is None else min(size, wanted)
    held: set[str] = set()
    n_held = 0
    for key in sorted(groups, key=lambda key: rank(key, seed)):
        if n_held >= wanted:
            break
        if n_held + groups[key] <= 2 * wanted:
            held.add(key)
            n_held += groups[key]
    train = [row for row in rows if group(row) not in held]
    dev = [row for row in rows if group(row) in held]
    return train, dev
