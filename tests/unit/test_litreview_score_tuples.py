"""Tables as score tuples: what headers and captions name, and abstention elsewhere."""

from litreview.claims.score_tuples import Leaderboard, named_boards, score_tuples
from litreview.schema import Cell, Table


def table(caption: str, columns: list[str], rows: dict[str, list[float]], bold: float = 0) -> Table:
    return Table(
        table_id="T1",
        caption=caption,
        cells=[
            Cell(row=row, column=column, text=str(value), value=value, bold=value == bold)
            for row, values in rows.items()
            for column, value in zip(columns, values, strict=True)
        ],
    )


QA = table(
    "Zero-shot results on XTREME",
    ["XQuAD F1", "XNLI accuracy", "average"],
    {"mBERT (Devlin et al. 2019)": [64.5, 65.4, 64.9], "ours": [76.6, 79.2, 77.9]},
)


def test_a_score_belongs_to_what_its_header_names():
    found = {(one.dataset, one.metric, one.model, one.value) for one in score_tuples("d", [QA])}
    assert found == {
        ("xquad", "f1", "mBERT (Devlin et al. 2019)", 64.5),
        ("xquad", "f1", "ours", 76.6),
        ("xnli", "accuracy", "mBERT (Devlin et al. 2019)", 65.4),
        ("xnli", "accuracy", "ours", 79.2),
    }
    for one in score_tuples("d", [QA]):
        assert QA.cells[one.cell].value == one.value
        assert 0 < one.certainty <= 1


def test_the_best_own_score_of_each_leaderboard_is_marked_by_the_polarity_of_its_metric():
    lower = table("Perplexity on WikiText-103", ["test"], {"ours": [18.0], "ours, small": [24.0]})
    best = [(one.dataset, one.value) for one in score_tuples("d", [QA]) if one.best]
    assert sorted(best) == [("xnli", 79.2), ("xquad", 76.6)]
    assert [one.value for one in score_tuples("d", [lower]) if one.best] == [18.0]


def test_what_names_no_data_set_or_several_or_no_metric_is_left_out():
    nothing = table("Sizes of models", ["layers"], {"ours": [12.0]})
    several = table("F1 on XQuAD and MLQA", ["average"], {"ours": [70.0]})
    no_metric = table("Results on XNLI", ["en"], {"ours": [70.0]})
    impossible = table("F1 on XQuAD", ["en"], {"ours": [392702.0]})
    assert score_tuples("d", [nothing]) == []
    assert score_tuples("d", [several]) == []
    assert score_tuples("d", [no_metric]) == []
    assert score_tuples("d", [impossible]) == []
    assert score_tuples("d", []) == []


def test_given_leaderboards_decide_what_may_be_found():
    boards = [
        Leaderboard("summarization", "Gigaword", "ROUGE-1"),
        Leaderboard("summarization", "Gigaword", "ROUGE-L"),
    ]
    given = table("Results on Gigaword", ["RG-1", "RG-L"], {"ours": [35.3, 33.2]})
    found = [(one.dataset, one.metric, one.value) for one in score_tuples("d", [given], boards)]
    assert found == [("Gigaword", "ROUGE-1", 35.3), ("Gigaword", "ROUGE-L", 33.2)]
    assert score_tuples("d", [given], []) == []


def test_named_boards_are_known_data_sets_with_the_metrics_that_are_named():
    boards = named_boards([QA])
    assert Leaderboard("question answering", "xquad", "f1", 1) in boards
    assert {board.dataset for board in boards} == {"xquad", "xnli"}
