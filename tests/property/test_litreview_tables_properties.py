"""Properties of judging claims by tables: any text over any table, order of rows, other scale."""

from hypothesis import given, settings
from hypothesis import strategies as st

from litreview.tables import judge_table, table_of_rows
from litreview.tables.grid import grid_of
from litreview.tables.statements import statements_of

WORDS = """BERT ours our model w/o - + attention the best worst second most highest than over by not
no all both outperforms outperformed improves drops lower is similar gap removing without with more
layers increases F1 P R 2 8 12.5 71.4% , ; and but SQuAD on in of from to 0.3 points faster fastest
which makes each component""".split()  # noqa: SIM905
LABELS = ["BERT", "Ours", "w/o attention", "+ attention", "8", "", "P", "BERT | base", "-", "F1"]
CELLS = ["71.4", "[BOLD] 80.1", "-", "", "text", "1.2M", "0.31", "55 ± 2", "✓"]
quick = settings(max_examples=60, deadline=None)
texts = st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join)


@st.composite
def tables(draw):
    """A table of one to four rows and columns with any labels and cells."""
    columns = draw(st.lists(st.sampled_from(LABELS), min_size=1, max_size=4))
    row = st.lists(st.sampled_from(CELLS), min_size=len(columns), max_size=len(columns))
    rows = draw(st.lists(st.tuples(st.sampled_from(LABELS), row), max_size=4))
    caption = draw(st.sampled_from(["", "Perplexity", "Results"]))
    return table_of_rows(["", *columns], [[name, *cells] for name, cells in rows], caption=caption)


@quick
@given(texts, tables())
def test_any_text_over_any_table_has_a_label_and_shares(claim, table):
    found = judge_table(claim, table)
    assert abs(sum(found.probabilities) - 1) < 1e-9
    assert found.confidence == max(found.probabilities)
    assert all(-1 <= one.truth <= 1 for one in statements_of(claim, grid_of(table)))


@quick
@given(st.floats(1, 90), st.floats(0.5, 9), st.sampled_from(["outperforms", "underperforms"]))
def test_exchanging_the_sides_turns_the_truth(score, gain, verb):
    table = table_of_rows(
        ["", "F1"], [["BERT", f"{score:.1f}"], ["ELMo", f"{score + gain:.1f}"], ["CNN", "0.1"]]
    )
    one, other = (
        statements_of(f"{a} {verb} {b} in F1", grid_of(table))[0].truth
        for a, b in (("BERT", "ELMo"), ("ELMo", "BERT"))
    )
    assert one == -other != 0
