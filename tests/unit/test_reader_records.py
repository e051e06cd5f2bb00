"""Golden rows of the readers of delimited, JSON and XML records."""

import gzip
import json

import pytest

from crosslift.data.readers import READERS
from crosslift.errors import DataError
from tests.data_requests import request_of, write

NLI = {"columns": {"text": "premise", "text_pair": "hypothesis", "label": "label"}}
TSV = {"separator": "\t", "quoted": False, "header": ["premise", "hypothesis", "label"]}
CSV = {"separator": ",", "quoted": True}
COPA = {
    "columns": {
        "example_id": "idx",
        "context": "premise",
        "question": "question",
        "choices": ["choice1", "choice2"],
        "label": "label",
    }
}


def test_tsv_quotes_are_text_and_nan_is_a_word(tmp_path):
    path = write(tmp_path / "a.tsv", 'He said "no.\tNA\tneutral\nnan\tNaN\tentailment\n')
    read = READERS["delimited"]([path], request_of("classification", **NLI), **TSV)
    assert read.rows == [
        {
            "example_id": "0",
            "language": "en",
            "text": 'He said "no.',
            "text_pair": "NA",
            "label": "neutral",
        },
        {
            "example_id": "1",
            "language": "en",
            "text": "nan",
            "text_pair": "NaN",
            "label": "entailment",
        },
    ]


def test_a_missing_or_placeholder_sentence_is_dropped_and_keeps_the_other_ids(tmp_path):
    text = "one\ttwo\tneutral\nNS\ttwo\tneutral\none\t\tneutral\nfour\tfive\tneutral\n"
    path = write(tmp_path / "a.tsv", text)
    request = request_of("classification", placeholders=["NS"], **NLI)
    read = READERS["delimited"]([path], request, **TSV)
    assert [row["example_id"] for row in read.rows] == ["0", "3"]
    assert read.faults["missing_text"] == 2


def test_csv_quotes_enclose_fields_with_commas_and_line_breaks(tmp_path):
    text = 'premise,hypothesis,label\n"a, ""b""\nc",d,neutral\r\n'
    path = write(tmp_path / "a.csv", text)
    read = READERS["delimited"]([path], request_of("classification", **NLI), **CSV)
    assert (read.rows[0]["text"], read.rows[0]["text_pair"]) == ('a, "b"\nc', "d")


def test_an_unknown_label_is_named_with_its_line_and_the_known_ones(tmp_path):
    path = write(tmp_path / "a.tsv", "a\tb\tneutral\na\tb\tNeutral?\n")
    with pytest.raises(DataError) as caught:
        READERS["delimited"]([path], request_of("classification", **NLI), **TSV)
    assert str(caught.value) == (
        f"{path}, line 2: unknown label 'Neutral?'; "
        "known labels: entailment, neutral, contradiction"
    )


def test_a_file_without_its_label_column_is_refused(tmp_path):
    path = write(tmp_path / "test-en.tsv", "a\tb\nc\td\n")
    with pytest.raises(DataError, match=r"line 1: has 2 columns, expected 3 .*without its labels"):
        READERS["delimited"]([path], request_of("classification", **NLI), **TSV)


def test_a_truncated_table_is_refused(tmp_path):
    path = write(tmp_path / "a.tsv", "a\tb\tneutral\na\tb")
    with pytest.raises(DataError, match=r"line 2: has 2 columns, expected 3 .*truncated"):
        READERS["delimited"]([path], request_of("classification", **NLI), **TSV)
    path = write(tmp_path / "a.csv", 'premise,hypothesis,label\na,"b,neutral\n')
    with pytest.raises(DataError, match="line 2: damaged or truncated table"):
        READERS["delimited"]([path], request_of("classification", **NLI), **CSV)


def test_a_column_that_is_not_there_is_named(tmp_path):
    path = write(tmp_path / "a.csv", "premise,label\na,neutral\n")
    with pytest.raises(DataError, match="has no column 'hypothesis', only premise, label"):
        READERS["delimited"]([path], request_of("classification", **NLI), **CSV)


def test_json_lines_may_be_gzipped_and_labels_mapped(tmp_path):
    lines = "".join(
        json.dumps({"id": i, "question": q, "answer": a}) + "\r\n"
        for i, q, a in ((7, "Is rain wet?", "yes"), (8, "Is sand wet?", "no"))
    )
    path = tmp_path / "a.json.gz"
    path.write_bytes(gzip.compress(lines.encode()))
    columns = {"example_id": "id", "text": "question", "label": "answer"}
    values = {"yes": "entailment", "no": "contradiction"}
    request = request_of("classification", columns=columns, values=values)
    read = READERS["json_lines"]([path], request)
    assert [(row["example_id"], row["label"]) for row in read.rows] == [
        ("7", "entailment"),
        ("8", "contradiction"),
    ]
    assert read.rows[0]["text_pair"] is None


