"""What the report says of the experiment: factorial, floors, variants, stopping, margins, ties."""

import json
from pathlib import Path

import pandas as pd
import pytest

from litreview.synthesis.arms import special_arms
from litreview.synthesis.content import build_content, text_of
from litreview.synthesis.extremes import ends
from litreview.synthesis.facts import own_recipes
from litreview.synthesis.model import Bullets, Paragraph, Table
from litreview.synthesis.prose import all_of
from litreview.synthesis.simulated import DESIGNS, nearest_design
from tests.litreview_examples import factorial, scaling, study, tables, with_margin
from tests.litreview_papers import inputs

SIMULATION = Path(__file__).parents[2] / "benchmarks" / "records" / "simulation.json"


def section(content, identifier):
    """Text of one section."""
    (found,) = [one for one in content.sections if one.identifier == identifier]
    texts = [text_of(b.runs) for b in found.blocks if isinstance(b, Paragraph)]
    texts += [text_of(i) for b in found.blocks if isinstance(b, Bullets) for i in b.items]
    return " ".join(texts)


def shown(content, name):
    """Tables of a name."""
    blocks = [block for one in content.sections for block in one.blocks]
    return [block for block in blocks if isinstance(block, Table) and block.name == name]


def test_the_factorial_is_told_and_shown_with_its_intervals():
    rows = factorial()
    clear = (rows["effect"] == "format") & (rows["target"] == "retrieval")
    clear &= rows["encoder"] == "small-6"
    rows.loc[clear, ["estimate", "low", "high", "p_holm"]] = [29.0, 14.6, 44.3, 0.01]
    content = build_content(inputs(factorial=rows))
    told = section(content, "factorial")
    # Three targets and two encoders.
    assert "Of six effects of domain on single targets, none is clearly above zero" in told
    assert (
        "Of six effects of format on single targets, one is clearly above zero and none clearly "
        "below; the clear one is +29.0 points [14.6, 44.3] on retrieval with small-6 (legal, "
        "classification less span); none is shown to lie within one point of zero."
    ) in told
    first, second = shown(content, "factorial")
    assert [row[0].text for row in first.rows] == [
        "legal: domain",
        "legal: format",
        "legal: domain \N{MULTIPLICATION SIGN} format",
    ]
    assert first.rows[1][0].note == "classification less span"
    assert (second.rows[1][3].text, second.rows[1][3].tone) == ("+29.0", "up")
    assert {row[-1].tone for row in second.rows} == {"flat"}


def test_a_study_without_two_formats_in_common_says_so():
    content = build_content(inputs(factorial=factorial().iloc[:0]))
    assert "No domain has tasks in two formats" in section(content, "factorial")
    assert shown(content, "factorial") == []


def sized(floor="none", target="nli"):
    """Slopes without zero on one target, which may be at the floor."""
    of_mean = scaling(slope=0.1).assign(floor="none")
    steep = of_mean.assign(target=target, floor=floor, slope=4.0, slope_low=2.0, slope_high=6.0)
    return pd.concat([of_mean, steep.head(2)])


def test_a_change_with_size_is_suggested_only_where_scores_are_above_chance():
    sound = section(build_content(inputs(scaling=sized())), "answer")
    assert "a change with size is suggested in one place but not established" in sound
    low = build_content(inputs(scaling=sized(floor="small-3")))
    assert "suggested" not in section(low, "answer")
    assert "no change with size is shown" in section(low, "answer")
    assert "On nli the score of small-3 cannot be told from chance" in section(low, "size")
    assert "cannot be told from chance" not in section(build_content(inputs()), "size")


@pytest.mark.parametrize(("apart", "told"), [(0.5, True), (30.0, False)])
def test_a_difference_of_starting_scores_is_told_from_one_of_final_ones(apart, told):
    effects = tables()["effects"].copy()
    encoders = sorted(set(effects["encoder"]))
    for encoder, score in zip(encoders, (40.0, 40.0 + apart), strict=True):
        here = (effects["encoder"] == encoder) & (effects["target"] == "nli")
        effects.loc[here, "score"] = score
    content = build_content(inputs(effects=effects, scaling=sized()))
    assert ("nearly alike at both sizes" in section(content, "size")) == told


