"""Texts without labels, in the languages that a study tests: what masked-LM steps read."""

import logging
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from crosslift.data.files import find_data_root, read_lines
from crosslift.data.mini.language import language_codes
from crosslift.data.mini.unlabelled import sentences
from crosslift.data.sampling import choose
from crosslift.errors import ConfigError, DataError
from crosslift.files import atomic_path

logger = logging.getLogger(__name__)

FOLDER = "unlabelled"
"""Below the data root: `LANGUAGE.txt`, a text a line."""


def prepare_unlabelled(
    output: Path,
    *,
    languages: Sequence[str],
    texts: int,
    sources: Sequence[str],
    data_root: Path | None = None,
    seed: int = 0,
) -> pd.DataFrame:
    """Write a table with `language` and `text`: at most `texts` distinct ones, shared out evenly.

    Parameters
    ----------
    output : Path
        The table (Parquet).
    languages : sequence of str
        Codes, each with a file, in the embedded benchmark, or with a Wikipedia.
    texts : int
        Most texts in all.
    sources : sequence of str
        "files", "mini" and "hub" (Wikipedia) in the order to try them.
    data_root : Path, optional
        Folder of the data sets (default: the environment variable CROSSLIFT_DATA).
    seed : int
        Of the choice.

    Raises
    ------
    ConfigError, DataError, FetchError
        If no source has texts of a language, or the hub is out of reach.
    """
    root = find_data_root(data_root)
    each = max(1, texts // len(languages))
    tables = []
    for language in languages:
        found = _texts_of(language, each, sources, root, seed)
        tables.append(pd.DataFrame({"language": language, "text": found}))
    table = pd.concat(tables, ignore_index=True)
    with atomic_path(output) as temporary:
        table.to_parquet(temporary, index=False)
    logger.info("prepared %d texts without labels in %d languages", len(table), len(languages))
    return table


def _texts_of(
    language: str, size: int, sources: Sequence[str], root: Path | None, seed: int
) -> list[str]:
    for source in sources:
        if source == "mini" and language in language_codes():
            return sentences(language, size, seed)
        if source == "files" and root and (path := root / FOLDER / f"{language}.txt").is_file():
            lines = dict.fromkeys(line.strip() for line in read_lines(path))
            kept = choose((line for line in lines if line), size, seed)
            if not kept:
                raise DataError(f"{path}: holds no text; write one a line")
            return [line for line in lines if line in kept]
        if source == "hub":
            from crosslift.data.hub import load_hub_texts  # imports a second's worth of libraries

            return load_hub_texts(language, size)
    where = root or "the data root, which is not set (data_root)"
    raise ConfigError(
        f"masked_lm: no texts in {language!r} from {', '.join(sources)}; put a text a line into "
        f"{FOLDER}/{language}.txt below {where}, or name other languages under masked_lm"
    )
