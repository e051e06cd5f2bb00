"""Examples that hang together because they share a text.

Three hypotheses about one premise, or five questions about one paragraph, are not as much evidence
as as many examples of their own: the bootstrap draws them together (clusters, Cameron, Gelbach and
Miller 2008, https://doi.org/10.1162/rest.90.3.414).
"""

from collections.abc import Iterator

import pandas as pd

from crosslift.data.leaks import normalise


def example_groups(examples: pd.DataFrame) -> pd.Series:
    """Name of each example's group, the smallest example id in it; aligned with `examples`.

    Two examples are in one group if they share a text (of a pair either one, else the context) in
    some language, or if a chain of such examples joins them. Queries of a retrieval task and
    sentences to tag are groups of their own unless they are equal.
    """
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    holders: dict[tuple[str, str], str] = {}
    for language, name, text in _shared_texts(examples):
        first, second = root(holders.setdefault((language, text), name)), root(name)
        parent[max(first, second)] = min(first, second)
    return examples["example_id"].map(root)


def _shared_texts(examples: pd.DataFrame) -> Iterator[tuple[str, str, str]]:
    if "tokens" in examples:
        texts = {"tokens": [" ".join(tokens) for tokens in examples["tokens"]]}
    elif "text" in examples:
        texts = {name: examples[name] for name in ("text", "text_pair") if name in examples}
    else:
        texts = {"context": examples["context"]}
    for column in texts.values():
        for language, name, text in zip(
            examples["language"], examples["example_id"], column, strict=True
        ):
            if pd.notna(text):
                yield language, name, normalise(text)
