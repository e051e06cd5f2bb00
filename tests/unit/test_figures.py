import io

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from crosslift.contrasts import estimate_contrasts
from crosslift.effects import estimate_effects
from crosslift.errors import DataError
from crosslift.figures import FIGURES
from crosslift.figures.style import signed, spread, wrapped
from crosslift.figures.writing import save_figure
from crosslift.pairing import pair_cells
from crosslift.scaling import estimate_scaling
from tests.effect_predictions import STUDY, random_predictions


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    cells = list(pair_cells(random_predictions()))
    draw = {"resamples": 100, "confidence": 0.9, "seed": 0}
    effects, draws = estimate_effects(cells, **draw)
    sizes = {name: encoder["parameters"] for name, encoder in STUDY["encoders"].items()}
    return {
        "effects": effects,
        "contrasts": estimate_contrasts(cells, STUDY["intermediates"], **draw),
        "scaling": estimate_scaling(effects, draws, sizes, confidence=0.9),
    }


def tabulated(name: str, tables: dict[str, pd.DataFrame], study: dict = STUDY) -> pd.DataFrame:
    kind = FIGURES[name]
    return kind.tabulate(tables[kind.source], study)


def texts(figure: Figure) -> list[str]:
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def dots(figure: Figure, places: slice = slice(None)) -> list[float]:
    """Horizontal positions of all scattered dots."""
    return sorted(
        float(x)
        for axes in figure.axes[places]
        for found in axes.collections
        if len(found.get_offsets()) and type(found).__name__ == "PathCollection"
        for x in found.get_offsets()[:, 0]
    )


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_written_with_the_table_it_was_drawn_from(name, tables, tmp_path):
    table = tabulated(name, tables)
    paths = save_figure(FIGURES[name].draw(table), table, tmp_path / "figures" / name)
    assert [path.name for path in paths] == [f"{name}.svg", f"{name}.png", f"{name}.csv"]
    assert paths[0].read_text(encoding="utf-8").startswith("<?xml")
    assert paths[1].read_bytes().startswith(b"\x89PNG")
    written = pd.read_csv(paths[2], keep_default_na=False, na_values=[""])
    pd.testing.assert_frame_equal(written, table, check_dtype=False)


@pytest.mark.parametrize("name", FIGURES)
def test_the_same_table_gives_the_same_bytes(name, tables, tmp_path):
    table = tabulated(name, tables)
    first, second = (
        save_figure(FIGURES[name].draw(table), table, tmp_path / folder / name)
        for folder in ("first", "second")
    )
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes()
    assert b"dc:date" not in first[0].read_bytes()


def test_a_stem_with_a_dot_keeps_it(tmp_path):
    table = pd.DataFrame({"x": [1]})
    paths = save_figure(Figure(), table, tmp_path / "xlm-r-3.5B")
    assert [path.name for path in paths] == ["xlm-r-3.5B.svg", "xlm-r-3.5B.png", "xlm-r-3.5B.csv"]


def test_the_heatmap_writes_every_gain_of_its_table(tables):
    table = tabulated("gain_heatmap", tables)
    drawn = [text for text in texts(FIGURES["gain_heatmap"].draw(table)) if text != "●"]
    assert sorted(drawn) == sorted(signed(gain) for gain in table["gain"])
    assert len(table) == 2 * 2 * 3  # encoders, intermediates, targets with their mean


def test_the_heatmap_marks_what_holm_leaves_and_nothing_else(tables):
    table = tabulated("gain_heatmap", tables)
    marked = table.assign(clear=[True, *[False] * (len(table) - 1)])
    assert texts(FIGURES["gain_heatmap"].draw(marked)).count("●") == 1
    effects = tables["effects"].assign(p_holm=0.1)
    # At 90 % confidence a corrected p-value of 0.1 is not below 0.1, one of 0.099 is.
    assert not tabulated("gain_heatmap", {"effects": effects})["clear"].any()
    effects["p_holm"] = 0.099
    assert tabulated("gain_heatmap", {"effects": effects})["clear"].all()


def test_untuned_targets_do_not_set_the_scale_of_colours(tables):
    table = tabulated("gain_heatmap", tables)
    assert dict(zip(table["target"], table["in_scale"], strict=True)) == {
        "topics": True,
        "answers": False,
        "mean": False,
    }


