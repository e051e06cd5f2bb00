"""Golden rows of the retrieval readers, and gold across languages."""

import json

import pytest

from crosslift.data.linking import link_queries
from crosslift.data.readers import READERS
from crosslift.data.tables import check_rows
from crosslift.errors import DataError
from tests.data_requests import request_of, write

PARAGRAPH = {
    "context": "Ann sings. Bob naps.",
    "sentences": ["Ann sings.", "Bob naps!"],
    "sentence_breaks": [[0, 10], [11, 20]],
    "qas": [
        {"id": "q1", "question": "Who naps?", "answers": [{"text": "Bob", "answer_start": 11}]},
        {"id": "q2", "question": "What?", "answers": [{"text": "sings. Bob", "answer_start": 4}]},
    ],
}


def test_the_gold_of_a_question_is_the_sentence_that_holds_its_answer(tmp_path):
    path = write(tmp_path / "en.json", json.dumps({"data": [{"paragraphs": [PARAGRAPH]}]}))
    read = READERS["lareqa"]([path], request_of("retrieval"))
    common = {"language": "en", "pool": "all"}
    context = PARAGRAPH["context"]
    candidate = {**common, "role": "candidate", "context": context, "relevant": []}
    query = {**common, "role": "query", "context": None}
    assert read.rows == [
        {**candidate, "example_id": "en-0.0", "text": "Ann sings."},
        {**candidate, "example_id": "en-0.1", "text": "Bob naps!"},
        {**query, "example_id": "q1", "text": "Who naps?", "relevant": ["en-0.1"]},
        {**query, "example_id": "q2", "text": "What?", "relevant": []},
    ]
    assert read.faults["straddling_answers"] == 1
    assert read.faults["sentences_unlike_context"] == 1


def test_plain_squad_files_are_refused_by_the_lareqa_reader(tmp_path):
    plain = {key: value for key, value in PARAGRAPH.items() if key != "sentences"}
    path = write(tmp_path / "en.json", json.dumps({"data": [{"paragraphs": [plain]}]}))
    with pytest.raises(DataError, match=r"paragraph 0.*key 'sentences' is missing"):
        READERS["lareqa"]([path], request_of("retrieval"))


def query(language: str, id_: str, relevant: list[str], pool: str = "all") -> dict:
    return {
        "example_id": id_,
        "language": language,
        "role": "query",
        "pool": pool,
        "text": "?",
        "context": None,
        "relevant": relevant,
    }


def test_a_question_is_answered_by_the_gold_of_every_language():
    rows = [query("en", "q1", ["en-0"]), query("de", "q1", []), query("de", "q2", [])]
    linked, faults = link_queries(rows, {"de": {"straddling_answers": 2}})
    assert [(row["language"], row["example_id"], row["relevant"]) for row in linked] == [
        ("en", "q1", ["en-0"]),
        ("de", "q1", ["en-0"]),
    ]
    assert faults == {"de": {"straddling_answers": 2, "queries_without_gold": 1}}


def test_queries_of_other_pools_keep_their_own_gold():
    rows = [query("sw", "0", ["sw-en-0"], pool="sw"), query("de", "0", ["de-en-0"], pool="de")]
    assert link_queries(rows, {}) == (rows, {})


def test_aligned_lines_become_queries_and_english_candidates(tmp_path):
    foreign = write(tmp_path / "a.swh", "Moja\u2028mbili\nTatu\n\nNne\n")
    english = write(tmp_path / "a.eng", "One two\nThree\nblank\nThree\n")
    read = READERS["line_pairs"]([foreign, english], request_of("retrieval"))
    common = {"pool": "en", "context": None}
    assert read.rows[:2] == [
        {
            **common,
            "example_id": "0",
            "language": "en",
            "role": "query",
            "text": "Moja\u2028mbili",
            "relevant": ["en-en-0"],
        },
        {
            **common,
            "example_id": "en-en-0",
            "language": "en",
            "role": "candidate",
            "text": "One two",
            "relevant": [],
        },
    ]
    assert [row["example_id"] for row in read.rows if row["role"] == "query"] == ["0", "1", "3"]
    assert read.faults == {"missing_text": 1, "repeated_candidates": 1}


