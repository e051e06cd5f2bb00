import pandas as pd
import pytest

from crosslift.data.mini import build
from crosslift.data.mini.unlabelled import sentences
from crosslift.data.unlabelled import prepare_unlabelled
from crosslift.errors import ConfigError


def test_sentences_are_in_their_language_and_none_is_a_test_text():
    tests = build("mini-nli", "test", ["de", "el"], 150)
    german, greek = sentences("de", 100), sentences("el", 100)
    assert len(set(german)) == 100
    assert not set(german) & set(tests["text"])
    assert all(any("α" <= letter.lower() <= "ω" for letter in text) for text in greek)
    assert sentences("de", 10) == german[:10]


def test_texts_are_shared_out_among_languages_and_read_in_the_order_of_the_sources(tmp_path):
    folder = tmp_path / "root" / "unlabelled"
    folder.mkdir(parents=True)
    (folder / "yo.txt").write_text("eins\nzwei\n\neins\ndrei\n")
    (folder / "de.txt").write_text("aus der Datei\n")
    output = tmp_path / "texts.parquet"
    given = {"texts": 6, "data_root": tmp_path / "root"}
    prepare_unlabelled(output, languages=["yo", "de"], sources=["files", "mini"], **given)
    table = pd.read_parquet(output)
    assert list(table[table["language"] == "yo"]["text"]) == ["eins", "zwei", "drei"]
    assert list(table[table["language"] == "de"]["text"]) == ["aus der Datei"]
    prepare_unlabelled(output, languages=["yo", "de"], sources=["mini", "files"], **given)
    assert len(pd.read_parquet(output)) == 3 + 3


def test_a_language_without_texts_says_where_to_put_them(tmp_path):
    with pytest.raises(ConfigError, match=r"unlabelled/qu.txt below"):
        prepare_unlabelled(
            tmp_path / "t.parquet", languages=["qu"], texts=5, sources=["files", "mini"],
            data_root=tmp_path,
        )  # fmt: skip