def test_intermediates_come_in_the_studys_order_and_the_mean_last(tables):
    table = tabulated("gain_heatmap", tables)
    assert list(table["encoder"].unique()) == ["small", "large"]
    assert list(table["intermediate"].unique()) == ["plain", "legal"]
    assert list(table["target"].unique()) == ["topics", "answers", "mean"]


def test_gains_by_language_draw_every_dot_of_their_table(tables):
    table = tabulated("gain_by_language", tables)
    assert len(table) == 2 * 2 * 2 * 3
    assert dots(FIGURES["gain_by_language"].draw(table)) == sorted(table["gain"])


def test_gains_by_language_put_english_first_and_then_the_easier(tables):
    effects = tables["effects"].copy()
    effects["baseline_score"] = effects["language"].map({"en": 10, "de": 30, "th": 50})
    table = tabulated("gain_by_language", {"effects": effects})
    assert list(table["language"].unique()) == ["en", "th", "de"]


def test_gains_by_language_show_the_ends_of_a_ladder_of_encoders(tables):
    middle = tables["effects"].query("encoder == 'small'").assign(encoder="middle")
    study = {**STUDY, "encoders": {**STUDY["encoders"], "middle": {"parameters": 9_000_000}}}
    effects = pd.concat([tables["effects"], middle])
    for name in ("gain_by_language", "retrieval"):
        table = tabulated(name, {"effects": effects}, study)
        assert set(table["encoder"]) == {"small", "large"}


def test_contrasts_draw_every_dot_of_their_table(tables):
    table = tabulated("gain_by_domain", tables)
    assert dots(FIGURES["gain_by_domain"].draw(table)) == sorted(table["difference"])


def test_scaling_draws_every_gain_and_names_each_slope(tables):
    table = tabulated("gain_by_size", tables)
    figure = FIGURES["gain_by_size"].draw(table)
    drawn = [
        float(y)
        for axes in figure.axes
        for line in axes.lines
        if line.get_marker() == "o"
        for y in line.get_ydata()
    ]
    assert sorted(drawn) == sorted(table["gain"])
    # With two sizes, the slope times their doublings: the difference between their gains.
    gains = table.groupby(["intermediate", "target"])["gain"]
    changes = gains.last() - gains.first()
    drawn_changes = [text.split(" ", 1)[1].split(" [")[0] for text in texts(figure)]
    assert sorted(drawn_changes) == sorted(signed(change) for change in changes)
    assert "a factor of" in figure.get_supxlabel()
    assert figure.get_supylabel() == "gain, points"
    assert all(text.endswith("]") for text in texts(figure))
    assert table["target"].iloc[0] == "mean"


def test_more_than_two_sizes_are_named_by_their_slope(tables):
    scaling = tables["scaling"]
    third = scaling[scaling["encoder"] == "large"].assign(encoder="huge")
    third["parameters"] *= 2
    table = tabulated("gain_by_size", {"scaling": pd.concat([scaling, third])})
    figure = FIGURES["gain_by_size"].draw(table)
    slopes = table.drop_duplicates(["intermediate", "target"])["slope"]
    drawn = [text.split(" ", 1)[1].split(" [")[0] for text in texts(figure)]
    assert sorted(drawn) == sorted(signed(slope) for slope in slopes)
    assert figure.get_supxlabel().endswith("its slope per doubling")


def test_both_figures_of_languages_have_one_order(tables):
    effects = tables["effects"].copy()
    hard = (effects["target"] == "topics") & (effects["language"] == "de")
    effects.loc[hard, "baseline_score"] = -1000.0
    by_language = tabulated("gain_by_language", {"effects": effects})["language"].unique()
    assert list(by_language) == ["en", "th", "de"]
    assert list(tabulated("retrieval", {"effects": effects})["language"].unique()) == [
        "en",
        "th",
        "de",
    ]


