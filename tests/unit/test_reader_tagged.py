"""Golden rows of the readers of one token a line."""

import pytest

from crosslift.data.readers import READERS
from crosslift.errors import DataError
from tests.data_requests import request_of, write

UPOS = ("DET", "NOUN", "VERB", "ADP", "PUNCT")
CONLLU = """\
# newdoc
# sent_id = s-1
# text = Vom Haus
1-2\tVom\t_\t_\t_\t_\t_\t_\t_\t_
1\tVon\tvon\tADP\t_\t_\t3\tcase\t_\t_
2\tdem\tder\tDET\t_\t_\t3\tdet\t_\t_
2.1\tgehen\tgehen\tVERB\t_\t_\t_\t_\t_\t_
3\t10 000\t10 000\tNOUN\t_\t_\t0\troot\t_\t_

1\t#\t#\tPUNCT\t_\t_\t0\troot\t_\t_
"""
NER = """\
#\tO
Ada\tB-PER
Byron\tI-PER
\u2028\tO

Oslo\tI-LOC
"""


def test_conllu_ranges_and_empty_nodes_are_no_words(tmp_path):
    path = write(tmp_path / "a.conllu", CONLLU)
    read = READERS["conllu"]([path], request_of("tagging", labels=UPOS))
    assert read.rows == [
        {
            "example_id": "s-1",
            "language": "en",
            "tokens": ["Von", "dem", "10 000"],
            "tags": ["ADP", "DET", "NOUN"],
        },
        {"example_id": "1", "language": "en", "tokens": ["#"], "tags": ["PUNCT"]},
    ]


def test_a_conllu_line_that_ends_early_is_named(tmp_path):
    path = write(tmp_path / "a.conllu", CONLLU[:-20])
    with pytest.raises(DataError, match=r"a\.conllu, line 10: has \d+ columns, CoNLL-U has 10"):
        READERS["conllu"]([path], request_of("tagging", labels=UPOS))


def test_an_unknown_part_of_speech_is_named_with_its_line(tmp_path):
    path = write(tmp_path / "a.conllu", CONLLU.replace("\tDET\t", "\tARTICLE\t"))
    with pytest.raises(DataError, match="line 6: unknown label 'ARTICLE'; known labels: DET, NOUN"):
        READERS["conllu"]([path], request_of("tagging", labels=UPOS))


def test_a_sentence_without_tags_is_dropped_and_counted(tmp_path):
    path = write(tmp_path / "a.conllu", CONLLU.replace("\tPUNCT\t", "\t_\t"))
    read = READERS["conllu"]([path], request_of("tagging", labels=UPOS))
    assert [row["example_id"] for row in read.rows] == ["s-1"]
    assert read.faults["unlabelled"] == 1


def test_ner_columns_keep_odd_tokens_and_count_an_inside_without_a_begin(tmp_path):
    path = write(tmp_path / "a.tsv", NER)
    read = READERS["token_columns"]([path], request_of("tagging"), token=0, tag=1)
    assert read.rows == [
        {
            "example_id": "0",
            "language": "en",
            "tokens": ["#", "Ada", "Byron", "\u2028"],
            "tags": ["O", "B-PER", "I-PER", "O"],
        },
        {"example_id": "1", "language": "en", "tokens": ["Oslo"], "tags": ["I-LOC"]},
    ]
    assert read.faults["inside_without_begin"] == 1


def test_an_inside_after_another_type_counts_and_after_its_own_does_not(tmp_path):
    path = write(tmp_path / "a.tsv", "a\tB-PER\nb\tI-LOC\nc\tI-LOC\n")
    read = READERS["token_columns"]([path], request_of("tagging"), token=0, tag=1)
    assert read.faults["inside_without_begin"] == 1


def test_a_language_prefix_is_taken_off_only_where_every_token_has_it(tmp_path):
    path = write(tmp_path / "a.tsv", "en:Oslo\tB-LOC\nen::\tO\n\nen:x\tO\n")
    read = READERS["token_columns"]([path], request_of("tagging"), token=0, tag=1)
    assert [row["tokens"] for row in read.rows] == [["Oslo", ":"], ["x"]]
    path = write(tmp_path / "b.tsv", "en:Oslo\tB-LOC\nplain\tO\n")
    read = READERS["token_columns"]([path], request_of("tagging"), token=0, tag=1)
    assert read.rows[0]["tokens"] == ["en:Oslo", "plain"]


def test_uner_comments_give_ids_and_other_entities_become_outside(tmp_path):
    text = "# sent_id = u-7\n1\tThe\tO\t-\t-\n2\tOscar\tB-OTH\t-\tann\n"
    path = write(tmp_path / "a.iob2", text)
    request = request_of("tagging", values={"B-OTH": "O", "I-OTH": "O"})
    read = READERS["token_columns"](
        [path], request, token=1, tag=2, comment="#", id_comment="# sent_id = "
    )
    assert read.rows == [
        {"example_id": "u-7", "language": "en", "tokens": ["The", "Oscar"], "tags": ["O", "O"]}
    ]


def test_a_ner_file_without_tags_has_only_unlabelled_sentences(tmp_path):
    path = write(tmp_path / "a.tsv", "Oslo\nis\n\nhere\n")
    read = READERS["token_columns"]([path], request_of("tagging"), token=0, tag=1)
    assert read.rows == []
    assert read.faults["unlabelled"] == 2


def test_a_line_without_its_token_is_named(tmp_path):
    path = write(tmp_path / "a.iob2", "1\tThe\tO\n2\n")
    with pytest.raises(DataError, match="line 2: has 1 columns, the token is in column 2"):
        READERS["token_columns"]([path], request_of("tagging"), token=1, tag=2)


def test_tagged_lines_are_labelled_by_the_numbers_of_their_tags(tmp_path):
    path = write(tmp_path / "ccg.train", "Ada sleeps .\tNP S\\NP .\n\nso\tS/S\n")
    numbers = write(tmp_path / "tags_to_id.json", '{"NP": 0, "S\\\\NP": 2, ".": 1, "S/S": 3}')
    request = request_of("tagging", labels=tuple("0123"))
    read = READERS["tagged_lines"]([path, numbers], request)
    assert read.rows == [
        {
            "example_id": "0",
            "language": "en",
            "tokens": ["Ada", "sleeps", "."],
            "tags": ["0", "2", "1"],
        },
        {"example_id": "2", "language": "en", "tokens": ["so"], "tags": ["3"]},
    ]
    assert read.faults["missing_text"] == 1


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("a b\tNP\n", r"ccg\.train, line 1: has 2 words and 1 tags"),
        ("a\tPP\n", r"ccg\.train, line 1: the tag 'PP' has no number in .*tags_to_id\.json"),
        ("a\tN\n", r"line 1: unknown label '9'; known labels: 0, 1"),
    ],
)
def test_tagged_lines_that_do_not_fit_are_named(tmp_path, line, message):
    path = write(tmp_path / "ccg.train", line)
    numbers = write(tmp_path / "tags_to_id.json", '{"NP": 0, "N": 9}')
    with pytest.raises(DataError, match=message):
        READERS["tagged_lines"]([path, numbers], request_of("tagging", labels=("0", "1")))
