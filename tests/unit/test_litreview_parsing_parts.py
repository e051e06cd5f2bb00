"""What a document holds besides its text: citations, captions, abbreviations, places."""

import pytest

from litreview.parsing import parse_html, parse_jats, parse_latex, raw_spans
from litreview.parsing.abbreviations import find_abbreviations
from litreview.parsing.identifiers import find_identifiers
from litreview.parsing.latex_symbols import math_text
from litreview.schema import Document
from tests.synthetic_papers import paper

PAPER = paper(1)
ARTICLE = """<?xml version="1.0"?><!DOCTYPE article>
<article><front><article-meta><title-group><article-title>The <italic>Title</italic></article-title>
</title-group><volume>12</volume><abstract><p>We gain 5.4 points.</p></abstract></article-meta>
</front>
<body><sec><title>Results</title><p>As others [<xref ref-type="bibr" rid="B1">1</xref>,
<xref ref-type="bibr" rid="B2">2</xref>] say, 10<sup>-5</sup> &amp; more.<fn><p>A note.</p></fn></p>
<sec><title>By task</title><p>See <xref ref-type="table" rid="t1">Table 1</xref>.</p></sec>
<table-wrap id="t1"><label>Table 1</label><caption><title>Scores.</title><p>In F1.</p></caption>
<table><thead><tr><th>Model</th><th colspan="2">QA</th></tr></thead>
<tbody><tr><td rowspan="2">XLM-R</td><td>76.6</td><td><bold>65.1</bold> ± 0.3</td></tr>
<tr><td>67.0</td><td>59.1</td></tr></tbody></table></table-wrap></sec></body>
<back><ref-list><ref id="B1"><mixed-citation>A. <pub-id pub-id-type="doi">10.1000/XY.1</pub-id>
</mixed-citation></ref><ref id="B2"><element-citation>
<pub-id pub-id-type="arxiv">2005.13013v2</pub-id></element-citation></ref></ref-list></back>
</article>"""


def read(body: str, **files: str) -> Document:
    source = "\\documentclass{article}\\begin{document}" + body + "\\end{document}"
    more = {name.replace("_", "."): text.encode() for name, text in files.items()}
    return parse_latex(PAPER, b"", {"main.tex": source.encode(), **more})


def cited(document: Document) -> list[tuple[str, bool, str | None]]:
    for citation in document.citations:
        assert document.text[citation.start : citation.end] == "[cite]"
    return [(one.key, one.resolved, one.paper_id) for one in document.citations]


def test_a_jats_article_is_read_with_all_its_parts():
    document = parse_jats(PAPER, b"", ARTICLE.encode())
    assert document.text.split("\n\n") == [
        "We gain 5.4 points.",
        "As others [cite] say, 10^-5 & more.",
        "A note.",
        "See [ref].",
        "Scores. In F1.",
    ]
    assert [section.path for section in document.sections] == [
        ["Abstract"],
        ["Results"],
        ["Results", "By task"],
        ["Results"],
    ]
    assert document.title == "The Title"
    assert cited(document) == [("B1", True, "doi:10.1000/xy.1"), ("B2", True, "arxiv:2005.13013")]
    (table,) = document.tables
    assert [(cell.row, cell.column, cell.value, cell.row_span) for cell in table.cells] == [
        ("XLM-R", "QA", 76.6, 1),
        ("XLM-R", "QA", 65.1, 1),
        ("XLM-R", "QA", 67.0, 1),
        ("XLM-R", "QA", 59.1, 1),
    ]
    assert [(cell.bold, cell.deviation) for cell in table.cells][1] == (True, 0.3)
    raw = table.cells[0].raw
    assert ARTICLE[raw.start : raw.end] == "76.6"
    (caption,) = document.captions
    assert (caption.kind, caption.table_ids) == ("table", ["T1"])
    assert document.text[caption.start : caption.end] == table.caption


def test_citations_resolve_to_the_entries_of_the_text():
    document = read(
        "Some \\citep[see][p.~2]{a, b} and \\citet{missing}."
        "\\begin{thebibliography}{9}\\bibitem[A(2020)]{a} A. \\url{https://doi.org/10.1000/x_y}."
        "\\bibitem{b} B. arXiv preprint arXiv:2005.13013v2, 2020.\\end{thebibliography}"
    )
    assert cited(document) == [
        ("a", True, "doi:10.1000/x_y"),
        ("b", True, "arxiv:2005.13013"),
        ("missing", False, None),
    ]
    assert "2020" not in document.text


