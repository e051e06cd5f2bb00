"""The report's content: sentences that follow from the tables, whole and cited."""

import dataclasses
import re

import numpy as np
import pandas as pd
import pytest

from litreview.files import InputError
from litreview.language.wording import format_points
from litreview.synthesis.content import build_content, content_faults, text_of
from litreview.synthesis.figures_printed import known_figures, printed_figures
from litreview.synthesis.model import Bullets, Paragraph, Run, Table
from tests.litreview_examples import contrasts, scaling, study, tables
from tests.litreview_papers import OTHER_PAPER, SOURCE, claim, document, inputs, paper

FLAWS = re.compile(r"  | [.,;]|,,|\.\.|\bNone\b(?! of)|\bnan\b|[{}\ue000]|[.;:][A-Z]")


def prose(content):
    """All paragraphs and points of a report."""
    found = [text_of(content.abstract)]
    for section in content.sections:
        for block in section.blocks:
            if isinstance(block, Paragraph):
                found.append(text_of(block.runs))
            elif isinstance(block, Bullets):
                found += [text_of(item) for item in block.items]
    return found


def section(content, identifier):
    """Text of one section."""
    (found,) = [one for one in content.sections if one.identifier == identifier]
    texts = [text_of(b.runs) for b in found.blocks if isinstance(b, Paragraph)]
    texts += [text_of(i) for b in found.blocks if isinstance(b, Bullets) for i in b.items]
    return " ".join(texts)


def test_the_sections_are_those_of_the_origin_report_in_order():
    content = build_content(inputs())
    titles = [f"{one.number} {one.title}".strip() for one in content.sections if one.level == 1]
    assert titles == [
        "1 Introduction",
        "2 Methodology",
        "3 Results",
        "4 Limitations",
        "5 Claims and findings",
        "6 Automated review",
        "Disclosure of automation",
        "Changes since the previous version",
    ]
    numbers = [one.number for one in content.sections if one.level == 2]
    assert numbers[:2] == ["2.1", "2.2"]
    assert numbers[-1] == "3.8"
    assert (content.title, content.date) == (study()["title"], "2026-07-08")
    assert content.authors == ["A. Author", "B. Author"]


def test_the_date_is_given_or_the_studys_own_and_never_the_clock():
    assert build_content(inputs(), date="2001-02-03").date == "2001-02-03"
    assert build_content(inputs()) == build_content(inputs())


def test_every_paragraph_is_made_of_whole_sentences_without_gaps():
    for text in prose(build_content(inputs())):
        assert text.rstrip().endswith((".", "?", ":"))
        assert text[0].isupper() or text[0].isdigit()
        assert not FLAWS.search(text), text


def test_wording_follows_the_numbers():
    rising = text_of(build_content(inputs(**only(tables(legal_nli__nli=9.0)))).abstract)
    # (9 + 1 + 2 + 1) / 2 with the second encoder: retrieval is not tuned and not in the mean.
    assert "With small-6, the mean over the two tuned targets changes by +6.5 points [" in rising
    assert "after legal-nli (the largest gain)" in rising
    assert "The gain on retrieval, which is not tuned, is " in rising
    falling = {f"{name}__{target}": -9.0 for name in ARMS for target in TARGETS}
    falling["legal_nli__nli"] = -5.0
    abstract = text_of(build_content(inputs(**only(tables(**falling)))).abstract)
    assert "(the smallest loss)" in abstract
    assert "(the largest loss shared with " in abstract
    assert "largest gain" not in abstract


def test_nothing_is_called_clear_without_a_correction():
    content = build_content(inputs())
    shown = {b.name: b for s in content.sections for b in s.blocks if isinstance(b, Table)}
    assert {row[-1].tone for row in shown["gains"].rows} == {"flat"}
    assert {cell.tone for row in shown["scaling"].rows for cell in row[1:]} == {"flat"}
    # Of single targets some survive: two points with a standard error of a half.
    assert "up" in {cell.tone for row in shown["gains"].rows for cell in row[1:-1]}


