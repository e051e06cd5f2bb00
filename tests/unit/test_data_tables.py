import pytest

from crosslift.data.tables import SCHEMAS, check_rows, read_rows, write_rows
from crosslift.errors import DataError

KEYS = {"example_id": "1", "language": "en"}
GOOD = {
    "classification": {**KEYS, "text": "nan", "text_pair": None, "label": "no"},
    "multilabel": {**KEYS, "text": "t", "labels": ["no", "yes"]},
    "choice": {**KEYS, "context": "", "question": "q", "choices": ["a", "b"], "label": 1},
    "tagging": {**KEYS, "tokens": ["NA"], "tags": ["O"]},
    "span": {**KEYS, "context": "abc", "question": "q", "answers": ["bc"], "starts": [1]},
}
CANDIDATE = {
    **KEYS,
    "role": "candidate",
    "pool": "p",
    "text": "t",
    "context": None,
    "relevant": [],
}
QUERY = {**CANDIDATE, "example_id": "2", "role": "query", "relevant": ["1"]}
LABELS = {
    "classification": ("no", "yes"),
    "multilabel": ("no", "yes"),
    "tagging": ("O", "B-PER"),
}


@pytest.mark.parametrize("format_", GOOD)
def test_what_is_written_is_read_back(tmp_path, format_):
    path = tmp_path / "deep" / "test.parquet"
    write_rows(path, [GOOD[format_]], format_)
    assert read_rows(path) == [GOOD[format_]]
    check_rows(read_rows(path), format_, LABELS.get(format_), name="toy")


@pytest.mark.parametrize(
    ("format_", "change", "message"),
    [
        ("classification", {"label": "maybe"}, "unknown label 'maybe'; known labels: no, yes"),
        ("classification", {"text": ""}, "text is empty"),
        ("multilabel", {"labels": ["maybe"]}, "unknown label 'maybe'; known labels: no, yes"),
        ("multilabel", {"text": ""}, "text is empty"),
        ("choice", {"label": 2}, "label 2 is not an index of its 2 choices"),
        ("choice", {"choices": ["a"], "label": 0}, "has 1 choices"),
        ("tagging", {"tags": ["O", "O"]}, "1 tokens but 2 tags"),
        ("tagging", {"tags": ["B-LOC"]}, "unknown label 'B-LOC'"),
        ("span", {"starts": [0]}, "answer 'bc' is not at character 0 of its context"),
        ("span", {"starts": []}, "1 answers but 0 starts"),
        ("span", {"answers": [], "starts": []}, "0 answers but 0 starts"),
    ],
)
def test_a_faulty_example_is_named_with_its_fault(format_, change, message):
    with pytest.raises(DataError, match=f"example '1' .en.: .*{message}"):
        check_rows([{**GOOD[format_], **change}], format_, LABELS.get(format_), name="toy")


def test_all_faults_are_counted_and_ten_are_shown():
    rows = [{**GOOD["span"], "example_id": str(i), "starts": [0]} for i in range(12)]
    with pytest.raises(DataError) as caught:
        check_rows(rows, "span", None, name="toy")
    lines = str(caught.value).splitlines()
    assert lines[0] == "toy: faults found: 12"
    assert lines[-1] == "  and 2 more"
    assert len(lines) == 12


def test_an_id_occurs_once_in_a_language():
    rows = [GOOD["tagging"], GOOD["tagging"], {**GOOD["tagging"], "language": "de"}]
    with pytest.raises(DataError, match=r"example id '1' \(en\) occurs 2 times"):
        check_rows(rows, "tagging", None, name="toy")


def test_gold_must_be_a_candidate_of_the_same_pool():
    check_rows([CANDIDATE, QUERY], "retrieval", None, name="toy")
    with pytest.raises(DataError, match="query '2': '1' is not in pool 'other'"):
        check_rows([CANDIDATE, {**QUERY, "pool": "other"}], "retrieval", None, name="toy")
    with pytest.raises(DataError, match="a query needs relevant candidates"):
        check_rows([CANDIDATE, {**QUERY, "relevant": []}], "retrieval", None, name="toy")


def test_a_question_may_lack_answers_only_where_the_task_says_so():
    bare = {**GOOD["span"], "answers": [], "starts": []}
    check_rows([bare, {**GOOD["span"], "example_id": "2"}], "span", [""], name="toy")
    with pytest.raises(DataError, match="0 answers but 1 starts"):
        check_rows([{**bare, "starts": [0]}], "span", [""], name="toy")
    check_rows([CANDIDATE, {**QUERY, "relevant": []}], "retrieval", [""], name="toy")


def test_an_id_may_recur_in_another_pool_and_development_gold_is_checked():
    other = {**CANDIDATE, "pool": "q"}
    check_rows([CANDIDATE, other, QUERY], "retrieval", None, name="toy")
    development = [{**CANDIDATE, "role": "dev_candidate"}, {**QUERY, "role": "dev_query"}]
    check_rows(development, "retrieval", None, name="toy")
    with pytest.raises(DataError, match="query '2': '3' is not in pool 'p'"):
        check_rows(
            [development[0], {**development[1], "relevant": ["3"]}], "retrieval", [""], name="toy"
        )
    with pytest.raises(DataError, match="role is 'gold'; it must be query or dev_query or"):
        check_rows([{**QUERY, "role": "gold", "relevant": []}], "retrieval", None, name="toy")


def test_a_file_that_is_missing_or_no_parquet_is_named(tmp_path):
    with pytest.raises(DataError, match="is missing; prepare it first"):
        read_rows(tmp_path / "a.parquet")
    (tmp_path / "a.parquet").write_text("no")
    with pytest.raises(DataError, match="is not a Parquet file"):
        read_rows(tmp_path / "a.parquet")


def test_every_format_has_a_schema_with_the_keys():
    assert set(SCHEMAS) == {*GOOD, "retrieval"}
    for schema in SCHEMAS.values():
        assert schema.names[:2] == ["example_id", "language"]