BBL = (
    "\\begin{thebibliography}{1}\\bibitem{a} A. \\newblock arXiv:2005.13013.\\end{thebibliography}"
)
BIBLATEX = "\\entry{a}{article}{}\n\\verb{eprint}\n\\verb 2005.13013\n\\endverb\n"
BIB = "@article{a,\n title={{T}},\n eprint = {2005.13013}}\n@book{other, title={U}}"


@pytest.mark.parametrize("files", [{"main_bbl": BBL}, {"main_bbl": BIBLATEX}, {"refs_bib": BIB}])
def test_citations_resolve_to_the_entries_of_other_files(files):
    document = read("Some \\cite{a}.\\bibliography{refs}", **files)
    assert cited(document) == [("a", True, "arxiv:2005.13013")]
    assert [one.key for one in document.references] == ["a"]


def test_html_citations_resolve_to_the_list_of_references():
    page = (
        "<html><body><p>As <cite><a class='ltx_ref' href='#bib.b1'>A (2020)</a></cite> say.</p>"
        "<section class='ltx_bibliography'><ul><li id='bib.b1' class='ltx_bibitem'>A. 2020. "
        "<a href='https://arxiv.org/abs/2005.13013'>link</a></li></ul></section></body></html>"
    )
    document = parse_html(PAPER, b"", page.encode())
    assert document.text == "As [cite] say."
    assert cited(document) == [("bib.b1", True, "arxiv:2005.13013")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("arXiv preprint arXiv:2005.13013v2, 2020", ("2005.13013", None)),
        ("https://arxiv.org/abs/cs/0112017", ("cs/0112017", None)),
        ("https://doi.org/10.48550/arXiv.2005.13013", ("2005.13013", None)),
        ("doi: 10.18653/v1/2020.acl-main.747.", (None, "10.18653/v1/2020.acl-main.747")),
        ("Proc. 2005.13013 pages", (None, None)),
    ],
)
def test_identifiers_are_found_in_entries(text, found):
    assert find_identifiers(text) == found


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("We use natural language inference (NLI).", [("NLI", "natural language inference")]),
        ("The F1 of XLM-R (see Table 1) rose.", []),
        ("question answering (QA; see above)", [("QA", "question answering")]),
        ("We call it WER (word error rate) here.", [("WER", "word error rate")]),
        ("in three runs (N=3) of it", []),
        ("masked language modelling (MLM) and MLM (again)", [("MLM", "masked language modelling")]),
    ],
)
def test_abbreviations_are_found_where_they_are_defined(text, pairs):
    found = find_abbreviations(text, [(0, len(text))])
    assert [(one.short, one.long) for one in found] == pairs
    assert all(text[one.start : one.end] == one.long for one in found)


def test_captions_stand_after_their_paragraph_and_know_their_tables():
    document = read(
        "Before\\begin{table}\\begin{subtable}{1in}\\begin{tabular}{lc}&F1\\\\\\hline a&1.0"
        "\\end{tabular}\\caption{Inner.}\\end{subtable}\\caption{Outer \\textbf{one}.}\\end{table} "
        "after.\n\n\\begin{figure}\\includegraphics{x}\\caption{A figure.}\\end{figure}"
    )
    texts = [(one.kind, document.text[one.start : one.end]) for one in document.captions]
    assert texts == [("table", "Inner."), ("table", "Outer one."), ("figure", "A figure.")]
    assert [one.table_ids for one in document.captions] == [["T1"], ["T1"], []]
    assert document.tables[0].caption == "Outer one. Inner."
    assert document.text.startswith("Before after.")


def test_places_lead_back_to_each_file():
    document = read("One \\input{part} end.", part_tex="two \\textbf{three}")
    start, end = document.text.index("One"), document.text.index(" end")
    spans = {span.file: (span.start, span.end) for span in raw_spans(document, start, end)}
    assert sorted(spans) == ["main.tex", "part.tex"]
    assert "two \\textbf{three}"[slice(*spans["part.tex"])] == "two \\textbf{three"
    assert raw_spans(document, 0, 0) == []