def test_baselines_stand_beside_chance_and_unseen_gains_are_named():
    effects = tables()["effects"].copy()
    effects.loc[effects["target"] == "nli", "baseline_score"] = 40.0
    effects.loc[effects["target"] == "nli", "score"] = 40.0 + effects["gain"]
    zero = (effects["target"] == "span") & (effects["language"] == "th")
    effects.loc[zero, ["score", "baseline_score", "gain"]] = 0.0
    content = build_content(inputs(effects=effects, checks=[]))
    (found,) = [
        b
        for s in content.sections
        for b in s.blocks
        if isinstance(b, Table)
        if b.name == "baselines"
    ]
    assert [cell.text for cell in found.rows[0]] == ["nli", "small-3", "40.0", "40.0", "33.3", "3"]
    assert found.rows[-1][4].text == "\N{EM DASH}"
    text = section(content, "gains")
    # (40 - 33.3) / (100 - 33.3) is a tenth of the way from chance to 100.
    assert (
        "nli with small-3 (40.0, 6.7 points above the chance of 33.3) and nli with small-6" in text
    )
    assert "A fall to chance would cost no more than these points" in text
    assert "clear nonetheless" not in text
    told = section(content, "size")
    assert "less can be lost than at other sizes (nli with small-3: at most 6.7 points;" in told
    assert "On span, Thai scores 0 with every encoder" in text


def test_gains_behind_which_training_collapsed_are_named_and_marked():
    effects = tables()["effects"].copy()
    fallen = (effects["encoder"] == "small-6") & (effects["intermediate"] == "legal-span")
    effects.loc[fallen & (effects["target"] == "nli"), "collapsed"] = 2
    content = build_content(inputs(effects=effects, checks=[]))
    assert "legal-span on nli with small-6 (two runs)" in section(content, "gains")
    assert "stands a training run that collapsed" in text_of(content.abstract)
    gains = [
        b for s in content.sections for b in s.blocks if isinstance(b, Table) if b.name == "gains"
    ]
    marked = [
        (place, row[0].text)
        for place, one in enumerate(gains)
        for row in one.rows
        if any(cell.note.endswith("\N{DOUBLE DAGGER}") for cell in row)
    ]
    assert marked == [(1, "legal-span")]
    assert "\N{DOUBLE DAGGER}" in gains[1].note


def test_a_clear_loss_near_chance_is_not_contradicted():
    effects = tables(legal_nli__nli=-6.0)["effects"].copy()
    nli = effects["target"] == "nli"
    effects.loc[nli, "baseline_score"] = 42.0
    effects.loc[nli, "score"] = 42.0 + effects["gain"]
    text = section(build_content(inputs(effects=effects, checks=[])), "gains")
    assert "Two losses there are clear nonetheless, the largest \u22126.0 points [" in text
    assert "after legal-nli on nli with small-3." in text


def test_gains_behind_which_an_answer_is_hardly_ever_given_are_counted_by_target():
    effects = tables()["effects"].copy()
    one_sided = (effects["target"] == "nli") & (effects["intermediate"] != "legal-span")
    effects.loc[one_sided, "lopsided"] = 1
    content = build_content(inputs(effects=effects, checks=[]))
    text = section(content, "gains")
    assert "Behind eight of the ten gains on nli stands a run that hardly ever gives one of" in text
    assert "Eight gains rest on runs that hardly ever" in section(content, "limitations")
    assert "Behind eight of these comparisons stands" in text_of(content.abstract)
    effects.loc[effects["target"] == "nli", "lopsided"] = 1
    text = section(build_content(inputs(effects=effects, checks=[])), "gains")
    assert "Behind all ten gains on nli stands a run" in text
    with pytest.raises(KeyError, match="lopsided"):
        build_content(inputs(effects=effects.drop(columns="lopsided")))


