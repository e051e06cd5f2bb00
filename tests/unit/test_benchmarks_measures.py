"""The table of measures: what it shows of figures, and that the page is one of its kind."""

import json
import sys
from types import SimpleNamespace

import pytest

from benchmarks import measure_figures, measures
from benchmarks.claimdata import Pair, read_pilot, read_scitab, read_synergy
from benchmarks.measure_forms import AbsentError, Bar, Figure, Inputs, Measure
from benchmarks.measure_list import MEASURES
from benchmarks.page import DOCS, with_figures
from benchmarks.paper_tables import as_written, grid_of
from benchmarks.screening import FEWEST, measure, reviews_of_questions
from benchmarks.table_claims import published
from litreview.files import InputError
from litreview.schema import Cell, Table

SPANS = Measure(
    "spans",
    "texts",
    "not fitted to",
    lambda inputs: [Figure("F1", 0.7, "eval"), Figure("F1", 0.65, "trial"), Figure("error", 0.04)],
    {"F1": Bar(0.65, 0.32, "a pattern"), "error": Bar(0.05, rule="<")},
)


def test_a_goal_is_reached_on_its_own_side_alone():
    assert Bar(0.65).reached(0.651) == "yes"
    assert Bar(0.65).reached(0.65) == "no"
    assert Bar(0.95, rule=">=").reached(0.95) == "yes"
    assert Bar(0.05, rule="<").reached(0.05) == "no"
    assert Bar(0.802, rule="=").reached(0.80216) == "yes"
    assert Bar(0.802, rule="=").reached(0.8034) == "no"
    assert Bar(floor=0.32).reached(0.3) == "below the floor"
    assert Bar().reached(0.5) == ""


def test_rows_show_figures_beside_goal_and_floor_and_say_what_they_share_once(tmp_path):
    rows = list(measures.rows_of(SPANS, SPANS.figures(Inputs(tmp_path)), 12.4, "0.1.0"))
    shared = ("texts; not fitted to", "0.1.0", "12")
    assert rows == [
        ("spans", "F1 (eval)", ".700", "> .650", ".320 (a pattern)", "yes", *shared),
        ("spans", "F1 (trial)", ".650", "> .650", ".320 (a pattern)", "no", "", "", ""),
        ("spans", "error", ".040", "< .050", "", "yes", "", "", ""),
    ]


@pytest.fixture
def run(monkeypatch, capsys):
    """Run the command on some measures: exit status, stdout, stderr."""

    def run_on(known, *arguments):
        monkeypatch.setattr(measures, "MEASURES", known)
        monkeypatch.setattr(sys, "argv", ["measures", "--data", "nowhere", *map(str, arguments)])
        status = measures.main()
        return status, *capsys.readouterr()

    return run_on


def _raising(error):
    def figures(_):
        raise error

    return figures


def _renamed(name, figures):
    return Measure(name, SPANS.data, SPANS.unseen, figures, SPANS.bars)


def test_data_that_are_absent_are_told_and_the_run_goes_on(run):
    absent = _renamed("absent", _raising(AbsentError("claimdata/x is not there")))
    status, printed, _ = run([absent, SPANS])
    assert status == 0
    assert "| absent | F1 |  | > .650 | .320 (a pattern) | not measured: claimdata/x" in printed
    assert "| spans | F1 (eval) | .700 |" in printed


def test_a_measure_that_fails_is_an_error_after_the_others(run, tmp_path):
    failing = _renamed("failing", _raising(KeyError("label")))
    status, printed, told = run([failing, SPANS], "--output", tmp_path / "page.md")
    assert status == 1
    assert "failed: failing" in told
    assert "KeyError: 'label'" in told
    assert "| spans | F1 (eval) | .700 |" in printed
    assert "failing" not in (tmp_path / "page.md").read_text(encoding="utf-8")


def test_a_page_keeps_its_words_and_the_rows_that_were_not_taken(run, tmp_path):
    page = tmp_path / "page.md"
    other = _renamed("other", lambda _: [Figure("F1", 0.4)])
    run([other, SPANS], "--output", page)
    page.write_text(f"# Title\n\n{page.read_text(encoding='utf-8')}\nWords.\n", encoding="utf-8")
    better = _renamed("spans", lambda _: [Figure("F1", 0.8)])
    run([other, better], "--only", "spans", "--output", page)
    text = page.read_text(encoding="utf-8")
    assert text.startswith("# Title\n")
    assert text.endswith("\nWords.\n")
    assert [
        (row[0], row[1], row[2]) for rows in measures.rows_in(text).values() for row in rows
    ] == [
        ("other", "F1", ".400"),
        ("spans", "F1", ".800"),
    ]


def test_absent_data_take_no_figure_off_a_page(run, tmp_path):
    page = tmp_path / "page.md"
    run([SPANS], "--output", page)
    absent = _raising(AbsentError("claimdata/x is not there"))
    status, printed, _ = run([_renamed("spans", absent)], "--output", page)
    assert status == 0
    assert "not measured: claimdata/x" in printed
    rows = measures.rows_in(page.read_text(encoding="utf-8"))["spans"]
    assert [row[2] for row in rows] == [".700", ".650", ".040"]


def test_a_page_without_marks_is_refused():
    with pytest.raises(InputError, match="the page has no lines"):
        with_figures("# A page\n", measures.MARK, "table")


