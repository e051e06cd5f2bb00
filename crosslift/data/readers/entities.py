"""Mewsli-X: mentions of entities in WikiNews, each with the sentence around it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from crosslift.data.files import read_json_lines
from crosslift.data.linking import SHARED_POOL
from crosslift.data.readers.retrieval import retrieval_row
from crosslift.data.readers.squad import key_of
from crosslift.data.records import Read, Request


def read_mewslix(paths: Sequence[Path], request: Request) -> Read:
    """The mentions of one language; the candidates are read apart, once for all languages.

    A query is the mention, a colon, and its sentence with the mention in braces. Counted:
    `missing_text` (no sentence holds the mention; the text of the articles is not in the release
    and must have been put in).

    References
    ----------
    `preprocess_mention` in dense_representations_for_entity_retrieval/mel/mewsli_x/schema.py of
    google-research/google-research.
    """
    read = Read()
    for path in paths:
        for place, article in read_json_lines(path):
            context = key_of(article, "context", place)
            if key_of(context, "language", place) != request.code:
                continue
            for mention in key_of(article, "mentions", place):
                text = _query(context, key_of(mention, "mention_span", place), place)
                if text is None:
                    read.faults["missing_text"] += 1
                    continue
                name = str(key_of(mention, "example_id", place))
                gold = [str(key_of(mention, "entity_id", place))]
                read.rows.append(
                    retrieval_row(name, request.language, "query", SHARED_POOL, text, relevant=gold)
                )
    return read


def _query(context: dict[str, Any], span: dict[str, Any], place: str) -> str | None:
    first, last = key_of(span, "start", place), key_of(span, "end", place)
    text = key_of(context, "text", place)
    for sentence in key_of(context, "sentence_spans", place):
        begin, end = key_of(sentence, "start", place), key_of(sentence, "end", place)
        if begin <= first and last <= end <= len(text):
            mention = text[first:last]
            marked = f"{mention}: {text[begin:first]} {{ {mention} }} {text[last:end]}"
            return " ".join(marked.splitlines()).replace("  ", " ").strip()
    return None