def test_two_sizes_are_compared_by_their_difference_and_more_by_a_slope():
    sizes = study()["encoders"]
    larger = {**sizes["small-6"], "parameters": 4 * sizes["small-3"]["parameters"]}
    two = build_content(inputs(study=study(encoders={**sizes, "small-6": larger}), checks=[]))
    text = section(two, "size")
    # Two doublings at one point each, whose interval reaches half a point to either side.
    assert "From small-3 to small-6, which has 4 times the parameters" in text
    assert "changes by +2.0 points [1.0, 3.0]" in text
    assert "slope" not in text
    assert "doubling" not in text_of(two.abstract)
    middle = {"small-4": {**sizes["small-6"], "parameters": 7_000_000}}
    effects = tables()["effects"]
    added = effects[effects["encoder"] == "small-6"].assign(encoder="small-4")
    three = build_content(
        inputs(
            study=study(encoders={**sizes, **middle}),
            effects=pd.concat([effects, added]),
            checks=[],
        )
    )
    assert "Per doubling of the parameters, the mean gain" in section(three, "size")
    assert "changes by +1.0 points [0.5, 1.5]" in text_of(three.abstract)


def test_single_differences_with_size_are_named_where_their_interval_leaves_zero_out():
    of_mean = scaling(slope=0.1)
    told = pd.concat([of_mean, of_mean.assign(target="span"), of_mean.assign(target="nli")])
    none = build_content(inputs(scaling=told, checks=[]))
    assert (
        "Of the ten differences on single targets, none has an interval that leaves zero out"
        in (section(none, "size"))
    )
    found = (told["target"] == "nli") & (told["intermediate"] == "legal-nli")
    told.loc[found, ["slope", "slope_low", "slope_high"]] = [-4.0, -6.0, -2.0]
    one = section(build_content(inputs(scaling=told, checks=[])), "size")
    assert "leaves zero out, uncorrected: legal-nli on nli (\u22124.0 points [\u22126.0, " in one


def test_the_question_is_answered_in_words_for_this_study_only():
    falling = {f"{name}__retrieval": -9.0 for name in ("general_span", "legal_span")}
    content = build_content(inputs(**only(tables(**falling))))
    text = section(content, "answer")
    assert "for the three targets and two encoders of this study and for no others" in text
    # Three domain tasks, two tuned targets and two encoders.
    assert "on tuned targets, all of their twelve gains are clearly above zero" in text
    assert "On retrieval the gain averages +2.0 points (+2.0 to +2.0 over three domains)" in text
    assert "The ranges of the formats do not overlap with any encoder" in text
    assert "too, which may be a part of it" not in text


def test_few_seeds_stand_beside_the_count_of_clear_gains():
    few = build_content(inputs(effects=tables(seeds=2)["effects"], checks=[]))
    said = "(two intermediate seeds, two target seeds on tuned targets)"
    assert f"after Holm's correction {said}" in text_of(few.abstract)
    assert "2/2,000 before the correction" in section(few, "gains")
    assert "seeds on tuned" not in text_of(build_content(inputs()).abstract)


def test_extremes_that_are_tied_are_all_named():
    effects = tables()["effects"].copy()
    lowest = (effects["encoder"] == "small-6") & (effects["language"] == "de")
    lowest &= (effects["target"] == "nli") & effects["intermediate"].isin(
        ["legal-nli", "legal-span"]
    )
    effects.loc[lowest, ["gain", "low", "high"]] = [-20.0, -30.0, -10.0]
    effects.loc[lowest, "score"] = effects.loc[lowest, "baseline_score"] - 20.0
    text = section(build_content(inputs(effects=effects, checks=[])), "languages")
    assert "(German, nli, after legal-nli), tied with \u221220.0 points [" in text
    assert "(German, nli, after legal-span), to " in text