def test_files_of_unequal_length_are_refused(tmp_path):
    foreign = write(tmp_path / "a.swh", "Moja\nMbili\n")
    english = write(tmp_path / "a.eng", "One\n")
    with pytest.raises(DataError, match=r"has 2 lines but .* has 1"):
        READERS["line_pairs"]([foreign, english], request_of("retrieval"))


BUCC = {
    "test.de": "de-1\teins\nde-2\tzwei\n",
    "test.en": "en-1\ttwo\nen-2\tthree\n",
    "test.gold": "de-2\ten-1\n",
    "dev.de": "de-1\tacht\n",
    "dev.en": "en-1\teight\n",
    "dev.gold": "de-1\ten-1\n",
}


def bucc(folder, changes=()):
    return [write(folder / name, text) for name, text in {**BUCC, **dict(changes)}.items()]


def test_bucc_has_a_pool_to_test_on_and_one_to_choose_the_threshold_on(tmp_path):
    read = READERS["bucc"](bucc(tmp_path), request_of("retrieval", labels=("",)))
    found = [
        (row["role"], row["pool"], row["language"], row["example_id"], row["relevant"])
        for row in read.rows
    ]
    # The request is for English in the place of German: it names the pool.
    assert found == [
        ("query", "en", "en", "de-1", []),
        ("query", "en", "en", "de-2", ["en-1"]),
        ("candidate", "en", "en", "en-1", []),
        ("candidate", "en", "en", "en-2", []),
        ("dev_query", "en/dev", "en", "dev/de-1", ["dev/en-1"]),
        ("dev_candidate", "en/dev", "en", "dev/en-1", []),
    ]
    check_rows(read.rows, "retrieval", ("",), name="toy")


def test_bucc_gold_must_name_a_sentence_and_lines_two_columns(tmp_path):
    read = READERS["bucc"](
        bucc(tmp_path, {"test.gold": "de-2\ten-9\n"}.items()), request_of("retrieval", labels=("",))
    )
    with pytest.raises(DataError, match="query 'de-2': 'en-9' is not in pool 'en'"):
        check_rows(read.rows, "retrieval", ("",), name="toy")
    with pytest.raises(DataError, match=r"dev\.en, line 1: expected two columns"):
        READERS["bucc"](bucc(tmp_path, {"dev.en": "en-1 eight\n"}.items()), request_of("retrieval"))
    with pytest.raises(DataError, match="expected six files, got 5"):
        READERS["bucc"](bucc(tmp_path)[:5], request_of("retrieval"))


def test_queries_that_may_lack_a_counterpart_are_kept():
    rows = [query("de", "q1", [], pool="de")]
    assert link_queries(rows, {}, may_lack_answers=True) == (rows, {})
    assert link_queries(rows, {}) == ([], {"de": {"queries_without_gold": 1}})


def mention(name, start, end, entity):
    span = {"start": start, "end": end, "text": "ignored"}
    return {"example_id": name, "entity_id": entity, "mention_span": span}


ARTICLE = {
    "context": {
        "language": "en",
        "text": "It rained. In Oslo\nAda slept.",
        "sentence_spans": [{"start": 0, "end": 10}, {"start": 11, "end": 29}],
    },
    "mentions": [mention("m1", 14, 18, "Q1"), mention("m2", 19, 22, "Q2"), mention("x", 8, 14, "")],
}


def test_a_mention_is_asked_for_with_its_sentence(tmp_path):
    other = {**ARTICLE, "context": {**ARTICLE["context"], "language": "de"}}
    lines = "".join(json.dumps(article) + "\n" for article in (ARTICLE, other))
    read = READERS["mewslix"]([write(tmp_path / "a.jsonl", lines)], request_of("retrieval"))
    assert [(row["example_id"], row["text"], row["relevant"]) for row in read.rows] == [
        ("m1", "Oslo: In { Oslo } Ada slept.", ["Q1"]),
        ("m2", "Ada: In Oslo { Ada } slept.", ["Q2"]),
    ]
    assert {row["pool"] for row in read.rows} == {"all"}
    assert read.faults["missing_text"] == 1  # it crosses a sentence's end


def test_articles_whose_text_was_not_put_in_give_no_queries(tmp_path):
    bare = {**ARTICLE, "context": {**ARTICLE["context"], "text": ""}}
    path = write(tmp_path / "a.jsonl", json.dumps(bare) + "\n")
    read = READERS["mewslix"]([path], request_of("retrieval"))
    assert (read.rows, read.faults["missing_text"]) == ([], 3)
