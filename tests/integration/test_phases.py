"""Training and prediction on a random two-layer encoder: exact, small, and the real code."""

import json
import os
import signal
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from safetensors.torch import load_file

from benchmarks.pipeline import WORKED
from crosslift.catalogue import get_task
from crosslift.data.tables import write_rows
from crosslift.encoders.load import load_encoder, load_tokenizer
from crosslift.evaluation import Evaluator
from crosslift.files import read_json
from crosslift.model import WORD_IDS, WORD_ROWS, build_model, tuned_weights
from crosslift.optimizer import AdamW
from crosslift.phases import Job, TrainingData, Unlabelled, train_intermediate, tune_cells
from crosslift.preemption import Preempted
from crosslift.study import NONE, Cell, LowRank, Recipe
from crosslift.training import schedule, train, training_task

RECIPE = Recipe(
    learning_rate=1e-3, epochs=2, batch_size=4, max_length=64, stride=8, precision="fp32"
)
TOPICS = {"sports": "ball", "travel": "train", "health": "fever"}
CPU = torch.device("cpu")


pytestmark = pytest.mark.usefixtures("one_thread")


def topic_rows(count, start=0, language="en"):
    names = list(TOPICS)
    return [
        {
            "example_id": f"{i}",
            "language": language,
            "text": f"the {TOPICS[names[i % 3]]} number {i}",
            "text_pair": None,
            "label": names[i % 3],
        }
        for i in range(start, start + count)
    ]


def write_card(folder, task):
    (folder / "training.json").write_text(json.dumps({"task": task}))


@pytest.fixture
def topics(tmp_path) -> Path:
    folder = tmp_path / "data" / "sib200"
    write_rows(folder / "train.parquet", topic_rows(24), "classification")
    write_rows(folder / "dev.parquet", topic_rows(6, 100), "classification")
    tests = topic_rows(6, 200) + topic_rows(6, 200, "de")
    write_rows(folder / "test.parquet", tests, "classification")
    write_card(folder, "sib200")
    return folder


def tune(encoder, target, data, recipe, jobs, output, work):
    """Manifests and weights of all cells, by name."""
    tokenizer = load_tokenizer(encoder.folder)
    if not isinstance(data, TrainingData):
        data = TrainingData(data)
    cells = tune_cells(encoder, target, data, tokenizer, recipe, jobs, output, work)
    found = {cell.name: (manifest, weights) for cell, manifest, weights in cells}
    return {k: v[0] for k, v in found.items()}, {k: v[1] for k, v in found.items()}


def evaluator(encoder, target, tests, recipe):
    tokenizer = load_tokenizer(encoder.folder)
    return Evaluator(encoder, "random-tiny", target, tests, tokenizer, recipe)


def test_a_model_learns_what_its_words_give_away(encoder, topics, tmp_path):
    recipe = RECIPE.model_copy(update={"epochs": 30})
    cell = Cell(NONE, 0, 0)
    _, weights = tune(
        encoder, "sib200", topics, recipe, [Job(cell, None)], tmp_path / "t", tmp_path / "w"
    )
    tested = evaluator(encoder, "sib200", topics / "test.parquet", recipe)
    table = tested.predictions(cell, weights[cell.name])
    assert table["score"].mean() == 1.0
    assert set(table["language"]) == {"en", "de"}
    assert list(table.columns) == [
        *("encoder", "intermediate", "target", "language", "intermediate_seed", "target_seed"),
        *("example_id", "group", "gold", "prediction", "score", "weight"),
    ]


