"""HTML pages, PDFs and table grids."""

import io

import pytest
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from litreview.parsing import parse_html, parse_pdf
from litreview.parsing.html import read_html
from litreview.parsing.pdf import read_pdf
from litreview.parsing.tables import GridCell, Row, cell_value, make_table
from tests.litreview_papers import paper

PAPER = paper()
PAGE = """<!DOCTYPE html><html><head><title>x</title><script>evil()</script></head><body>
<nav>menu</nav><article class="ltx_document"><h1 class="ltx_title">The Title</h1>
<div class="ltx_abstract"><h6>Abstract</h6><p class="ltx_p">We gain 5.4 points.</p></div>
<section class="ltx_section"><h2 class="ltx_title"><span class="ltx_tag">1 </span>Results</h2>
<p class="ltx_p">As <cite class="ltx_cite">Phang et al. (2020)</cite> say,
<math alttext="73.5_{\\pm 0.4}"><mi>junk</mi></math> in
<a class="ltx_ref" href="#S1.T1">Table 1</a>.</p>
<table class="ltx_equation"><tr><td>x = 1</td></tr></table>
<figure class="ltx_table" id="S1.T1"><figcaption>Table 1: Scores.</figcaption>
<table class="ltx_tabular"><thead><tr><th>Model</th><th colspan="2">QA</th></tr></thead>
<tbody><tr><th>XLM-R</th><td>76.6</td><td>65.1</td></tr>
<tr><th rowspan="2">mT5</th><td>67.0</td><td>59.1</td></tr><tr><td>77.8</td><td>68.4</td></tr>
</tbody></table></figure>
<ul><li>An item.</li></ul></section>
<section class="ltx_bibliography"><h2>References</h2><p>Somebody. 2020.</p></section>
</article><footer>made by x</footer></body></html>"""


def paragraphs(page: str) -> list[tuple[str, str]]:
    return [(one.section, one.text) for one in read_html(page.encode()).paragraphs]


def test_a_latexml_page_gives_sections_text_and_tables():
    reading = read_html(PAGE.encode())
    assert reading.title == "The Title"
    assert paragraphs(PAGE) == [
        ("Abstract", "We gain 5.4 points."),
        ("Results", "As [cite] say, 73.5 ± 0.4 in [ref]."),
        ("Results", "Table 1: Scores."),
        ("Results", "An item."),
    ]
    (table,) = reading.tables
    assert table.caption == "Table 1: Scores."
    assert [(cell.row, cell.column, cell.value) for cell in table.cells] == [
        ("XLM-R", "QA", 76.6),
        ("XLM-R", "QA", 65.1),
        ("mT5", "QA", 67.0),
        ("mT5", "QA", 59.1),
        ("mT5", "QA", 77.8),
        ("mT5", "QA", 68.4),
    ]
    document = parse_html(PAPER, b"", PAGE.encode())
    assert document.quality == pytest.approx(0.95)
    assert document.quality_parts == {
        "source": 0.95,
        "structure": 1.0,
        "repairs": 1.0,
        "legible": 1.0,
    }


def test_entities_and_outside_resources_of_a_page_are_ignored(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    page = (
        f'<!DOCTYPE html [<!ENTITY x SYSTEM "file://{secret}">]>'
        "<html><body><p>See &x; and <img src='http://example.org/a.png'>this.</p></body></html>"
    )
    assert "the secret" not in " ".join(text for _, text in paragraphs(page))


@pytest.mark.parametrize("content", [b"", b"   ", b"\x00\xff\xfe", b"<html></html>"])
def test_a_page_without_text_has_quality_zero_and_says_so(content):
    document = parse_html(PAPER, b"", content)
    assert (document.text, document.quality) == ("", 0.0)
    assert document.warnings


def test_deep_nesting_does_not_end_the_run():
    page = "<html><body>" + "<div>" * 20_000 + "<p>Deep text.</p>" + "</div>" * 20_000
    assert paragraphs(page) == [("Body", "Deep text.")]


def pdf(*lines: str, pages: int = 1) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        page = writer.add_blank_page(width=600, height=800)
        font = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type1"),
                NameObject("/BaseFont"): NameObject("/Helvetica"),
            }
        )
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
        )
        stream = DecodedStreamObject()
        shown = "".join(f"({line}) Tj 0 -14 Td " for line in lines)
        stream.set_data(f"BT /F1 12 Tf 50 750 Td {shown} ET".encode())
        page[NameObject("/Contents")] = writer._add_object(stream)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def test_the_text_layer_of_a_pdf_is_read_with_its_headings_and_hyphens_joined():
    content = pdf(
        "Abstract",
        "We find gains of 5.4 points on average over the bench-",
        "mark and nothing else that would be worth the reader's time.".replace("'", " "),
        "2 Results",
        "The gain is 8.2 points.",
    )
    document = parse_pdf(PAPER, content)
    assert [section.title for section in document.sections] == ["Abstract", "Results"]
    assert "over the benchmark and" in document.text
    assert document.quality == 0.6


