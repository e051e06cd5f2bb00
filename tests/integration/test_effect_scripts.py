"""The scripts from prediction tables to figures, as the rules call them."""

import json
import runpy
import sys
from pathlib import Path

import pandas as pd
import pytest

from tests.effect_predictions import STUDY, random_predictions

SCRIPTS = Path(__file__).parents[2] / "scripts"


def run_script(monkeypatch, name: str, *flags: object) -> None:
    monkeypatch.setattr(sys, "argv", [name, *map(str, flags)])
    runpy.run_path(str(SCRIPTS / f"{name}.py"))["main"]()


@pytest.fixture
def study(tmp_path) -> dict[str, Path]:
    """A study's predictions, one file an encoder and target, and its description."""
    rows = random_predictions()
    paths = []
    for (encoder, target), block in rows.groupby(["encoder", "target"]):
        paths.append(tmp_path / f"{encoder}-{target}.parquet")
        block.to_parquet(paths[-1], index=False)
    description = tmp_path / "study.json"
    description.write_text(json.dumps(STUDY), encoding="utf-8")
    return {"folder": tmp_path, "predictions": paths, "study": description}


def test_predictions_become_scores(study, monkeypatch):
    output = study["folder"] / "scores.parquet"
    flags = ["--predictions", *study["predictions"], "--study", study["study"]]
    run_script(monkeypatch, "score_predictions", *flags, "--output", output)
    scores = pd.read_parquet(output)
    rows = pd.concat(map(pd.read_parquet, study["predictions"]))
    keys = ["encoder", "intermediate", "target", "language", "intermediate_seed", "target_seed"]
    expected = 100 * rows.groupby(keys)["score"].mean()
    assert scores.set_index(keys)["value"].to_dict() == pytest.approx(expected.to_dict())


def test_predictions_become_effects_and_a_figure(study, monkeypatch):
    folder = study["folder"]
    tables = {name: folder / f"{name}.parquet" for name in ("effects", "contrasts", "scaling")}
    outputs = [part for name, path in tables.items() for part in (f"--{name}", path)]
    others = ("--draws", folder / "draws.parquet", "--factorial", folder / "factorial.parquet")
    run_script(
        monkeypatch,
        "estimate_effects",
        *("--predictions", *study["predictions"], "--study", study["study"]),
        *("--resamples", 100, "--confidence", 0.9, "--seed", 1, "--margin", 2),
        *(*outputs, *others),
    )
    effects = pd.read_parquet(tables["effects"])
    assert effects["resamples"].unique().tolist() == [100]
    # answers is not tuned: its two target seeds in this table stand for none.
    seeds = effects.groupby("target")["target_seeds"].unique().map(list).to_dict()
    assert seeds == {"topics": [2], "answers": [0], "mean": [2]}
    # Two labels, none of them named in the study: only a choice or named labels have a chance.
    assert effects["chance"].isna().all()
    gains = effects[effects["language"] == "non-english"].pivot(
        index=["encoder", "intermediate"], columns="target", values="gain"
    )
    assert gains["mean"].tolist() == gains["topics"].tolist()
    assert len(pd.read_parquet(folder / "draws.parquet")) == 2 * 2 * 3 * 100
    assert len(pd.read_parquet(tables["contrasts"])) == 2 * 3
    assert effects["margin"].unique().tolist() == [2]
    # One format alone has no factorial.
    assert pd.read_parquet(folder / "factorial.parquet").empty
    assert len(pd.read_parquet(tables["scaling"])) == 2 * 3 * 2

    stem = folder / "figures" / "gain_heatmap"
    run_script(
        monkeypatch,
        "draw_figure",
        "gain_heatmap",
        *outputs,
        "--study",
        study["study"],
        "--stem",
        stem,
    )
    drawn = pd.read_csv(stem.with_suffix(".csv"))
    headline = effects[effects["language"] == "non-english"]
    assert sorted(drawn["gain"]) == pytest.approx(sorted(headline["gain"]))
    assert stem.with_suffix(".svg").exists()


FACTORIAL = {
    "classification": {"general": "mnli", "legal": "contracts"},
    "span": {"general": "squad", "legal": "policies"},
}


def test_a_declared_factorial_is_estimated_from_its_tasks_alone(tmp_path, monkeypatch):
    tasks = {
        name: {"domain": domain, "format": format_}
        for format_, row in FACTORIAL.items()
        for domain, name in row.items()
    }
    tasks["xnli"] = {"domain": "general", "format": "classification"}
    rows = random_predictions(encoders=("small",), intermediates=tuple(tasks))
    rows.to_parquet(tmp_path / "predictions.parquet", index=False)
    study = {**STUDY, "intermediates": tasks, "config": {"factorial": {"tasks": FACTORIAL}}}
    (tmp_path / "study.json").write_text(json.dumps(study), encoding="utf-8")
    names = ("effects", "draws", "contrasts", "factorial", "scaling")
    outputs = [part for n in names for part in (f"--{n}", tmp_path / f"{n}.parquet")]
    run_script(
        monkeypatch,
        "estimate_effects",
        *("--predictions", tmp_path / "predictions.parquet", "--study", tmp_path / "study.json"),
        *("--resamples", 100, *outputs),
    )
    found = pd.read_parquet(tmp_path / "factorial.parquet")
    assert len(found) == 3 * 3  # effects, and targets with their mean
    assert found["margin"].unique().tolist() == [1]
    effects = pd.read_parquet(tmp_path / "effects.parquet")
    gains = effects[(effects["language"] == "non-english") & (effects["target"] == "topics")]
    gain = gains.set_index("intermediate")["gain"]
    interaction = found[(found["effect"] == "interaction") & (found["target"] == "topics")]
    assert interaction["estimate"].item() == pytest.approx(
        gain["contracts"] - gain["mnli"] - (gain["policies"] - gain["squad"])
    )


def test_a_figure_without_its_table_is_refused(study, monkeypatch, capsys):
    with pytest.raises(SystemExit):
        run_script(
            monkeypatch,
            "draw_figure",
            *("gain_by_size", "--study", study["study"], "--stem", study["folder"] / "x"),
        )
    assert "gain_by_size is drawn from --scaling; give its path" in capsys.readouterr().err
