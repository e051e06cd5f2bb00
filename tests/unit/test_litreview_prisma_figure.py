"""The PRISMA flow diagram: the numbers of the flow, in files that are the same each time."""

import csv
import io

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from litreview.search.prisma import PrismaFlow
from litreview.search.prisma_figure import draw_prisma, prisma_boxes, prisma_table, save_prisma

BOTH = PrismaFlow(
    database_results=12,
    database_specific_results={"arxiv": 5, "semantic_scholar": 7},
    duplicates=3,
    excluded_automatic=1,
    excluded_other=1,
    records_screened=7,
    records_excluded=2,
    dbr_sought_reports=5,
    dbr_notretrieved_reports=1,
    dbr_assessed=4,
    dbr_excluded={"not English": 1},
    citations_results=2,
    other_sought_reports=2,
    other_notretrieved_reports=0,
    other_assessed=2,
    new_studies=5,
    new_reports=5,
    total_studies=5,
    total_reports=5,
)
SEARCHED = PrismaFlow(
    database_results=5,
    database_specific_results={"arxiv": 5},
    records_screened=5,
    dbr_sought_reports=5,
)
OTHERS = PrismaFlow(citations_results=3, other_sought_reports=3)


def test_the_table_has_the_fields_and_numbers_of_the_flow():
    rows = list(csv.DictReader(io.StringIO(prisma_table(BOTH))))
    for row in rows:
        value = getattr(BOTH, row["field"])
        if isinstance(value, dict):
            assert int(row["n"]) in (*value.values(), sum(value.values()))
        else:
            assert int(row["n"]) == value
    assert {"duplicates", "records_excluded", "dbr_excluded", "new_studies"} <= {
        row["field"] for row in rows
    }


@pytest.mark.parametrize(
    ("flow", "columns"),
    [
        (BOTH, {"database", "removed", "other", "missed"}),
        (SEARCHED, {"database", "removed"}),
        (OTHERS, {"database", "other", "missed"}),
    ],
)
def test_columns_without_a_record_are_left_out(flow, columns):
    assert {box.column for box in prisma_boxes(flow)} == columns


def test_what_was_not_counted_is_said_and_not_drawn_as_none():
    texts = " ".join(line for box in prisma_boxes(SEARCHED) for line in box.text())
    assert "Reports not retrieved (not counted)" in texts
    assert "None" not in texts
    rows = list(csv.DictReader(io.StringIO(prisma_table(SEARCHED))))
    assert {row["n"] for row in rows if row["field"] == "new_studies"} == {""}


@pytest.mark.parametrize("flow", [BOTH, SEARCHED, OTHERS])
def test_every_text_stays_inside_the_figure_and_in_its_box(flow):
    figure = draw_prisma(flow)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    (axes,) = figure.axes
    whole = figure.bbox
    boxes = [patch.get_window_extent(renderer) for patch in axes.patches]
    for text in axes.texts:
        if not text.get_text():
            continue  # an arrow
        place = text.get_window_extent(renderer)
        assert whole.x0 <= place.x0
        assert place.x1 <= whole.x1
        assert any(
            box.x0 <= place.x0
            and place.x1 <= box.x1
            and box.y0 - 1 <= place.y0
            and place.y1 <= box.y1 + 1
            for box in boxes
        ), text.get_text()


def test_the_same_flow_gives_the_same_bytes(tmp_path):
    first = save_prisma(BOTH, tmp_path / "one")
    second = save_prisma(BOTH, tmp_path / "two")
    assert [path.suffix for path in first] == [".svg", ".png", ".csv"]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_the_counts_have_the_names_of_the_prisma_flow_diagram(data_root):
    path = data_root / "claimdata" / "prisma" / "PRISMA.csv"
    with path.open(encoding="utf-8", newline="") as file:
        names = {row["data"] for row in csv.DictReader(file)}
    stages = {"identification", "screening", "included"}
    analysed_only = {name for name in names if name.endswith("_ma")}  # no meta-analysis here
    assert names - {"NA"} - stages - analysed_only == set(PrismaFlow.model_fields) - {"note"}