def test_an_interval_without_width_is_said_to_show_too_few_examples():
    assert "no width" not in section(build_content(inputs()), "results")
    effects = tables()["effects"].copy()
    flat = (effects["language"] == "non-english") & (effects["target"] == "span")
    effects.loc[flat, ["score", "baseline_score"]] = 50.0
    effects.loc[flat, ["gain", "low", "high"]] = 0.0
    assert "all draws were equal" in section(
        build_content(inputs(effects=effects, checks=[])), "results"
    )


def test_the_largest_limit_in_force_is_the_one_that_is_told():
    config = study()["config"] | {
        "sizes": {"train": 150},
        "targets": {"nli": {"train_examples": 180}, "retrieval": {"train_examples": 900}},
    }
    content = build_content(inputs(study=study(config=config), checks=[]))
    assert "limited to at most 180 examples" in section(content, "training")
    assert "limited to at most 180 examples" in section(content, "limitations")


def test_gains_on_a_target_of_the_same_format_are_marked():
    content = build_content(inputs())
    first = next(
        b for s in content.sections for b in s.blocks if isinstance(b, Table) if b.name == "gains"
    )
    marked = [
        (row[0].text, first.columns[place])
        for row in first.rows
        for place, cell in enumerate(row)
        if cell.note.endswith("\N{DAGGER}")
    ]
    classification = [(name, "nli") for name in ("general-nli", "legal-nli", "medical-nli")]
    assert marked == [*classification, ("general-span", "span"), ("legal-span", "span")]
    assert "more data of the same task" in first.note


def test_depths_of_one_encoder_are_said_to_be_so():
    depths = {name: {**entry, "base": "small"} for name, entry in study()["encoders"].items()}
    content = build_content(inputs(study=study(encoders=depths), checks=[]))
    for place in ("size", "limitations"):
        assert "depths of one encoder" in section(content, place)
    assert "depths of one encoder" not in section(build_content(inputs()), "size")


ARMS = ("general_nli", "legal_nli", "medical_nli", "general_span", "legal_span")
TARGETS = ("nli", "span", "retrieval")


def only(measured):
    """The effects of synthetic tables."""
    return {"effects": measured["effects"], "checks": []}


def test_a_figure_without_its_interval_is_refused():
    with pytest.raises(ValueError, match="interval is missing"):
        format_points(1.0, float("nan"), 2.0)
    broken = tables()["effects"].assign(low=np.nan)
    with pytest.raises(ValueError, match="interval is missing"):
        build_content(inputs(effects=broken))


def test_every_printed_figure_stands_in_a_table():
    given = inputs()
    printed = printed_figures(build_content(given))
    assert len(printed) > 50
    assert set(printed) <= known_figures(given)


def test_few_seeds_and_few_resamples_are_limitations():
    few = tables(seeds=1)
    limited = build_content(inputs(effects=few["effects"].assign(resamples=500), checks=[]))
    text = section(limited, "limitations")
    assert "one seed of intermediate training" in text
    assert "500 resamples" in text
    assert "one seed" not in section(build_content(inputs()), "limitations")


def test_a_study_without_controls_sizes_or_retrieval_says_what_it_cannot_say():
    measured = tables()
    effects = measured["effects"]
    one_encoder = {"small-3": study()["encoders"]["small-3"]}
    targets = {name: entry for name, entry in study()["targets"].items() if name != "retrieval"}
    chosen = effects[(effects["encoder"] == "small-3") & (effects["target"] != "retrieval")]
    content = build_content(
        inputs(
            study=study(encoders=one_encoder, targets=targets),
            effects=chosen,
            contrasts=contrasts().iloc[:0],
            scaling=scaling().iloc[:0],
            checks=[],
            figures=(),
        )
    )
    assert "cannot tell an effect of domain from one of format" in section(content, "domain")
    assert "cannot say how gains change with size" in section(content, "size")
    assert "no retrieval target" in section(content, "retrieval")
    assert "No claim was written as a statement" in section(content, "checks")
    assert content_faults(content, []) == []