def test_the_log_says_how_long_a_cell_trained_and_predicted(encoder, topics, tmp_path, caplog):
    caplog.set_level("INFO", "crosslift")
    cell = Cell(NONE, 0, 0)
    given = (encoder, "sib200", topics, RECIPE, [Job(cell, None)], tmp_path / "t", tmp_path / "w")
    manifests, weights = tune(*given)
    tested = evaluator(encoder, "sib200", topics / "test.parquet", RECIPE)
    tested.predictions(cell, weights[cell.name])
    seen = [(kind, int(pieces)) for kind, pieces, _ in WORKED.findall(caplog.text)]
    kinds, (trained, *_, predicted) = zip(*seen, strict=True)
    assert kinds == ("trained", "predicted", "predicted")  # the second: development data
    assert trained == manifests[cell.name]["outcome"]["pieces"]
    assert predicted == len(tested.encoded.pieces)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not(encoder, topics, tmp_path):
    def weights(name, seed):
        cell = Cell(NONE, 0, seed)
        tune(encoder, "sib200", topics, RECIPE, [Job(cell, None)], tmp_path / name, tmp_path / "w")
        return (tmp_path / name / cell.name / "model.safetensors").read_bytes()

    first = weights("a", 0)
    assert weights("b", 0) == first
    assert weights("c", 1) != first


class Killed(BaseException):
    """Stands for a kill: nothing in the program catches it."""


def killed_at_every_third_step(monkeypatch, run):
    """Start a training again and again until it ends; each start dies at its third step or so."""
    steps, original = 0, AdamW.step

    def dies_at_third(self, *args, **kwargs):
        nonlocal steps
        steps += 1
        if steps % 3 == 0:
            raise Killed
        return original(self, *args, **kwargs)

    monkeypatch.setattr(AdamW, "step", dies_at_third)
    for _ in range(20):
        try:
            return run()
        except Killed:
            continue
    raise AssertionError("the training never ended")


@pytest.fixture
def training(encoder, topics):
    """The topics' training split, and a function that builds a fresh model for it."""
    tokenizer = load_tokenizer(encoder.folder)
    examples = pd.read_parquet(topics / "train.parquet")
    labels = get_task("sib200").labels
    task = training_task("sib200", "classification", labels, examples, tokenizer, RECIPE)

    def fresh():
        torch.manual_seed(0)
        return build_model(encoder, np.unique(task.encoded.pieces), {"sib200": len(labels)})

    return task, fresh


def test_a_run_killed_at_any_step_ends_with_the_same_weights(training, tmp_path, monkeypatch):
    task, fresh = training

    def run(model, work):
        train(model, [task], RECIPE, 0, work, {"seed": 0}, CPU, save_every_seconds=0)
        return tuned_weights(model, None)

    expected = run(fresh(), tmp_path / "whole")
    found = killed_at_every_third_step(monkeypatch, lambda: run(fresh(), tmp_path / "killed"))
    for name, tensor in expected.items():
        assert torch.equal(tensor, found[name]), name
    assert not (tmp_path / "killed").exists()


def test_the_weights_of_the_best_evaluation_are_kept_and_training_stops(training, tmp_path):
    task, fresh = training
    scores = iter([10.0, 30.0, 20.0, 30.0, 90.0])
    recipe = RECIPE.model_copy(update={"evaluate_every": 2, "patience": 2})
    model, seen = fresh(), []

    def evaluate():
        score = next(scores)
        seen.append((score, model.encoder.words.weight.detach().clone()))
        return score

    outcome = train(model, [task], recipe, 0, tmp_path, {}, CPU, evaluate=evaluate)
    # 24 examples in batches of 4, twice: 12 steps, of which 8 are taken; best after 4.
    assert outcome["steps"] == 8
    assert outcome["best_step"] == 4
    assert torch.equal(model.encoder.words.weight, seen[1][1])
    assert not torch.equal(model.encoder.words.weight, seen[3][1])


