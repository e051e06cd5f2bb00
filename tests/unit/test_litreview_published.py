"""A claim's numbers and rankings derived again from its own paper's tables, hand-worked."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litreview.checks.published import check_published
from litreview.language.quantities import parse_quantities
from tests.litreview_papers import claim, document, table

SCORES = table(
    "T1",
    "Micro-F1 of encoders",
    ["CaseHOLD", "LEDGAR"],
    BERT=[70.7, 87.7],
    RoBERTa=[71.7, 87.9],
    **{"Legal-BERT": [75.1, 88.1]},
)
TWO = table("T2", "GLUE test score", ["GLUE"], BERT=[80.4], Tuned_first=[81.8])


def checks(text, *tables):
    """All checks of one claim against a paper that has the tables."""
    claimed = claim(text, quantities=parse_quantities(text))
    return check_published([claimed], [document(["Text."], tables=tables or (SCORES,))])


@pytest.mark.parametrize(
    ("text", "expression", "value"),
    [
        ("On CaseHOLD Legal-BERT reaches 75.1 F1.", "Legal-BERT under CaseHOLD has 75.1", 75.1),
        # 75.1 - 70.7 = 4.4
        (
            "On CaseHOLD Legal-BERT is 4.4 points better than BERT.",
            "75.1 - 70.7 = 4.4 (Legal-BERT less BERT, CaseHOLD)",
            4.4,
        ),
        # 70.7 - 75.1 = -4.4, and the claim says below: 4.4 in its direction.
        (
            "On CaseHOLD BERT lies 4.4 points below Legal-BERT.",
            "70.7 - 75.1 = −4.4 (BERT less Legal-BERT, CaseHOLD)",
            4.4,
        ),
        # 100 (75.1 - 70.7) / 70.7 = 6.2235
        (
            "Legal-BERT improves CaseHOLD by 6.2% over BERT.",
            "100 (75.1 - 70.7) / 70.7 = 6.22 (Legal-BERT less BERT, CaseHOLD)",
            6.2235,
        ),
    ],
)
def test_a_number_is_derived_from_the_cells_that_the_claim_names(text, expression, value):
    (found,) = checks(text)
    assert (found.verdict, found.reason_code, found.level) == ("supported", "cells_agree", "V4")
    assert found.source == "published_table"
    assert found.expression == expression
    assert found.estimate == pytest.approx(value, abs=1e-3)
    assert found.cells[0] in ("Legal-BERT under CaseHOLD", "BERT under CaseHOLD")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("On CaseHOLD Legal-BERT reaches 75.2 F1.", "has 75.1, not 75.2 F1."),
        ("On CaseHOLD Legal-BERT is 5.4 points better than BERT.", "= 4.4"),
        ("On CaseHOLD BERT is 4.4 points better than Legal-BERT.", "= −4.4"),
    ],
)
def test_only_the_cells_that_are_meant_speak_against_a_claim(text, reason):
    (found,) = checks(text)
    assert (found.verdict, found.reason_code, found.level) == ("contradicted", "cells_differ", "V4")
    assert reason in found.reason


def test_rounding_of_the_cells_alone_is_no_contradiction():
    # 71.7 - 70.7 = 1.0; each cell is rounded by 0.05, so that 1.1 may be the rounded difference of
    # 71.74 and 70.66 (1.08), and 1.2 may not.
    (near,) = checks("On CaseHOLD RoBERTa is 1.1 points better than BERT.")
    assert (near.verdict, near.reason_code) == ("inconclusive", "cells_rounding")
    assert (near.low, near.high) == (pytest.approx(0.9), pytest.approx(1.1))
    (far,) = checks("On CaseHOLD RoBERTa is 1.2 points better than BERT.")
    assert far.verdict == "contradicted"


def test_each_number_belongs_to_the_name_that_is_nearest():
    said = "On CaseHOLD Legal-BERT reaches 75.1 and RoBERTa 71.7, against 70.7 for BERT."
    assert [one.verdict for one in checks(said)] == ["supported"] * 3
    swapped = "On CaseHOLD Legal-BERT reaches 71.7 and RoBERTa 75.1, against 70.7 for BERT."
    assert [one.verdict for one in checks(swapped)] == ["not_testable", "not_testable", "supported"]


def test_the_other_of_two_rows_needs_no_name():
    (found,) = checks("This lies 1.4 points above BERT on GLUE.", TWO)
    assert found.expression == "81.8 - 80.4 = 1.4 (Tuned first less BERT, GLUE)"


def test_an_average_that_is_not_named_supports_but_never_contradicts():
    average = table("T3", "Scores", ["en", "average"], BERT=[80.0, 70.0], Tuned=[82.0, 73.0])
    (agrees,) = checks("Tuned is 3.0 points better than BERT.", average)
    assert agrees.verdict == "supported"
    (differs,) = checks("Tuned is 5.0 points better than BERT.", average)
    assert (differs.verdict, differs.reason_code) == ("not_testable", "cells_unclear")


def test_of_several_tables_one_that_agrees_is_enough_and_one_that_differs_is_not():
    other = table("T4", "Development scores", ["CaseHOLD"], **{"Legal-BERT": [76.3]}, BERT=[70.0])
    (agrees,) = checks("On CaseHOLD Legal-BERT reaches 76.3 F1.", SCORES, other)
    assert (agrees.verdict, agrees.predicate["table"]) == ("supported", "T4")
    (differs,) = checks("On CaseHOLD Legal-BERT reaches 99.9 F1.", SCORES, other)
    assert (differs.verdict, differs.reason_code) == ("not_testable", "cells_unclear")


def test_a_table_read_second_hand_does_not_contradict():
    second_hand = SCORES.model_copy(update={"confirmed": "second_hand"})
    (found,) = checks("On CaseHOLD Legal-BERT reaches 79.9 F1.", second_hand)
    assert (found.verdict, found.reason_code) == ("inconclusive", "second_hand")
    assert found.scope_differences == ["the table was read second-hand"]


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("On CaseHOLD Legal-BERT is the best of all.", "supported"),
        ("On CaseHOLD BERT is the best of all.", "contradicted"),
        ("On CaseHOLD Legal-BERT outperforms RoBERTa.", "supported"),
        ("On CaseHOLD BERT outperforms RoBERTa.", "contradicted"),
    ],
)
def test_rankings_and_comparisons_without_numbers_are_evaluated(text, verdict):
    (found,) = checks(text)
    assert (found.verdict, found.level) == (verdict, "V4")


def test_a_claim_whose_paper_has_no_tables_or_that_has_no_score_gives_no_check():
    assert checks("Nine tasks serve as intermediate tasks.") == []
    other = claim("On CaseHOLD Legal-BERT reaches 75.1 F1.", paper_id="arxiv:1811.01088")
    assert check_published([other], [document(["Text."], tables=(SCORES,))]) == []


@settings(deadline=None, max_examples=30)
@given(value=st.integers(0, 999).map(lambda tenths: tenths / 10))
def test_of_all_values_only_the_printed_one_is_supported(value):
    (found,) = checks(f"On CaseHOLD Legal-BERT reaches {value} F1.")
    assert (found.verdict == "supported") == (value == 75.1)
    assert found.verdict in ("supported", "contradicted")


def test_the_same_input_gives_the_same_checks_in_the_order_of_the_claims():
    texts = ["On CaseHOLD BERT reaches 70.7 F1.", "On LEDGAR BERT reaches 87.7 F1."]
    claims = [claim(t, f"C{i}", quantities=parse_quantities(t)) for i, t in enumerate(texts)]
    paper = [document(["Text."], tables=(SCORES,))]
    first = check_published(claims, paper)
    assert [one.claim_id for one in first] == ["C0", "C1"]
    assert check_published(claims[::-1], paper)[::-1] == first