def test_conditionals_are_decided():
    document = read(
        "\\iffalse a\\else b\\fi \\iftrue c\\else d\\fi \\newif\\ifon\\ifon e\\fi\\ontrue "
        "\\ifon f\\fi "
        "\\iffalse g \\iftrue h\\else i\\fi j\\else k\\fi \\ifx\\x\\x l\\else m\\fi "
        "\\ifnum1<2 n\\fi"
    )
    assert sorted(document.text.replace(" ", "")) == list("bcfkln")


def test_commands_within_formulas_keep_their_names_apart():
    assert read("$1\\times10^{-5}$ $\\log p$ $\\alpha\\beta$").text == "1×10^-5 log p αβ"


def test_a_table_as_papers_write_it():
    document = read(
        "\\begin{table*}[t]\\resizebox{\\textwidth}{!}{%\n\\begin{tabular}{@{}ll*{2}{c}r@{}}\\toprule"
        "& & \\multicolumn{2}{c}{\\textbf{Zero-shot}} & \\\\ \\cmidrule(lr){3-4}\n"
        "\\textbf{Model} & \\# & XNLI & \\makecell{TyDi\\\\QA} & Avg. \\\\ \\midrule\n"
        "\\multirow{2}{*}{XLM-R} & 3 & 79.2 & 65.1\\rlap{$^\\dagger$} & \\underline{76.9} \\\\\n"
        " & 12 & \\textbf{80.1}\\scriptsize{$\\pm$0.2} & -- & \\cellcolor{gray!20}{77.5} \\\\\n"
        "\\midrule[0.5pt] \\rowcolor{gray!10} mBERT & 3 & 65.4 & {\\bf 59.7} & 69.0$^{*}$ \\\\\n"
        "\\bottomrule\\end{tabular}}\\caption{Results.}\\end{table*}"
    )
    (table,) = document.tables
    found = [(one.row, one.column, one.text, one.value, one.bold) for one in table.cells]
    assert found == [
        ("XLM-R", "#", "3", 3.0, False),
        ("XLM-R", "Zero-shot / XNLI", "79.2", 79.2, False),
        ("XLM-R", "Zero-shot / TyDi QA", "65.1†", 65.1, False),
        ("XLM-R", "Avg.", "76.9", 76.9, False),
        ("XLM-R", "#", "12", 12.0, False),
        ("XLM-R", "Zero-shot / XNLI", "80.1 ± 0.2", 80.1, True),
        ("XLM-R", "Zero-shot / TyDi QA", "–", None, False),
        ("XLM-R", "Avg.", "77.5", 77.5, False),
        ("mBERT", "#", "3", 3.0, False),
        ("mBERT", "Zero-shot / XNLI", "65.4", 65.4, False),
        ("mBERT", "Zero-shot / TyDi QA", "59.7", 59.7, True),
        ("mBERT", "Avg.", "69.0*", 69.0, False),
    ]
    assert table.cells[5].deviation == 0.2


def test_a_table_of_many_pages_has_one_head():
    document = read(
        "\\begin{longtable}{lc}\\caption{Long.}\\\\\\hline Model&F1\\\\\\hline\\endfirsthead "
        "Model (cont.)&F1\\\\\\hline\\endhead a&1.0\\\\b&2.0\\\\\\end{longtable}"
    )
    (table,) = document.tables
    assert [(cell.row, cell.column, cell.text) for cell in table.cells] == [
        ("a", "F1", "1.0"),
        ("b", "F1", "2.0"),
    ]
    assert table.caption == "Long."


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("73.5_{\\pm 0.4}", "73.5 ± 0.4"),
        ("10^{-5}", "10^-5"),
        ("\\frac{a}{b}", "a/b"),
        ("p < 0.05", "p < 0.05"),
        ("90^\\circ", "90°"),
        ("\\mathbf{x}_i", "x_i"),
        ("69.0^{*}", "69.0*"),
        ("{{{", ""),
    ],
)
def test_formulas_are_put_in_reading_form(source, shown):
    assert math_text(source) == shown
