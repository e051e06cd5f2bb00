"""Preparation from tiny files in the real formats, by the real catalogue's entries."""

import json
from pathlib import Path

import pytest

from crosslift.data.cards import common_card
from crosslift.data.prepare import prepare_tests, prepare_training
from crosslift.data.sources import load_split_from
from crosslift.data.tables import read_rows
from crosslift.errors import ConfigError, DataError
from crosslift.files import sha256_of
from tests.data_requests import task_of, write

FILES = {"sources": ["files"]}


def ner(*sentences: str, tag: str = "O") -> str:
    return "\n\n".join(
        "\n".join(f"{token}\t{tag}" for token in sentence.split()) for sentence in sentences
    )


def sib(*rows: tuple[int, str, str]) -> str:
    lines = ["index_id\tcategory\ttext", *("\t".join(map(str, row)) for row in rows)]
    return "\n".join(lines) + "\n"


def squad(contexts: dict[str, list[str]], answer: str | None = None) -> str:
    """SQuAD-style JSON: context -> ids of questions answered by its first word."""
    return json.dumps(
        {
            "data": [
                {
                    "paragraphs": [
                        {
                            "context": context,
                            "qas": [
                                {
                                    "id": id_,
                                    "question": "Who?",
                                    "answers": [
                                        {
                                            "text": context.split()[0]
                                            if answer is None
                                            else answer,
                                            "answer_start": 0,
                                        }
                                    ],
                                }
                                for id_ in ids
                            ],
                        }
                        for context, ids in contexts.items()
                    ]
                }
            ]
        }
    )


def policyie(path: Path, *sentences: str) -> None:
    rows = (json.dumps({"sentence": sentence, "label": "Other"}) for sentence in sentences)
    write(path, "".join(f"{row}\n" for row in rows))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "raw"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "toy"


def test_the_card_says_what_was_read_and_names_no_folder_of_this_machine(root, out):
    train = write(root / "sib200/eng_Latn/train.tsv", sib((1, "travel", "a"), (2, "sports", "b")))
    write(root / "sib200/eng_Latn/dev.tsv", sib((3, "travel", "c")))
    card = prepare_training("sib200", out, data_root=root, seed=5, **FILES)
    assert card == json.loads((out / "training.json").read_text())
    assert card["counts"] == {"train": 2, "dev": 1}
    assert card["dev_from"] == "own file"
    assert card["files"][0] == {
        "split": "train",
        "language": "en",
        "path": "sib200/eng_Latn/train.tsv",
        "bytes": train.stat().st_size,
        "sha256": sha256_of(train),
    }
    assert card["source"]["kind"] == "files"
    assert card["seed"] == 5
    assert str(root) not in (out / "training.json").read_text()
    assert read_rows(out / "train.parquet")[0] == {
        "example_id": "1",
        "language": "en",
        "text": "a",
        "text_pair": None,
        "label": "travel",
    }


def test_preparing_twice_gives_the_same_bytes(root, tmp_path):
    rows = [(i, "travel" if i % 2 else "sports", f"sentence {i}") for i in range(30)]
    write(root / "sib200/eng_Latn/train.tsv", sib(*rows))
    for name in ("first", "second"):
        prepare_training("sib200", tmp_path / name, data_root=root, max_train=9, **FILES)
    for file in ("train.parquet", "dev.parquet", "training.json"):
        assert (tmp_path / "first" / file).read_bytes() == (tmp_path / "second" / file).read_bytes()


def test_training_sentences_that_are_in_the_development_set_are_dropped_and_counted(root, out):
    policyie(root / "policyie_intent_plue/intent_classification_train.json", "A  B", "c", "d")
    policyie(root / "policyie_intent_plue/intent_classification_valid.json", "a b", "e")
    card = prepare_training("policyie", out, data_root=root, **FILES)
    assert card["leaks_removed"] == {"train": {"dev": 1}, "dev": {}}
    assert [row["text"] for row in read_rows(out / "train.parquet")] == ["c", "d"]