def test_the_page_holds_every_measure_with_the_goals_and_floors_of_the_list():
    rows = measures.rows_in((DOCS / "measures.md").read_text(encoding="utf-8"))
    assert list(rows) == [one.name for one in MEASURES]
    for one in MEASURES:
        made_up = [Figure(what, 0.5) for what in one.bars]
        wanted = {row[1]: row[3:5] for row in measures.rows_of(one, made_up, 1.0, "version")}
        shown = {row[1].partition(" (")[0]: row[3:5] for row in rows[one.name]}
        assert shown == wanted, one.name


def test_every_goal_below_which_the_page_lies_is_explained_there():
    text = (DOCS / "measures.md").read_text(encoding="utf-8")
    missed = {
        name
        for name, rows in measures.rows_in(text).items()
        if any(row[5] in ("no", "below the floor") or row[5].startswith("not") for row in rows)
    }
    explained = {name for name in missed if f"\n**{name}**" in text}
    assert explained == missed


def test_a_level_that_is_not_fitted_again_is_shown_as_its_card_states_it(monkeypatch, tmp_path):
    words = {"folds by": "question", "level": "words", "macro_f1": 0.4, "calibration_error": 0.06}
    stated = {"macro_f1": 0.7, "calibration_error": 0.03}
    model = SimpleNamespace(card={"cross_validated": {"words": {}, "pairs": stated}})
    monkeypatch.setattr(measure_figures, "read_healthver", lambda path: [])
    monkeypatch.setattr(measure_figures.entailment, "judged", lambda *_: [words])
    monkeypatch.setattr(measure_figures, "load_entailment", lambda: model)
    monkeypatch.setattr(Inputs, "at", lambda inputs, place: tmp_path)
    assert list(measure_figures.health_claims(Inputs(tmp_path, encode=len))) == [
        ("macro-F1, folds by question", 0.4, "words"),
        ("calibration error, folds by question", 0.06, "words"),
        ("macro-F1, folds by claim", 0.7, "pairs, by its card"),
        ("calibration error, folds by claim", 0.03, "pairs, by its card"),
    ]


def test_reading_by_likely_relevance_finds_the_passages_of_a_question_first():
    subjects = {"masks": "masks droplets wearing", "vaccines": "vaccine doses antibodies"}
    pairs = [
        Pair("claim", f"{words} study number{n} of the trial", "supported", subject)
        for subject, words in subjects.items()
        for n in range(2 * FEWEST)
    ]
    pairs.append(Pair("claim", "tea", "supported", "too few for a review"))
    reviews = reviews_of_questions(pairs)
    assert [sum(relevant) for _, relevant in reviews] == [2 * FEWEST, 2 * FEWEST]
    found = measure(reviews)
    assert found == measure(reviews)
    # Half are relevant: 95 % of them are found after little more than half of the reading.
    assert found["work_saved"] > 0.35


def test_records_of_a_review_without_texts_are_none(tmp_path):
    path = tmp_path / "review.csv"
    path.write_text("doi,title,abstract,label_included\n1,A title,,1\n2,,,0\n", encoding="utf-8")
    assert [(one.text, one.relevant) for one in read_synergy(path)] == [("A title", True)]
    path.write_text("doi,label_included\n1,1\n", encoding="utf-8")
    assert read_synergy(path) == []


def test_the_pilot_is_a_row_of_codes_an_annotator(tmp_path):
    for number, tag in enumerate(("B-TASK", "O"), start=1):
        text = f"a\t0\t{tag}\nb\t1\tI-TASK\n\nc\t2\tO\n"
        (tmp_path / f"annotator{number}.conll").write_text(text, encoding="utf-8")
    assert read_pilot(tmp_path).tolist() == [[1, 1, 0], [0, 1, 0]]


def _grid(caption, **scores):
    cells = [
        Cell(row=row, column=column, text=text, value=float(text))
        for column, texts in scores.items()
        for row, text in zip(("CRF", "LSTM ( Li , 2015 ) †", "Ours"), texts, strict=True)
    ]
    return grid_of(Table(table_id="t1", caption=caption, cells=cells))


def test_a_whole_table_of_scores_is_a_grid_and_knows_where_less_is_better():
    grid = _grid("Results.", F1=["90.1", "91.0", "92.5"], Perplexity=["60.0", "58.3", "52.5"])
    assert grid.rows == ["CRF", "LSTM (Li, 2015)", "Ours"]
    assert grid.good.tolist() == [1, -1]
    assert grid.values.tolist() == [[90.1, 60.0], [91.0, 58.3], [92.5, 52.5]]
    # 92.55 has two decimals, so that the differences that rules print would be rounded.
    assert _grid("Results.", F1=["90.1", "91.0", "92.55"]) is None


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Choe and Charniak ( 2016 ) †", "Choe and Charniak (2016)"),
        ("QANet [ Yu et al . , 2018 ]", "QANet [Yu et al., 2018]"),
        ("R - NET", "R-NET"),
        ("+ Coverage", "+ Coverage"),
    ],
)
def test_a_name_in_a_sentence_has_no_spaces_of_a_tokenizer(name, written):
    assert as_written(name) == written


def test_a_published_set_of_claims_is_read_with_the_labels_of_the_judge(tmp_path):
    path = tmp_path / "set.json"
    one = {"claim": "A beats B.", "table_caption": "Results.", "label": "not enough info"}
    one |= {"table_column_names": ["Model", "F1"], "table_content_values": [["A", "1"], ["B", "2"]]}
    path.write_text(json.dumps([one]), encoding="utf-8")
    (claim,) = published(read_scitab(path))
    assert claim.label == "insufficient"
    assert [(cell.row, cell.value) for cell in claim.table.cells] == [("A", 1.0), ("B", 2.0)]