def test_a_pdf_is_read_up_to_a_number_of_pages(monkeypatch):
    monkeypatch.setattr("litreview.parsing.pdf.MAX_PAGES", 2)
    reading = read_pdf(pdf("A line of text that is long enough to count as text. " * 3, pages=4))
    assert reading.warnings == ["the PDF was read up to page 2 only (size or time)"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not readable as PDF"),
        (b"%PDF-1.7 nonsense", "not readable as PDF"),
        (pdf("x")[:200], "not readable as PDF"),
        (pdf(), "no text layer"),
    ],
)
def test_a_damaged_or_scanned_pdf_has_quality_zero_and_says_why(content, reason):
    document = parse_pdf(PAPER, content)
    assert document.quality == 0.0
    assert any(reason in warning for warning in document.warnings)


def test_an_encrypted_pdf_is_named_as_such():
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("secret", algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    document = parse_pdf(PAPER, buffer.getvalue())
    assert (document.warnings[0], document.quality) == ("the PDF is encrypted", 0.0)


def test_a_pdf_with_an_empty_password_is_read():
    writer = PdfWriter(clone_from=io.BytesIO(pdf("A line that is long enough to be text. " * 4)))
    writer.encrypt("", owner_password="owner", algorithm="AES-256")
    buffer = io.BytesIO()
    writer.write(buffer)
    assert "long enough to be text" in parse_pdf(PAPER, buffer.getvalue()).text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("76.6", 76.6),
        ("76.6/60.8", 76.6),
        ("80.4 ± 0.3", 80.4),
        ("−0.7", -0.7),
        ("+5.4", 5.4),
        ("* 12.5", 12.5),
        (".45", 0.45),
        ("392,702", 392702.0),
        ("71.8%", 71.8),
        ("1.2*", 1.2),
        ("–", None),
        ("", None),
        ("65k", None),
        ("mT5", None),
        ("3 runs", None),
        ("n/a", None),
    ],
)
def test_the_value_of_a_cell_is_its_first_number(text, value):
    assert cell_value(text) == value


def row(*texts: str, head: bool = False) -> Row:
    return Row(tuple(GridCell(text) for text in texts), head)


def labels(rows: list[Row]) -> list[tuple[str, str, str]]:
    table = make_table(1, "", rows)
    return [(cell.row, cell.column, cell.text) for cell in table.cells] if table else []


def test_without_marked_heads_the_first_rows_without_numbers_are_the_head():
    rows = [row("", "QA", "QA"), row("Model", "EM", "F1"), row("XLM-R", "60.8", "76.6")]
    assert labels(rows) == [("XLM-R", "QA / EM", "60.8"), ("XLM-R", "QA / F1", "76.6")]
    table = make_table(1, "", rows)
    assert (table.header_rows, table.header_columns) == (2, 1)
    assert table.cells[1].column_path == ["QA", "F1"]
    assert (table.cells[1].row_index, table.cells[1].column_index) == (2, 2)


def test_two_columns_of_words_are_both_labels():
    rows = [row("Task", "Size", "F1", head=True), row("QA", "base", "50.0")]
    assert labels(rows) == [("QA / base", "F1", "50.0")]


def test_a_marked_row_between_values_is_no_head_of_what_stands_above_it():
    rows = [
        row("Model", "F1", "EM", head=True),
        row("XLM-R", "76.6", "60.8"),
        row("Ours", "", "", head=True),
        row("mT5", "70.1", "55.0"),
    ]
    assert labels(rows)[0] == ("XLM-R", "F1", "76.6")
    assert labels(rows)[2] == ("Ours / mT5", "F1", "70.1")


def test_the_deviation_is_what_stands_after_plus_minus():
    rows = [row("", "F1", head=True), row("a", "80.4 ± 0.3"), row("b", "80.4+-.5"), row("c", "7")]
    table = make_table(1, "", rows)
    assert [cell.deviation for cell in table.cells] == [0.3, 0.5, None]


def test_a_table_without_rows_has_no_cells():
    assert labels([]) == []
    assert labels([row("", "")]) == []