def test_sentences_of_excluded_tests_neither_train_nor_select(root, tmp_path):
    folder = root / "wikiann_panx"
    write(folder / "train-en.tsv", ner("in both", "in test", "only train", "x y"))
    write(folder / "dev-en.tsv", ner("In both", "only dev"))
    write(folder / "test-en.tsv", ner("in test", "only dev"))
    prepare_tests("wikiann", tmp_path / "wikiann", languages=["en"], data_root=root, **FILES)
    test = tmp_path / "wikiann/test.parquet"
    card = prepare_training("wikiann", tmp_path / "out", data_root=root, exclude=[test], **FILES)
    name = "wikiann/test.parquet"
    assert card["leaks_removed"] == {"train": {name: 1, "dev": 1}, "dev": {name: 1}}
    assert card["excluded_tests"] == [name]
    tokens = [row["tokens"] for row in read_rows(tmp_path / "out/train.parquet")]
    assert tokens == [["only", "train"], ["x", "y"]]


def test_questions_on_a_tested_passage_are_dropped_from_training(root, tmp_path):
    passages = {f"Ann {i} left.": [f"q{i}"] for i in range(20)}
    write(root / "squad/train-v1.1.json", squad(passages))
    write(root / "xquad/xquad.en.json", squad({"Ann 3 left.": ["x"]}))
    prepare_tests("xquad", tmp_path / "xquad", languages=["en"], data_root=root, **FILES)
    test = tmp_path / "xquad/test.parquet"
    card = prepare_training("squad", tmp_path / "out", data_root=root, exclude=[test], **FILES)
    assert card["leaks_removed"]["train"] == {"xquad/test.parquet": 1}
    assert sum(card["available"].values()) == 19


def test_a_held_out_development_set_shares_no_passage_with_training(root, out):
    passages = {f"Ann {i} left.": [f"q{i}.{j}" for j in range(3)] for i in range(20)}
    write(root / "squad/train-v1.1.json", squad(passages))
    card = prepare_training("squad", out, data_root=root, max_dev=4, **FILES)
    train, dev = (read_rows(out / f"{split}.parquet") for split in ("train", "dev"))
    assert card["dev_from"] == "held out from train"
    assert len(dev) == 4
    assert not {row["context"] for row in train} & {row["context"] for row in dev}


def test_a_development_file_that_had_to_train_is_not_the_development_set(root, out):
    items = [
        {"context": f"c{i}", "question": "q", "answerA": "a", "answerB": "b", "answerC": "c"}
        for i in range(30)
    ]
    lines = [json.dumps({**item, "correct": "ABC"[i % 3]}) for i, item in enumerate(items)]
    write(root / "socialiqa/socialIQa_v1.4_dev.jsonl", "\n".join(lines))
    card = prepare_training("siqa", out, data_root=root, **FILES)
    assert card["dev_from"] == "held out from train"
    assert card["counts"] == {"train": 27, "dev": 3}


def test_repeated_question_ids_are_told_apart_by_position_and_counted(root, out):
    passages = {f"Ann {i} left.": ["same"] for i in range(12)} | {"Bob left.": ["own"]}
    write(root / "squad/train-v1.1.json", squad(passages))
    card = prepare_training("squad", out, data_root=root, **FILES)
    assert card["faults"] == {"train": {"duplicate_ids": 11}}
    rows = read_rows(out / "train.parquet") + read_rows(out / "dev.parquet")
    assert {row["example_id"] for row in rows} == {f"same@{i}" for i in range(12)} | {"own"}


def test_a_parallel_test_keeps_the_same_ids_in_each_language(root, out):
    def pairs(missing: set[int]) -> str:
        rows = [("NS" if i in missing else f"s{i}", f"t{i}", i % 2) for i in range(40)]
        return "".join(f"{a}\t{b}\t{label}\n" for a, b, label in rows)

    write(root / "pawsx_dev/test-de.tsv", pairs({1, 2, 3}))
    write(root / "pawsx_dev/test-fr.tsv", pairs({4, 5, 30}))
    card = prepare_tests("pawsx", out, languages=["de", "fr"], max_test=10, data_root=root, **FILES)
    ids = {"de": set(), "fr": set()}
    for row in read_rows(out / "test.parquet"):
        ids[row["language"]].add(row["example_id"])
    assert ids["de"] == ids["fr"]
    assert len(ids["de"]) == 10
    assert card["counts"] == {"de": 10, "fr": 10}
    assert card["faults"] == {"de": {"missing_text": 3}, "fr": {"missing_text": 3}}