def test_retrieval_draws_before_and_after_of_retrieval_targets_alone(tables):
    table = tabulated("retrieval", tables)
    assert set(table["target"]) == {"answers"}
    both = sorted([*table["before"], *table["after"]])
    assert dots(FIGURES["retrieval"].draw(table)) == both
    assert table[["after_low", "after_high"]].stack().between(0, 100).all()
    assert table.loc[table["beyond_low"], "after_low"].eq(0).all()
    assert table.loc[table["beyond_high"], "after_high"].eq(100).all()
    arrows = [
        line
        for axes in FIGURES["retrieval"].draw(table).axes
        for line in axes.lines
        if line.get_marker() in ("<", ">")
    ]
    cut = table[["beyond_low", "beyond_high"]].to_numpy().sum()
    assert sum(len(line.get_xdata()) for line in arrows) == cut
    assert cut > 0


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("gain_heatmap", "effects hold no non-english row"),
        ("gain_by_language", "effects hold no row of a single language"),
        ("gain_by_domain", "has a general one of its format"),
        ("gain_by_size", "needs encoders of at least two sizes"),
        ("retrieval", "no language of a retrieval target"),
    ],
)
def test_a_figure_without_data_is_refused_with_the_reason(name, message, tables):
    empty = tables[FIGURES[name].source].iloc[:0]
    with pytest.raises(DataError, match=message):
        FIGURES[name].tabulate(empty, STUDY)


def test_a_study_that_does_not_know_an_intermediate_is_refused_by_key(tables):
    study = {**STUDY, "intermediates": {"plain": STUDY["intermediates"]["plain"]}}
    with pytest.raises(DataError, match=r"study.json: intermediates.legal.domain is missing"):
        tabulated("gain_heatmap", tables, study)


def effects_of_size(intermediates: int, languages: int, encoders: int) -> tuple[pd.DataFrame, dict]:
    """Effects on one target, and their study."""
    rng = np.random.default_rng(0)
    codes = ["en", *(f"l{place}" for place in range(languages - 1))]
    rows = pd.DataFrame(
        [
            (f"encoder-{size}", f"task-{number}", "tatoeba", code)
            for size in range(encoders)
            for number in range(intermediates)
            for code in [*codes, "non-english"]
        ],
        columns=["encoder", "intermediate", "target", "language"],
    )
    gain = rng.normal(0, 3, len(rows))
    rows = rows.assign(score=50 + gain, baseline_score=50.0, gain=gain, low=gain - 1, high=gain + 1)
    study = {
        "encoders": {
            f"encoder-{size}": {"parameters": 10 ** (6 + size)} for size in range(encoders)
        },
        "intermediates": {
            f"task-{number}": {"domain": ["general", "legal"][number % 2], "format": "span"}
            for number in range(intermediates)
        },
        "targets": {"tatoeba": {"format": "retrieval"}},
    }
    return rows.assign(p_holm=0.2, confidence=0.95), study


@pytest.mark.parametrize("name", ["gain_heatmap", "gain_by_language", "retrieval"])
@pytest.mark.parametrize(("intermediates", "languages", "encoders"), [(1, 2, 1), (30, 20, 1)])
def test_figures_hold_the_smallest_and_large_studies(name, intermediates, languages, encoders):
    effects, study = effects_of_size(intermediates, languages, encoders)
    table = tabulated(name, {"effects": effects}, study)
    figure = FIGURES[name].draw(table)
    figure.savefig(io.BytesIO(), dpi=20)
    width, height = figure.get_size_inches()
    assert 3 <= width <= 7.5
    assert 1 <= height <= 100


@pytest.mark.parametrize(
    ("value", "text"), [(1.25, "+1.2"), (-0.31, "\N{MINUS SIGN}0.3"), (-0.04, "0.0"), (0, "0.0")]
)
def test_gains_carry_a_true_sign(value, text):
    assert signed(value) == text


def test_labels_that_collide_move_apart_as_little_as_needed():
    # 1 and 1.2 are pooled about 1.1, half a gap to either side; 5 stays.
    assert spread([1.2, 1.0, 5.0], 1.0) == pytest.approx([1.6, 0.6, 5.0])


def test_long_names_break_after_dashes():
    assert wrapped("legal-classification", 0.9, 7) == "legal-\nclassification"
    assert wrapped("mnli", 0.1, 7) == "mnli"


def test_many_languages_are_dots_on_a_line_that_fit_a_page():
    effects, study = effects_of_size(7, 40, 2)
    gains = tabulated("gain_by_language", {"effects": effects}, study)
    by_language = FIGURES["gain_by_language"].draw(gains)
    assert dots(by_language) == sorted(gains.loc[gains["language"] != "en", "gain"])
    scores = tabulated("retrieval", {"effects": effects}, study)
    before = scores.drop_duplicates(["encoder", "target", "language"])["before"]
    retrieval = FIGURES["retrieval"].draw(scores)
    assert dots(retrieval) == sorted([*before, *scores["after"]])
    for figure in (by_language, retrieval):
        assert figure.get_size_inches()[1] < 10