def test_a_killed_run_with_early_stopping_ends_with_the_same_weights(
    training, tmp_path, monkeypatch
):
    task, fresh = training
    recipe = RECIPE.model_copy(update={"evaluate_every": 2, "patience": 2})

    def run(work):
        model = fresh()

        def evaluate():  # falls after two evaluations, whatever was killed before
            return -abs(float(model.encoder.words.weight.detach().norm()) * 1e3 % 7 - 3)

        outcome = train(
            model, [task], recipe, 0, work, {}, CPU, save_every_seconds=0, evaluate=evaluate
        )
        return outcome, tuned_weights(model, None)

    expected = run(tmp_path / "whole")
    found = killed_at_every_third_step(monkeypatch, lambda: run(tmp_path / "killed"))
    assert found[0] == expected[0]
    for name, tensor in expected[1].items():
        assert torch.equal(tensor, found[1][name]), name


def test_a_run_asked_to_end_saves_its_state_and_goes_on_to_the_same_weights(
    training, tmp_path, monkeypatch
):
    task, fresh = training

    def run(work):
        model = fresh()
        train(model, [task], RECIPE, 0, work, {}, CPU)
        return tuned_weights(model, None)

    expected, original, steps = run(tmp_path / "whole"), AdamW.step, []

    def is_asked_to_end(self, *args, **kwargs):
        steps.append(None)
        if len(steps) == 5:
            os.kill(os.getpid(), signal.SIGTERM)
        return original(self, *args, **kwargs)

    monkeypatch.setattr(AdamW, "step", is_asked_to_end)
    with pytest.raises(Preempted):
        run(tmp_path / "asked")
    assert len(steps) == 5
    found = run(tmp_path / "asked")
    assert len(steps) == 12  # of 12: none was taken twice
    for name, tensor in expected.items():
        assert torch.equal(tensor, found[name]), name


def test_micro_batches_change_memory_alone(training, tmp_path):
    task, fresh = training
    ends = []
    for size in (None, 1, 3):
        model = fresh()
        recipe = RECIPE.model_copy(update={"micro_batch": size, "dropout": 0.0})
        train(model, [task], recipe, 0, tmp_path, {}, CPU)
        ends.append(tuned_weights(model, None))
    for name, tensor in ends[0].items():
        for end in ends[1:]:
            torch.testing.assert_close(end[name], tensor, atol=2e-5, rtol=1e-4)


def test_computing_states_once_more_changes_memory_alone(training, tmp_path):
    task, fresh = training
    ends = []
    for again in (False, True):
        model = fresh()
        if again:
            model.encoder.recompute()
        train(model, [task], RECIPE, 0, tmp_path, {}, CPU)
        ends.append(tuned_weights(model, None))
    for name, tensor in ends[0].items():
        assert torch.equal(ends[1][name], tensor), name