def test_a_smaller_retrieval_test_has_fewer_queries_and_all_candidates(root, out):
    write(root / "tatoeba/tatoeba.swh-eng.swh", "".join(f"swali {i}\n" for i in range(9)))
    write(root / "tatoeba/tatoeba.swh-eng.eng", "".join(f"question {i}\n" for i in range(9)))
    card = prepare_tests("tatoeba", out, languages=["sw"], max_test=2, data_root=root, **FILES)
    assert card["counts"] == {"sw": 2}
    assert card["candidates"] == {"sw": 9}


def test_lareqa_gold_comes_from_every_language_that_is_prepared(root, out):
    def paragraph(text: str, answer: str) -> str:
        qas = [
            {
                "id": "q",
                "question": "?",
                "answers": [{"text": answer, "answer_start": text.index(answer)}],
            }
        ]
        part = {"context": text, "sentences": [text], "sentence_breaks": [[0, len(text)]]}
        return json.dumps({"data": [{"paragraphs": [{**part, "qas": qas}]}]})

    write(root / "lareqa_xquad_r/en.json", paragraph("Ann sings.", "Ann"))
    write(root / "lareqa_xquad_r/de.json", paragraph("Anna singt.", "Anna"))
    prepare_tests("lareqa", out, languages=["en", "de"], data_root=root, **FILES)
    queries = [row for row in read_rows(out / "test.parquet") if row["role"] == "query"]
    assert [row["relevant"] for row in queries] == [["de-0.0", "en-0.0"]] * 2


def test_a_training_file_is_not_taken_for_a_test(root, out):
    write(root / "tydiqa_goldp/tydiqa.goldp.en.train.json", squad({"Ann left.": ["q"]}))
    with pytest.raises(DataError, match=r"tydiqa\.goldp\.en\.train\.json is the training file"):
        prepare_tests("tydiqa_goldp", out, languages=["en"], data_root=root, **FILES)


@pytest.mark.parametrize(
    ("task", "file", "content", "message"),
    [
        (
            "wikiann",
            "wikiann_panx/test-en.tsv",
            "Oslo\n\nBergen\n",
            "none of 2 examples has a label",
        ),
        ("xquad", "xquad/xquad.en.json", squad({"Ann left.": ["q"]}, answer=""), "none of 1 "),
        (
            "xcopa",
            "xcopa/test.et.jsonl",
            "\n".join(
                json.dumps(
                    {"premise": "p", "choice1": "a", "choice2": "b", "question": "cause"}
                    | {"label": 0, "idx": i}
                )
                for i in range(20)
            ),
            "all 20 labels are 0",
        ),
        ("sib200", "sib200/eng_Latn/test.tsv", sib((1, "", "a")), "none of 1 examples has a label"),
    ],
)
def test_a_test_file_with_hidden_labels_is_refused(root, out, task, file, content, message):
    write(root / file, content)
    languages = ["et"] if task == "xcopa" else ["en"]
    with pytest.raises(DataError, match=message):
        prepare_tests(task, out, languages=languages, data_root=root, **FILES)
    assert not out.exists()


def test_a_language_without_examples_is_named(root, out):
    write(root / "sib200/eng_Latn/test.tsv", sib((1, "travel", "a")))
    write(root / "sib200/deu_Latn/test.tsv", sib())
    with pytest.raises(DataError, match="'sib200': no examples for language 'de'"):
        prepare_tests("sib200", out, languages=["en", "de"], data_root=root, **FILES)
    assert not out.exists()


def test_a_language_that_the_task_lacks_is_a_fault_of_the_configuration(root, out):
    with pytest.raises(ConfigError, match="'xquad' has no language sw; it has: en, es"):
        prepare_tests("xquad", out, languages=["en", "sw"], data_root=root)