def test_a_mean_with_a_target_near_chance_suggests_no_change_with_size():
    effects = tables()["effects"].copy()
    near = effects["target"] == "nli"
    effects.loc[near, "baseline_score"] = 40.0
    effects.loc[near, "score"] = 40.0 + effects["gain"]
    steep = scaling(slope=4.0)
    assert "a change with size is suggested" in section(
        build_content(inputs(scaling=steep)), "answer"
    )
    content = build_content(inputs(scaling=steep, effects=effects, checks=[]))
    assert "suggested" not in section(content, "answer")


def test_mixtures_and_variants_are_said_to_be_what_they_are():
    names = {
        "all": {"members": ["general-nli", "legal-nli"], "cap": 200},
    }
    variants = {
        "general-nli-shuffled": {"of": "general-nli", "control": "shuffled_labels", "recipe": {}},
        "general-nli-mt": {"of": "general-nli", "languages": ["de", "sw"]},
        "general-nli-mlm": {"of": "general-nli", "masked_lm": {"share": 0.5}},
        "general-nli-lora": {
            "of": "general-nli",
            "recipe": {"lora": {"rank": 16, "alpha": 32}, "learning_rate": 0.001},
            "train_examples": 50,
        },
        "not-trained": {"of": "general-nli"},
    }
    given = study()
    tasks = {name: given["intermediates"]["general-nli"] for name in [*names, *variants]}
    del tasks["not-trained"]
    config = {"mixtures": names, "variants": variants}
    assert special_arms({"intermediates": tasks, "config": config}) == [
        "all is general-nli and legal-nli at once, in proportion to their sizes, of which each "
        "counts as at most 200 examples in an epoch.",
        "general-nli-shuffled is general-nli but has each example's label replaced by that of "
        "another example.",
        "general-nli-mt is general-nli but reads each example in one of these languages: German "
        "and Swahili.",
        "general-nli-mlm is general-nli but spends 50% of its steps on masked-language modelling.",
        "general-nli-lora is general-nli but has 50 training examples, is tuned with lora (rank 16 "
        "and alpha 32) and is tuned with learning rate 0.001.",
    ]
    changed = study(config=given["config"] | config)
    changed["intermediates"]["all"] = given["intermediates"]["general-nli"]
    told = section(build_content(inputs(study=changed, checks=[])), "design")
    assert "the study has these: all is general-nli and legal-nli at once" in told


def test_the_encoder_that_ranks_evidence_is_named_where_there_is_one():
    literature = {"mode": "frozen", "encoder": "e5-small"}
    with_one = study(config=study()["config"] | {"literature": literature})
    told = section(build_content(inputs(study=with_one)), "reading")
    assert "ranked by BM25, fused with the likeness of their vectors by e5-small." in told
    assert "were ranked by BM25. The verdict" in section(build_content(inputs()), "reading")


def test_early_stopping_is_told_with_its_numbers():
    recipes = study()["recipes"]
    stopping = {"evaluate_every": 1000, "patience": 30, "evaluation_examples": 500}
    chosen = {**recipes, "target": {**recipes["target"], **stopping}}
    told = section(build_content(inputs(study=study(recipes=chosen))), "training")
    assert (
        "Phase three scores its weights every 1,000 steps on at most 500 English development "
        "examples of each task, keeps the best, and stops where 30 evaluations in a row have found "
        "none better. Test data and other languages never choose; the other phase keeps the "
        "weights after its last step."
    ) in told
    assert "No model is selected" in section(build_content(inputs()), "training")


def test_no_benefit_is_said_by_the_tests_of_the_margin():
    effects = with_margin(tables(legal_nli__nli=0.0)["effects"])
    found = effects.index[(effects["target"] == "nli") & (effects["language"] == "non-english")]
    effects.loc[found[:3], "p_nonsuperior_holm"] = 0.01
    effects.loc[found[:1], "p_equivalent_holm"] = 0.01
    content = build_content(inputs(effects=effects, checks=[]))
    assert (
        "Of the 30, three are shown to bring no benefit of one point, and one to stay within one "
        "point of no change."
    ) in text_of(content.abstract)
    told = section(content, "gains")
    assert "three are shown to bring no benefit of that size, and none to do no harm" in told
    assert "no benefit" not in text_of(build_content(inputs()).abstract)