def test_a_cap_limits_what_a_large_task_gives_to_an_epoch_and_draws_anew(training):
    task, _ = training
    small = replace(task, name="small", encoded=task.encoded.take(np.arange(8)))
    steps = schedule([replace(task, cap=8), replace(small, cap=8)], RECIPE, 0)
    drawn = [set(), set()]
    for place, (index, sequences) in enumerate(steps):
        if index == 0:
            drawn[place // (len(steps) // 2)] |= set(sequences)
    # Two epochs of 8 / 4 batches from each task.
    assert [sum(index == i for index, _ in steps) for i in (0, 1)] == [4, 4]
    assert [len(found) for found in drawn] == [8, 8]
    assert drawn[0] != drawn[1]


def test_a_share_of_the_steps_is_of_texts_without_labels(training):
    task, _ = training
    texts = replace(task, name="texts", encoded=task.encoded.take(np.arange(5)), share=0.25)
    steps = schedule([task, texts], RECIPE, 0)
    # 6 batches an epoch of the task; 2 of the texts make 8.
    assert [sum(index == i for index, _ in steps) for i in (0, 1)] == [12, 4]


def test_masked_language_modelling_beside_a_task_tunes_both_and_leaves_one_head(
    encoder, topics, tmp_path
):
    texts = tmp_path / "texts.parquet"
    pd.DataFrame(
        {"language": "de", "text": [f"der Ball Nummer {i}" for i in range(20)]}
    ).to_parquet(texts)
    given = (encoder, {"sib200": TrainingData(topics)}, load_tokenizer(encoder.folder), RECIPE, 0)
    plain = train_intermediate(*given, tmp_path / "plain", tmp_path / "w")
    both = train_intermediate(
        *given, tmp_path / "both", tmp_path / "w", unlabelled=Unlabelled(texts, 0.5)
    )
    assert both["outcome"]["steps"] == 2 * plain["outcome"]["steps"]
    assert both["masked_lm"]["share"] == 0.5
    assert "masked_lm" not in plain
    weights = load_file(tmp_path / "both" / "model.safetensors")
    alone = load_file(tmp_path / "plain" / "model.safetensors")
    assert len(weights[WORD_IDS]) > len(alone[WORD_IDS])  # German pieces are tuned too
    job = Job(Cell("sib200-mlm", 0, 0), tmp_path / "both")
    manifests, _ = tune(encoder, "sib200", topics, RECIPE, [job], tmp_path / "t", tmp_path / "w")
    assert manifests[job.cell.name]["parent_sha256"] == both["weights_sha256"]


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_low_rank_tuning_changes_matrices_by_that_rank_and_nothing_else(
    encoder, topics, tmp_path, precision
):
    changes = {"lora": LowRank(rank=2, alpha=4), "epochs": 30, "precision": precision}
    changes["learning_rate"] = 1e-2
    recipe = RECIPE.model_copy(update=changes)
    job = Job(Cell(NONE, 0, 0), None)
    _, weights = tune(encoder, "sib200", topics, recipe, [job], tmp_path / "t", tmp_path / "w")
    tuned = weights[job.cell.name]
    given = dict(load_encoder(encoder.folder).model.state_dict())
    changed = 0
    for name, before in given.items():
        after = tuned.get(f"encoder.{name}")
        if after is None:  # word embeddings are stored as rows
            continue
        difference = after.float() - before
        if before.ndim < 2 or precision == "bf16" or not difference.any():
            continue
        # The sum of squares beyond the second singular value is rounding.
        singular = torch.linalg.svdvals(difference)
        assert (singular[2:] < 1e-3 * singular[0]).all(), name
        changed += 1
    assert changed >= 8 or precision == "bf16"
    assert torch.equal(tuned["encoder.norm.weight"], given["norm.weight"])
    tested = evaluator(encoder, "sib200", topics / "test.parquet", recipe)
    table = tested.predictions(job.cell, tuned)
    assert table["score"].mean() > 0.5  # chance: 1/7 of all labels, 1/3 of those that occur


def test_finished_cells_are_kept_and_only_new_ones_are_trained(encoder, topics, tmp_path):
    output, work = tmp_path / "t", tmp_path / "w"
    first = Job(Cell(NONE, 0, 0), None)
    _, trained = tune(encoder, "sib200", topics, RECIPE, [first], output, work)
    before = (output / first.cell.name / "model.safetensors").stat().st_mtime_ns
    second = Job(Cell(NONE, 0, 1), None)
    manifests, kept = tune(encoder, "sib200", topics, RECIPE, [first, second], output, work)
    assert (output / first.cell.name / "model.safetensors").stat().st_mtime_ns == before
    assert set(manifests) == {first.cell.name, second.cell.name}
    for name, tensor in trained[first.cell.name].items():
        assert torch.equal(tensor, kept[first.cell.name][name]), name


def test_a_changed_recipe_trains_again(encoder, topics, tmp_path):
    job = Job(Cell(NONE, 0, 0), None)
    paths = (tmp_path / "t", tmp_path / "w")
    old, _ = tune(encoder, "sib200", topics, RECIPE, [job], *paths)
    recipe = RECIPE.model_copy(update={"learning_rate": 2e-3})
    new, _ = tune(encoder, "sib200", topics, recipe, [job], *paths)
    assert old[job.cell.name]["weights_sha256"] != new[job.cell.name]["weights_sha256"]


def test_a_limit_on_examples_takes_some_of_the_prepared_ones(encoder, topics, tmp_path):
    job = Job(Cell(NONE, 0, 0), None)
    manifests, _ = tune(
        encoder, "sib200", TrainingData(topics, 8), RECIPE, [job], tmp_path / "t", tmp_path / "w"
    )
    # 8 of the 24 examples, in batches of 4, twice.
    assert manifests[job.cell.name]["outcome"]["steps"] == 4
    assert manifests[job.cell.name]["examples"] == {"sib200": 8}


def test_phase_three_starts_from_phase_two_and_keeps_rows_it_does_not_see(
    encoder, topics, tmp_path
):
    other = tmp_path / "data" / "policyie"
    rows = [{**row, "text": f"§ {row['text']} zzz qqq", "label": "Other"} for row in topic_rows(12)]
    write_rows(other / "train.parquet", rows, "classification")
    write_rows(other / "dev.parquet", rows[:2], "classification")
    write_card(other, "policyie")
    parent = tmp_path / "intermediate" / "policyie" / "seed0"
    manifest = train_intermediate(
        encoder,
        {"policyie": TrainingData(other)},
        load_tokenizer(encoder.folder),
        RECIPE,
        0,
        parent,
        tmp_path / "w",
    )
    assert manifest == read_json(parent / "manifest.json")
    job = Job(Cell("policyie", 0, 0), parent)
    manifests, _ = tune(encoder, "sib200", topics, RECIPE, [job], tmp_path / "t", tmp_path / "w")
    phase_two = load_file(parent / "model.safetensors")
    phase_three = load_file(tmp_path / "t" / job.cell.name / "model.safetensors")
    assert manifests[job.cell.name]["parent_sha256"] == manifest["weights_sha256"]
    missing = set(phase_two[WORD_IDS].tolist()) - _pieces(encoder, topics)
    assert missing
    for piece in missing:
        row_two = phase_two[WORD_ROWS][phase_two[WORD_IDS] == piece]
        row_three = phase_three[WORD_ROWS][phase_three[WORD_IDS] == piece]
        assert torch.equal(row_two, row_three)


def _pieces(encoder, folder):
    tokenizer = load_tokenizer(encoder.folder)
    texts = [
        text
        for split in ("train", "dev")
        for text in pd.read_parquet(folder / f"{split}.parquet")["text"]
    ]
    return {piece for encoding in tokenizer.encode_batch(texts) for piece in encoding.ids}


def test_training_with_the_trimmed_vocabulary_equals_training_with_the_full_one(
    encoder, topics, tmp_path
):
    tokenizer = load_tokenizer(encoder.folder)
    examples = pd.read_parquet(topics / "train.parquet")
    labels = get_task("sib200").labels
    task = training_task("sib200", "classification", labels, examples, tokenizer, RECIPE)
    states = []
    for pieces in (np.unique(task.encoded.pieces), np.arange(tokenizer.get_vocab_size())):
        torch.manual_seed(0)
        model = build_model(encoder, pieces, {"sib200": len(labels)})
        train(model, [task], RECIPE, 0, tmp_path / "w", {}, CPU)
        tensors = tuned_weights(model, None)
        keep = torch.isin(tensors[WORD_IDS], torch.from_numpy(np.unique(task.encoded.pieces)))
        tensors[WORD_ROWS], tensors[WORD_IDS] = tensors[WORD_ROWS][keep], tensors[WORD_IDS][keep]
        states.append(tensors)
    for name in states[0]:
        torch.testing.assert_close(states[0][name], states[1][name], rtol=1e-5, atol=1e-6)


def test_tasks_of_a_mixture_are_sampled_in_proportion_to_their_sizes(encoder):
    tokenizer = load_tokenizer(encoder.folder)
    tasks = [
        training_task(
            name,
            "classification",
            get_task("sib200").labels,
            pd.DataFrame(topic_rows(count)),
            tokenizer,
            RECIPE,
        )
        for name, count in (("small", 8), ("large", 24))
    ]
    chosen = [index for index, _ in schedule(tasks, RECIPE, seed=0)]
    assert chosen.count(0) == 2 * 8 // 4
    assert chosen.count(1) == 2 * 24 // 4
    assert chosen != sorted(chosen)


@pytest.mark.parametrize(
    ("task", "format_name", "rows"),
    [
        (
            "xcopa",
            "choice",
            [
                {
                    "example_id": f"{i}",
                    "language": "en",
                    "context": f"the {word} {i}",
                    "question": "why",
                    "choices": [f"{word} won", "it rained"],
                    "label": 0,
                }
                for i, word in enumerate(["cat", "dog"] * 6)
            ],
        ),
        (
            "udpos",
            "tagging",
            [
                {
                    "example_id": f"{i}",
                    "language": "en",
                    "tokens": ["the", word, "sleeps"],
                    "tags": ["DET", "NOUN", "VERB"],
                }
                for i, word in enumerate(["cat", "dog"] * 6)
            ],
        ),
        (
            "tydiqa_goldp",
            "span",
            [
                {
                    "example_id": f"{i}",
                    "language": "en",
                    "context": f"the {word} lives in a house",
                    "question": "who lives there",
                    "answers": [word],
                    "starts": [4],
                }
                for i, word in enumerate(["cat", "dog"] * 6)
            ],
        ),
    ],
)
def test_every_tuned_format_learns_its_training_examples(
    encoder, tmp_path, task, format_name, rows
):
    for split in ("train", "dev", "test"):
        write_rows(tmp_path / "d" / f"{split}.parquet", rows, format_name)
    recipe = RECIPE.model_copy(update={"epochs": 40, "learning_rate": 3e-3})
    cell = Cell(NONE, 0, 0)
    jobs = [Job(cell, None)]
    _, weights = tune(encoder, task, tmp_path / "d", recipe, jobs, tmp_path / "t", tmp_path / "w")
    tested = evaluator(encoder, task, tmp_path / "d" / "test.parquet", recipe)
    table = tested.predictions(cell, weights[cell.name])
    assert table["score"].mean() > 0.9


def test_retrieval_is_tested_on_the_encoder_as_it_came(encoder, tmp_path):
    words = ["cat", "dog", "house", "tree"]
    rows = [
        {
            "example_id": f"{role}{i}",
            "language": "de" if role == "query" else "en",
            "role": role,
            "pool": "de",
            "text": f"the {word}",
            "context": None,
            "relevant": [f"candidate{i}"] if role == "query" else [],
        }
        for role in ("query", "candidate")
        for i, word in enumerate(words)
    ]
    write_rows(tmp_path / "test.parquet", rows, "retrieval")
    recipe = RECIPE.model_copy(update={"pooling": "mean"})
    table = evaluator(encoder, "tatoeba", tmp_path / "test.parquet", recipe).predictions(
        Cell(NONE, 0, 0), None
    )
    # The same words on both sides: every query finds its own candidate.
    assert table["score"].tolist() == [1.0] * 4


def test_one_cells_weights_leave_nothing_behind_for_the_next(encoder, topics, tmp_path):
    cells = [Cell(NONE, 0, seed) for seed in (0, 1)]
    jobs = [Job(cell, None) for cell in cells]
    _, weights = tune(encoder, "sib200", topics, RECIPE, jobs, tmp_path / "t", tmp_path / "w")
    tested = evaluator(encoder, "sib200", topics / "test.parquet", RECIPE)
    first = tested.predictions(cells[0], weights[cells[0].name])
    tested.predictions(cells[1], weights[cells[1].name])
    again = tested.predictions(cells[0], weights[cells[0].name])
    pd.testing.assert_frame_equal(first, again)