def test_missing_files_name_every_source_and_nothing_is_written(root, out, monkeypatch):
    monkeypatch.delenv("CROSSLIFT_DATA", raising=False)
    with pytest.raises(DataError) as caught:
        prepare_training("csqa2", out, sources=["files", "hub"])
    message = str(caught.value)
    assert "files: no data_root was given (key data_root, or the environment variable" in message
    assert "hub: the catalogue names no hub source for task 'csqa2'" in message
    root.mkdir()
    with pytest.raises(DataError, match=r"missing .*CSQA2_train\.json\.gz"):
        prepare_training("csqa2", out, data_root=root, **FILES)
    assert not out.exists()


def test_a_task_without_training_files_says_what_it_trains_on(root, out):
    root.mkdir()
    with pytest.raises(DataError, match="those of task 'mnli': prepare that one"):
        prepare_training("xnli", out, data_root=root, **FILES)


def test_an_unknown_source_is_a_fault_of_the_configuration(out):
    with pytest.raises(ConfigError, match="unknown source disk; known: files, hub, mini"):
        prepare_training("sib200", out, sources=["disk"])


def test_a_damaged_file_is_not_passed_over_for_another_source(root, out):
    write(root / "xquad/xquad.en.json", '{"data": [')
    with pytest.raises(DataError, match="damaged or truncated JSON"):
        prepare_tests("xquad", out, languages=["en"], data_root=root, sources=["files", "hub"])
    assert not out.exists()


def test_too_small_a_training_set_is_refused(root, out):
    write(root / "squad/train-v1.1.json", squad({"Ann left.": ["q"]}))
    with pytest.raises(DataError, match="'squad': no train examples are left"):
        prepare_training("squad", out, data_root=root, **FILES)
    assert not out.exists()


def test_the_embedded_benchmark_needs_no_files(out):
    training = prepare_training("mini-nli", out, max_train=12, max_dev=6)
    tests = prepare_tests("mini-nli", out, languages=["en"], max_test=6)
    assert training["source"] == tests["source"] == {"kind": "mini"}
    assert training["counts"] == {"train": 12, "dev": 6}
    assert tests["counts"] == {"en": 6}


def squad2(*questions: tuple[str, list[str]]) -> str:
    """SQuAD 2.0 JSON: a paragraph a question, with its answers at the paragraph's beginning."""
    paragraphs = [
        {
            "context": f"{id_} is here.",
            "qas": [
                {
                    "id": id_,
                    "question": "Where?",
                    "is_impossible": not answers,
                    "answers": [{"text": text, "answer_start": 0} for text in answers],
                }
            ],
        }
        for id_, answers in questions
    ]
    return json.dumps({"version": "v2.0", "data": [{"paragraphs": paragraphs}]})


def test_questions_without_answers_are_prepared_with_empty_lists(root, out):
    questions = [(f"q{i}", [f"q{i}"] if i % 3 else []) for i in range(30)]
    write(root / "squad_v2/train-v2.0.json", squad2(*questions))
    card = prepare_training("squad_v2", out, data_root=root, **FILES)
    assert card["available"] == {"train": 27, "dev": 3}
    rows = [row for split in ("train", "dev") for row in read_rows(out / f"{split}.parquet")]
    assert {row["example_id"] for row in rows if not row["answers"]} == {
        f"q{i}" for i in range(0, 30, 3)
    }
    assert all(len(row["answers"]) == len(row["starts"]) for row in rows)


def test_a_file_whose_answers_are_all_withheld_is_refused_though_some_may_lack_them(root, out):
    write(root / "squad_v2/train-v2.0.json", squad2(*((f"q{i}", []) for i in range(20))))
    with pytest.raises(DataError, match="none of 20 questions has an answer; benchmarks hide them"):
        prepare_training("squad_v2", out, data_root=root, **FILES)


def test_licensed_files_that_are_missing_are_answered_with_how_to_get_them(root, out):
    root.mkdir()
    with pytest.raises(DataError, match=r"ccg\.train.*licensed by the Linguistic Data Consortium"):
        prepare_training("ccg", out, data_root=root, **FILES)
    with pytest.raises(DataError, match="MedNLI is for credentialed users of PhysioNet: sign"):
        prepare_training("mednli", out, data_root=root, **FILES)


