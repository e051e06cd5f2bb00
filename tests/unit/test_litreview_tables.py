"""Claims over result tables: values, grids, links, statements, numbers, labels."""

import numpy as np
import pytest

from benchmarks.table_claims import UNSEEN, claims_by_hand, make_claims
from benchmarks.table_wordings import HELD_OUT
from litreview.files import InputError
from litreview.schema import Cell, Table
from litreview.tables import judge_table, read_table, table_of_rows
from litreview.tables.grid import grid_of
from litreview.tables.linking import link, tokenize
from litreview.tables.numbers import numbers_in_table
from litreview.tables.statements import statements_of
from litreview.tables.values import decimals_of, parse_value

QA = table_of_rows(
    ["Model", "SQuAD | F1", "SQuAD | EM", "NER | F1", "PPL"],
    [
        ["BiDAF", "77.3", "67.7", "88.0", "60.1"],
        ["Bi-LSTM+CRF", "79.0", "70.1", "90.2", "58.0"],
        ["Ours", "[BOLD] 83.5", "75.0", "89.9", "52.5"],
    ],
    caption="Test results.",
)
ABLATION = table_of_rows(
    ["", "F1"], [["Full model", "88.7"], ["- attention", "86.0"], ["w/o dropout", "88.9"]]
)
SIZES = table_of_rows(
    ["# layers", "F1", "Time"], [["2", "70.0", "1"], ["4", "72.5", "2"], ["8", "74.0", "4"]]
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("71.4 ± 0.3", 71.4),
        ("[BOLD] 93.4", 93.4),
        ("\\textbf{93.4}", 93.4),
        ("12,345", 12345.0),
        ("93.4%", 93.4),
        ("1.2M", 1_200_000.0),
        ("-0.5", -0.5),
        ("88.1 (0.2)", 88.1),
        ("-", None),
        ("", None),
        ("BERT", None),
        ("4-gram", None),
        ("text + dep", None),
    ],
)
def test_a_cell_gives_its_first_number_and_words_give_none(text, value):
    assert parse_value(text) == value


def test_columns_of_words_become_labels_of_rows():
    table = table_of_rows(
        ["Model", "Input", "F1"], [["LSTM", "text", "60"], ["LSTM", "text + parses", "65"]]
    )
    grid = grid_of(table)
    assert grid.values.tolist() == [[60.0], [65.0]]
    assert [grid.name("row", row) for row in (0, 1)] == ["LSTM text", "LSTM text + parses"]


def test_rows_of_one_name_are_told_apart_by_their_columns():
    cells = [
        Cell(row="LSTM", column=column, text=text, value=None)
        for column, text in [("A", "1"), ("B", "2"), ("A", "3"), ("B", "4")]
    ]
    grid = grid_of(Table(table_id="t", caption="", cells=cells))
    assert grid.values.tolist() == [[1.0, 2.0], [3.0, 4.0]]


def test_lower_is_better_by_the_header_and_by_the_caption():
    assert grid_of(QA).polarity[0].tolist() == [1, 1, 1, -1]
    plain = table_of_rows(["", "dev", "test"], [["A", "3", "4"]], caption="Word error rate (WER)")
    assert grid_of(plain).polarity.tolist() == [[-1, -1]]


@pytest.mark.parametrize(
    ("claim", "names"),
    [
        ("BiLSTM CRF is good", {"Bi-LSTM+CRF"}),
        ("our approach beats BiDAF in EM", {"Ours", "BiDAF", "SQuAD EM"}),
        ("results on SQuAD", {"SQuAD EM", "SQuAD F1"}),
        ("BiDAF and all other systems", {"BiDAF", "Bi-LSTM+CRF"}),
        ("a model of physics", set()),
    ],
)
def test_a_claim_names_rows_and_columns(claim, names):
    grid = grid_of(QA)
    found = {
        grid.name(one.axis, place) for one in link(tokenize(claim), grid) for place in one.members
    }
    assert found == names


def test_a_part_of_a_label_that_tells_nothing_names_no_row():
    grid = grid_of(table_of_rows(["Data", "Test"], [["AMR - only", "22.0"], ["GIGA - 2M", "32.3"]]))
    named = link(tokenize("The only gain comes from GIGA-2M."), grid)
    assert [one.members for one in named if one.axis == "row"] == [frozenset([1])]