def test_a_report_without_any_literature_is_still_whole():
    content = build_content(
        inputs(papers=[], documents=[], claims=[], searches=[], evidence=[], verdicts=[], checks=[])
    )
    assert content.references == []
    assert "No claim was read." in section(content, "claims")
    assert "No source was searched." in section(content, "search")


def test_a_source_that_failed_is_told_and_not_taken_for_an_empty_one():
    from litreview.schema import SearchOutcome

    failed = SearchOutcome(
        source="arxiv",
        query="q",
        outcome="unavailable",
        expected=None,
        retrieved=0,
        date="2026-07-08",
    )
    content = build_content(inputs(searches=[failed]))
    assert 'The search is incomplete: arxiv answered "unavailable"' in section(content, "search")
    assert "One search failed" in section(content, "limitations")


def test_tables_and_figures_are_numbered_in_the_order_in_which_they_appear():
    content = build_content(inputs())
    tables_shown = [b for s in content.sections for b in s.blocks if isinstance(b, Table)]
    assert [one.number for one in tables_shown] == list(range(1, len(tables_shown) + 1))
    assert "Tables 5 and 6" in section(content, "gains")
    assert "Figure 1" in section(content, "gains")


def finding(number, text, place, paper_id="arxiv:2005.13013"):
    """A claim that is a sentence of a digest."""
    return claim(
        text,
        f"X{number}",
        paper_id=paper_id,
        origin="extracted",
        document_id=f"{paper_id}#digest",
        start=place,
        end=place + len(text),
        quote=text,
    )


def digests():
    """A report on two digests of one sentence each, and the findings in them."""
    text = "Sentence retrieval on BUCC and Tatoeba improves most of all."
    return inputs(
        claims=[*inputs().claims, finding(1, text, 0), finding(2, text, 0, OTHER_PAPER)],
        documents=[document([text], kind="digest"), document([text], OTHER_PAPER, kind="digest")],
    )


def test_claims_of_the_file_are_shown_whole_and_findings_are_counted_by_paper():
    content = build_content(digests())
    assert [one.claim_id for one in content.claims] == ["C1", "C2", "C3"]
    (shown,) = [
        b
        for s in content.sections
        for b in s.blocks
        if isinstance(b, Table) and b.name == "findings"
    ]
    counts = [[cell.text for cell in row[1:]] for row in shown.rows]
    assert counts == [["1", "1", "0", "0"], ["1", "1", "0", "0"]]
    assert "two are stated by the document of another paper" in section(content, "claims")
    assert "results/tiny/literature" in section(content, "claims")


def test_a_sentence_of_a_digest_is_neither_quoted_nor_called_supported():
    content = build_content(digests())
    assert "none of them is called supported here" in section(content, "claims")
    assert "our own digests of two papers" in text_of(content.abstract)
    assert "our own digests of two papers" in section(content, "introduction")
    shown = [item for one in content.claims for item in one.evidence]
    assert shown
    assert not any(item.quoted for item in shown)
    of_papers = build_content(inputs())
    assert "the full texts of two papers" in text_of(of_papers.abstract)
    assert any(item.quoted for one in of_papers.claims for item in one.evidence)


def test_a_frozen_corpus_is_told_from_a_search():
    told = section(build_content(inputs()), "search")
    assert "No source was searched for this report" in told
    assert "What was looked for: Intermediate training." in told.replace(
        "intermediate", "Intermediate"
    )
    assert "announced" not in told


def test_agreement_in_design_is_no_support_against_the_measurements():
    same = claim(
        "It has five intermediates.",
        "C9",
        predicates=[{"p": "CARD", "path": "intermediates", "count": 5}],
    )
    content = build_content(inputs(claims=[same]))
    assert content.claims[0].experiment == "agrees with this study's design"
    assert content.claims[0].level != "V5"
    assert content.claims[0].checks[0].tone == "same_design"
    told = section(content, "checks")
    assert "it agrees with this study's design, by construction, which is no support." in told
    assert "none differs" not in told
    assert "Held against our measurements" not in text_of(content.abstract)