def test_a_null_in_json_is_a_missing_text_not_the_word_none(tmp_path):
    lines = '{"premise": null, "hypothesis": "b", "label": "neutral"}\n'
    path = write(tmp_path / "a.jsonl", lines)
    read = READERS["json_lines"]([path], request_of("classification", **NLI))
    assert (read.rows, read.faults["missing_text"]) == ([], 1)


def test_choices_are_gathered_from_columns_and_letters_become_indices(tmp_path):
    item = {"context": "Ann fell.", "question": "Why?", "answerA": "ice", "answerB": "sun"}
    path = write(tmp_path / "a.jsonl", json.dumps({**item, "correct": "B"}) + "\n")
    columns = {
        "context": "context",
        "question": "question",
        "choices": ["answerA", "answerB"],
        "label": "correct",
    }
    request = request_of("choice", columns=columns, values={"A": 0, "B": 1})
    assert READERS["json_lines"]([path], request).rows == [
        {
            "example_id": "0",
            "language": "en",
            "context": "Ann fell.",
            "question": "Why?",
            "choices": ["ice", "sun"],
            "label": 1,
        }
    ]


def copa_line(idx: int, question: str, label: int = 0) -> str:
    item = {"premise": "p", "choice1": "a", "choice2": "b", "question": question}
    return json.dumps({**item, "label": label, "idx": idx}) + "\r\n"


def test_copa_questions_unlike_the_english_item_are_counted_not_changed(tmp_path):
    foreign = write(tmp_path / "th", copa_line(3, "effect") + copa_line(4, "effect", 1))
    english = write(tmp_path / "en", copa_line(4, "effect") + copa_line(3, "cause"))
    read = READERS["copa"]([foreign, english], request_of("choice", **COPA))
    assert [(row["example_id"], row["question"]) for row in read.rows] == [
        ("3", "effect"),
        ("4", "effect"),
    ]
    assert [row["label"] for row in read.rows] == [0, 1]
    assert read.faults["question_unlike_english"] == 1


def test_closed_values_are_replaced_and_others_refused(tmp_path):
    path = write(tmp_path / "en", copa_line(0, "cause"))
    words = {"cause": "Why?", "effect": "And then?"}
    request = request_of("choice", replace={"question": words}, **COPA)
    assert READERS["copa"]([path], request).rows[0]["question"] == "Why?"
    path = write(tmp_path / "odd", copa_line(0, "purpose"))
    with pytest.raises(DataError, match="unknown question 'purpose'; known: cause, effect"):
        READERS["copa"]([path], request)


def test_pubmedqa_leaves_the_test_items_out_of_training_and_keeps_only_them_for_the_test(tmp_path):
    item = {"QUESTION": "Does it?", "CONTEXTS": ["One.", "Two."], "final_decision": "maybe"}
    items = write(tmp_path / "all.json", json.dumps({"11": item, "12": item, "13": item}))
    tested = write(tmp_path / "test.json", json.dumps({"12": "maybe"}))
    columns = {
        "example_id": "pmid",
        "text": "QUESTION",
        "text_pair": "CONTEXTS",
        "label": "final_decision",
    }
    labels = ("yes", "no", "maybe")
    train = request_of("classification", split="train", columns=columns, labels=labels)
    read = READERS["pubmedqa"]([items, tested], train)
    assert [row["example_id"] for row in read.rows] == ["11", "13"]
    assert read.rows[0]["text_pair"] == "One.\nTwo."
    assert read.faults["test_items_left_out"] == 1
    test = request_of("classification", columns=columns, labels=labels)
    read = READERS["pubmedqa"]([items, tested], test)
    assert [row["example_id"] for row in read.rows] == ["12"]


PAIRS = """<?xml version="1.0" encoding="UTF-8"?>
<set>
<pair pid="1" value="true"><chq>My knee &amp; foot hurt.</chq><faq> What helps? </faq></pair>
</set>
"""
RQE = {
    "columns": {"example_id": "pid", "text": "chq", "text_pair": "faq", "label": "value"},
    "values": {"true": "entailment", "false": "contradiction"},
}