@pytest.mark.parametrize(
    ("claim", "table", "holds"),
    [
        ("BiLSTM+CRF outperforms BiDAF on SQuAD", QA, True),
        ("BiDAF outperforms BiLSTM+CRF on SQuAD", QA, False),
        ("BiDAF is outperformed by BiLSTM+CRF on SQuAD", QA, True),
        ("BiDAF does not outperform BiLSTM+CRF on SQuAD", QA, True),
        ("BiDAF has a lower PPL than our model", QA, False),
        ("Our model is better than BiDAF in terms of PPL", QA, True),
        ("Our model achieves the best EM", QA, True),
        ("BiLSTM+CRF achieves the best F1 on NER", QA, True),
        ("BiDAF has the highest F1 on NER", QA, False),
        ("Our model consistently outperforms BiLSTM+CRF on all tasks", QA, False),
        ("Removing attention hurts the performance", ABLATION, True),
        ("Attention improves the results", ABLATION, True),
        ("Without attention, F1 increases", ABLATION, False),
        ("Dropout improves F1", ABLATION, False),
        ("As the number of layers increases, F1 improves", SIZES, True),
        ("With more layers, F1 drops", SIZES, False),
    ],
)
def test_a_statement_is_evaluated_on_the_cells(claim, table, holds):
    (found,) = statements_of(claim, grid_of(table))
    assert (found.truth > 0.3) == holds
    assert (found.truth < -0.2) == (not holds)


@pytest.mark.parametrize(
    ("claim", "place"),
    [
        ("BiDAF reaches 77.3 F1 on SQuAD", "placed"),
        ("BiDAF reaches 83.5 F1 on SQuAD", "elsewhere"),
        ("BiDAF reaches 12.3 F1 on SQuAD", "missing"),
        # 83.5 - 77.3 = 6.2
        ("Our model improves BiDAF by 6.2 points on SQuAD in F1", "placed"),
        ("Our model improves BiDAF by 9.9 points on SQuAD in F1", "missing"),
        # 83.5 / 77.3 = 1.080
        ("Our model is 8% better than BiDAF on SQuAD in F1", "placed"),
    ],
)
def test_a_number_is_a_cell_a_difference_or_a_ratio(claim, place):
    grid, tokens = grid_of(QA), tokenize(claim)
    (found,) = numbers_in_table(claim, tokens, link(tokens, grid), grid)
    assert found.place == place


def test_a_table_without_numbers_decides_nothing():
    table = table_of_rows(["Model", "Input"], [["LSTM", "text"]])
    assert judge_table("LSTM is best.", table).label == "insufficient"
    assert judge_table("LSTM is best.", Table(table_id="t", caption="", cells=[])).label == (
        "insufficient"
    )


def test_probabilities_are_shares_and_the_reasons_name_cells():
    found = judge_table("Our model beats BiDAF by 6.2 points in F1 on SQuAD.", QA)
    assert sum(found.probabilities) == pytest.approx(1)
    assert found.label == "supported"
    assert any(
        "6.2 points is the difference of BiDAF and Ours (SQuAD F1)" in one for one in found.reasons
    )


def _macro_f1(claims):
    labels = ("supported", "refuted", "insufficient")
    gold = np.array([one.label for one in claims])
    made = np.array([judge_table(one.claim, one.table).label for one in claims])
    scores = []
    for label in labels:
        hits = np.sum((gold == label) & (made == label))
        scores.append(2 * hits / max(1, np.sum(gold == label) + np.sum(made == label)))
    return float(np.mean(scores))


def test_claims_in_wordings_that_nothing_was_fitted_on():
    assert _macro_f1(make_claims(60, HELD_OUT, seed=7)) > 0.7


def test_claims_composed_by_hand():
    # A 11B language model reaches .35 on published claims of this kind.
    assert _macro_f1(claims_by_hand()) > 0.8
    assert _macro_f1(claims_by_hand(UNSEEN)) > 0.7


def test_a_csv_file_is_read_or_its_fault_named(tmp_path):
    path = tmp_path / "results.csv"
    path.write_text("Model,F1\nBERT,80.1\nOurs,82.0\n", encoding="utf-8")
    table = read_table(path, caption="Results")
    assert [cell.value for cell in table.cells] == [80.1, 82.0]
    assert table.table_id == "results"
    with pytest.raises(InputError, match="no such table"):
        read_table(tmp_path / "none.csv")
    path.write_text("Model,F1\nBERT\n", encoding="utf-8")
    with pytest.raises(InputError, match="row 1 has 1 cells for 2 headers"):
        read_table(path)
    path.write_bytes(b"Model,F1\n\xff,1\n")
    with pytest.raises(InputError, match="not UTF-8 at byte 9"):
        read_table(path)


@pytest.mark.parametrize(
    ("text", "decimals"), [("93.4", 1), (".45", 2), ("[BOLD] 71.40 ± 0.3", 2), ("12", 0), ("-", 0)]
)
def test_decimals_are_those_that_a_cell_prints(text, decimals):
    assert decimals_of(text) == decimals