def test_second_hand_passages_and_missing_texts_are_marked():
    read = document([SOURCE[0]], kind="digest")
    sentences = [read.sentences[0].model_copy(update={"confirmed": "second_hand"})]
    read = read.model_copy(
        update={"sentences": sentences, "warnings": ["not found: The seeds.", "note: Version 1."]}
    )
    content = build_content(inputs(documents=[read]))
    assert content.claims[0].evidence[0].place.endswith(", read second-hand")
    told = section(content, "claims")
    assert "Looked for in vain in Phang et al. (2020): The seeds." in told
    assert "Note on Phang et al. (2020): Version 1." in told
    assert "one was taken second-hand" in section(content, "reading")


def test_the_origin_of_the_claims_is_named():
    named = [one.model_copy(update={"stated_in": "the report R"}) for one in inputs().claims]
    content = build_content(inputs(claims=named))
    assert "Of three claims restated from the report R" in text_of(content.abstract)
    assert "a file of claims" in text_of(build_content(inputs()).abstract)


def test_the_verdicts_of_claims_are_in_words():
    content = build_content(inputs())
    assert [one.verified for one in content.claims][:2] == ["V2 supported", "V2 overstated"]
    assert content.confidence_label == "Confidence (uncalibrated)"


def test_the_checks_of_a_claim_are_shown_with_scope_and_shared_differences():
    first = build_content(inputs()).claims[0]
    assert first.experiment == (
        "V5 one contradicted in an analogue, one supported in an analogue and one not testable"
    )
    assert "encoder small-6 (10.6M parameters) instead of xlm-r-large" in first.differences
    assert first.checks[2].figure == ""


@pytest.mark.parametrize(
    ("level", "shown", "told"),
    [("V5", "V5", "V5 supported in an analogue"), (None, "V2", "supported in an analogue")],
)
def test_a_claim_that_was_measured_has_the_highest_level_and_keeps_that_of_the_papers(
    level, shown, told
):
    given = inputs()
    supported = next(one for one in given.checks if one.verdict == "supported")
    check = supported.model_copy(update={"claim_id": given.claims[0].claim_id, "level": level})
    first = build_content(inputs(checks=[check])).claims[0]
    assert (first.level, first.verified, first.experiment) == (shown, "V2 supported", told)


def test_a_claim_that_copies_thirty_words_of_a_source_is_refused():
    sentence = " ".join(f"word{number}" for number in range(40)) + "."
    copied = claim(sentence, "C9")
    with pytest.raises(InputError, match="shares a run of words with a document"):
        build_content(inputs(documents=[document([sentence])], claims=[copied], checks=[]))


def test_cut_sentences_and_dangling_citations_are_faults():
    content = build_content(inputs())
    cut = content.model_copy(
        update={"abstract": [Run(text="We see large improvements on retrieval tas")]}
    )
    assert content_faults(cut, []) == [
        "abstract: a sentence is cut: ...'We see large improvements on retrieval tas'"
    ]
    dangling = content.model_copy(update={"abstract": [Run(text="So it is [99].", cite=[99])]})
    assert content_faults(dangling, []) == ["abstract: cites [99], which are not references"]


def test_an_unresolved_reference_is_listed_and_not_cited():
    content = build_content(inputs(papers=[paper()]))
    assert content.unresolved == [OTHER_PAPER]
    assert "missing from the references: arxiv:1811.01088" in section(content, "limitations")


def test_a_question_that_is_not_answered_is_said_to_be_so():
    content = build_content(inputs(study=study(question="What of XTREME-R on Klingon-poetry?")))
    assert "Nothing here speaks to “XTREME-R” or “Klingon-poetry”" in section(
        content, "introduction"
    )


def test_the_inputs_are_not_changed():
    given = inputs()
    before = given.effects.copy(deep=True)
    build_content(given)
    pd.testing.assert_frame_equal(given.effects, before)
    with pytest.raises(dataclasses.FrozenInstanceError):
        given.effects = before