def test_mediqa_pairs_are_read_from_xml(tmp_path):
    path = write(tmp_path / "a.xml", PAIRS)
    assert READERS["mediqa_rqe"]([path], request_of("classification", **RQE)).rows == [
        {
            "example_id": "1",
            "language": "en",
            "text": "My knee & foot hurt.",
            "text_pair": "What helps?",
            "label": "entailment",
        }
    ]


def test_xml_entities_are_neither_resolved_nor_fetched(tmp_path):
    secret = write(tmp_path / "secret", "never read")
    bomb = f'<!DOCTYPE set [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    text = PAIRS.replace("<set>", bomb + "<set>").replace("&amp;", "&x;")
    path = write(tmp_path / "a.xml", text)
    with pytest.raises(DataError, match=r"line 3: uses the entity &x;"):
        READERS["mediqa_rqe"]([path], request_of("classification", **RQE))


def test_truncated_xml_is_refused(tmp_path):
    path = write(tmp_path / "a.xml", PAIRS[:-30])
    with pytest.raises(DataError, match="damaged or truncated XML"):
        READERS["mediqa_rqe"]([path], request_of("classification", **RQE))


def test_balanced_copa_keeps_only_the_ids_that_xcopa_does_not_translate(tmp_path):
    def item(number: int, answer: int) -> str:
        return (
            f'<item id="{number}" asks-for="cause" most-plausible-alternative="{answer}">'
            "<p>It got dark.</p><a1>Dusk.</a1><a2>Dawn.</a2></item>"
        )

    items = "".join(item(number, 1) for number in (1, 400, 401, 1001, 1400))
    path = write(tmp_path / "a.xml", f"<copa-corpus>{items}{item(1401, 2)}</copa-corpus>")
    columns = {
        "example_id": "id",
        "context": "p",
        "question": "asks-for",
        "choices": ["a1", "a2"],
        "label": "most-plausible-alternative",
    }
    request = request_of("choice", columns=columns, values={"1": 0, "2": 1})
    ranges = [[1, 400], [1001, 1400]]
    read = READERS["balanced_copa"]([path], request, ranges=ranges)
    assert [row["example_id"] for row in read.rows] == ["1", "400", "1001", "1400"]
    assert read.rows[0]["choices"] == ["Dusk.", "Dawn."]
    assert read.rows[0]["label"] == 0
    assert read.faults["items_left_out"] == 2


def test_a_text_with_several_labels_keeps_them_in_the_order_of_the_catalogue(tmp_path):
    lines = [{"text": "a", "label": [2, 0]}, {"text": "b", "label": []}, {"text": " ", "label": []}]
    path = write(tmp_path / "a.json", "".join(json.dumps(line) + "\n" for line in lines))
    mapping = {
        "columns": {"text": "text", "labels": "label"},
        "values": {"0": "fees", "1": "venue", "2": "change"},
    }
    read = READERS["json_lines"]([path], request_of("multilabel", **mapping))
    common = {"language": "en"}
    assert read.rows == [
        {**common, "example_id": "0", "text": "a", "labels": ["fees", "change"]},
        {**common, "example_id": "1", "text": "b", "labels": []},
    ]
    assert read.faults["missing_text"] == 1
    write(path, '{"text": "a", "label": [7]}\n')
    with pytest.raises(DataError, match="line 1: unknown label '7'; known labels: fees, venue"):
        READERS["json_lines"]([path], request_of("multilabel", **mapping))
    write(path, '{"text": "a", "label": "fees"}\n')
    with pytest.raises(DataError, match="line 1: labels are 'fees'; expected a list"):
        READERS["json_lines"]([path], request_of("multilabel", **mapping))


def test_sentences_of_an_abstract_are_numbered_in_it(tmp_path):
    text = "###12\nOBJECTIVE\tWe ask .\nRESULTS\tNo .\n\n###13\nMETHODS\tCoins .\n"
    path = write(tmp_path / "train.txt", text)
    mapping = {"columns": {"example_id": "id", "text": "text", "label": "label"}}
    request = request_of("classification", labels=("OBJECTIVE", "METHODS", "RESULTS"), **mapping)
    read = READERS["abstract_sentences"]([path], request)
    assert [(row["example_id"], row["text"], row["label"]) for row in read.rows] == [
        ("12.0", "We ask .", "OBJECTIVE"),
        ("12.1", "No .", "RESULTS"),
        ("13.0", "Coins .", "METHODS"),
    ]
    write(path, "###12\nOBJECTIVE We ask .\n")
    with pytest.raises(DataError, match=r"train\.txt, line 2: has no tab"):
        READERS["abstract_sentences"]([path], request)
