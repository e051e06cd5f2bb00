"""Readers of data set formats: files in, examples and counted faults out.

Each is `read(paths, request, **options) -> Read`; the catalogue names the reader and its options.
"""

from collections.abc import Callable

from crosslift.data.readers.delimited import read_delimited
from crosslift.data.readers.entities import read_mewslix
from crosslift.data.readers.json_records import read_copa, read_json_records, read_pubmedqa
from crosslift.data.readers.mining import read_bucc
from crosslift.data.readers.retrieval import read_lareqa, read_line_pairs
from crosslift.data.readers.sentences import read_abstract_sentences
from crosslift.data.readers.squad import read_squad
from crosslift.data.readers.tagged import read_conllu, read_tagged_lines, read_token_columns
from crosslift.data.readers.xml_records import read_balanced_copa, read_mediqa_rqe
from crosslift.data.records import Read

READERS: dict[str, Callable[..., Read]] = {
    "abstract_sentences": read_abstract_sentences,
    "balanced_copa": read_balanced_copa,
    "bucc": read_bucc,
    "conllu": read_conllu,
    "copa": read_copa,
    "delimited": read_delimited,
    "json_lines": read_json_records,
    "lareqa": read_lareqa,
    "line_pairs": read_line_pairs,
    "mediqa_rqe": read_mediqa_rqe,
    "mewslix": read_mewslix,
    "pubmedqa": read_pubmedqa,
    "squad": read_squad,
    "tagged_lines": read_tagged_lines,
    "token_columns": read_token_columns,
}

SPLIT_AWARE = frozenset({"pubmedqa"})
"""Readers that take different examples of the same files for training and for testing."""