def test_bucc_is_prepared_with_its_development_pool_whole(root, out):
    for split, count in (("test", 6), ("dev", 4)):
        for side in ("fr", "en"):
            lines = "".join(f"{side}-{i}\t{side} {split} {i}\n" for i in range(count))
            write(root / f"bucc2018/fr-en.{split}.{side}", lines)
        write(root / f"bucc2018/fr-en.{split}.gold", "fr-1\ten-2\n")
    card = prepare_tests("bucc2018", out, languages=["fr"], data_root=root, max_test=3, **FILES)
    assert card["counts"] == {"fr": 3}
    assert card["candidates"] == {"fr": 6}
    roles = [row["role"] for row in read_rows(out / "test.parquet")]
    assert [roles.count(role) for role in ("query", "dev_query", "dev_candidate")] == [3, 4, 4]
    assert len(card["files"]) == 6


def test_candidates_that_languages_share_are_read_once(root, out):
    def article(language: str) -> str:
        span = {"start": 0, "end": 4, "text": "Oslo"}
        context = {
            "language": language,
            "text": "Oslo.",
            "sentence_spans": [{"start": 0, "end": 5}],
        }
        mention = {"example_id": f"m-{language}", "entity_id": "Q2", "mention_span": span}
        return json.dumps({"context": context, "mentions": [mention]}) + "\n"

    entities = [
        {"entity_id": name, "description": f"{name} it is", "description_language": "wo"}
        for name in ("Q1", "Q2")
    ]
    write(root / "mewslix/wikinews_mentions-test.jsonl", article("en") + article("de"))
    write(
        root / "mewslix/candidate_set_entities.jsonl",
        "".join(json.dumps(entity) + "\n" for entity in entities),
    )
    card = prepare_tests("mewslix", out, languages=["de", "en"], data_root=root, **FILES)
    assert card["counts"] == {"de": 1, "en": 1}
    assert card["candidates"] == {"all": 2}
    rows = read_rows(out / "test.parquet")
    assert [row["example_id"] for row in rows] == ["m-de", "m-en", "Q1", "Q2"]
    assert card["files"][-1]["path"] == "mewslix/candidate_set_entities.jsonl"
    # A study without the candidates' file is told which one.
    (root / "mewslix/candidate_set_entities.jsonl").unlink()
    with pytest.raises(DataError, match=r"candidate_set_entities\.jsonl.*get-mewsli-x\.sh"):
        prepare_tests("mewslix", out, languages=["de"], data_root=root, **FILES)


def test_examples_of_further_files_follow_with_ids_apart(root):
    one = {"reader": "json_lines", "columns": {"text": "t", "text_pair": "u", "label": "l"}}
    two = {**one, "folder": "other", "columns": {"text": "x", "text_pair": "y", "label": "z"}}
    task = task_of(
        "classification",
        {**one, "also": [{**two, "splits": {"test": "x"}}], "splits": {"test": "x"}},
    )
    write(root / "toy/x", '{"t": "a", "u": "b", "l": "neutral"}\n')
    write(root / "other/x", '{"x": "c", "y": "d", "z": "entailment"}\n')
    found = load_split_from("files", task, "test", ["en"], data_root=root, size=None, seed=0)
    assert [(row["example_id"], row["text"]) for row in found.rows] == [("0/0", "a"), ("1/0", "c")]
    assert [file["path"] for file in found.files] == ["toy/x", "other/x"]
    card = common_card(task, "files", 0)
    assert card["source"]["also"] == [{"folder": "other", "reader": "json_lines"}]


def test_several_labels_are_prepared_as_lists(root, out):
    lines = [{"text": f"clause {i}", "label": ["Other"] * (i % 2)} for i in range(12)]
    write(root / "opp115_plue/train.json", "".join(json.dumps(line) + "\n" for line in lines))
    prepare_training("opp115", out, data_root=root, **FILES)
    rows = [row for split in ("train", "dev") for row in read_rows(out / f"{split}.parquet")]
    assert sorted(len(row["labels"]) for row in rows) == [0] * 6 + [1] * 6