def test_nothing_shown_is_not_said_to_be_nothing():
    flat = {f"{arm}__{target}": 0.0 for arm in ARMS for target in ("nli", "span", "retrieval")}
    effects = with_margin(tables(spread=5.0, **flat)["effects"])
    told = section(build_content(inputs(effects=effects, checks=[])), "answer")
    assert "So nothing that they did here can be told from nothing. That is not to say" in told
    assert "none is shown to bring no benefit of one point" in told


ARMS = ("general_nli", "legal_nli", "medical_nli", "general_span", "legal_span")


def test_figures_that_print_alike_share_their_place():
    rows = [
        {"intermediate": name, "gain": gain}
        for name, gain in {"a": 2.04, "b": 1.96, "c": -1.0, "d": -1.0, "e": 0.3}.items()
    ]
    found = ends(rows)
    assert found["most"]["place"] == "the largest gain shared with b"
    assert found["least"]["place"] == "the largest loss shared with c"
    alike = ends([{"intermediate": name, "gain": 1.0} for name in "abc"])
    assert (alike["most"]["place"], alike["least"]) == ("as after all others", None)
    many = ends([{"intermediate": n, "gain": 1.0} for n in "abcde"] + rows[2:3])
    assert many["most"]["shared"] == " shared with four others"
    assert ends([]) == {"most": None, "least": None}


def test_ties_are_told_in_the_abstract():
    # The means of all arms but legal-nli are +2.0 with small-3 and +3.0 with small-6.
    tied = text_of(build_content(inputs(effects=tables()["effects"], checks=[])).abstract)
    assert "after general-nli (as after all others), uncorrected" in tied
    apart = build_content(inputs(effects=tables(legal_nli__nli=-4.0)["effects"], checks=[]))
    assert "after general-nli (the largest gain shared with general-span, legal-span and" in (
        text_of(apart.abstract)
    )


def test_intervals_over_the_whole_scale_are_said_to_be_uninformative():
    effects = tables(seeds=2)["effects"].copy()
    wide = (effects["language"] == "de") & (effects["target"] == "nli")
    wide &= (effects["encoder"] == "small-6") & (effects["intermediate"] == "legal-nli")
    # From a baseline of 60 points a gain lies between -60 and +40.
    effects.loc[wide, ["low", "high"]] = [-60.0, 40.0]
    told = section(build_content(inputs(effects=effects, checks=[])), "languages")
    assert (
        "One interval among them leaves out no gain that scores of 0 to 100 allow, and says "
        "nothing of the language: two target seeds that differ do not tell"
    ) in told
    effects.loc[wide, "high"] = 39.9
    told = section(build_content(inputs(effects=effects, checks=[])), "languages")
    assert "allow" not in told


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [(1, 1, "one"), (2, 2, "both"), (3, 3, "all"), (2, 3, "two"), (0, 0, "zero")],
)
def test_parts_of_a_number_in_words(part, whole, words):
    assert all_of(part, whole) == words


def test_the_nearest_simulated_design_is_one_that_was_simulated():
    recorded = SIMULATION.read_text(encoding="utf-8")
    assert json.loads(recorded)
    assert all(json.dumps(name) in recorded for name in DESIGNS.values())
    assert nearest_design(1, 2) == "1 + 2 seeds (the pilot)"
    assert nearest_design(1, 0) == "1 + 1 seed"
    assert nearest_design(9, 9) == "5 + 5 seeds"
    few = build_content(inputs(effects=tables(seeds=2)["effects"], checks=[]))
    assert "“2 + 2 seeds” is the nearest to this study" in section(few, "gains")
    assert "docs/statistics.md; its design “3 + 3 seeds" in section(
        build_content(inputs()), "statistics"
    )


def test_a_recipe_of_one_task_may_hold_adapters():
    settings = {"recipe": {"learning_rate": 1e-4, "lora": {"rank": 16, "alpha": None}}}
    assert own_recipes({"intermediates": {"mnli": settings}}) == [
        ("mnli", "learning rate 0.0001 and lora (rank 16)")
    ]
