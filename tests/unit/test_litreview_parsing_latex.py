"""LaTeX sources to text: what a reader of the paper would see, and nothing else."""

import pytest

from litreview.parsing import parse_latex
from litreview.parsing.latex import main_file, read_latex
from tests.litreview_papers import paper

PAPER = paper(version="v2")


def body(text: str) -> dict[str, bytes]:
    source = "\\documentclass{article}\n\\begin{document}\n" + text + "\n\\end{document}\n"
    return {"main.tex": source.encode()}


def paragraphs(text: str) -> list[tuple[str, str]]:
    return [(one.section, one.text) for one in read_latex(body(text)).paragraphs]


def cells(text: str) -> dict[tuple[str, str], str]:
    (table,) = read_latex(body(text)).tables
    return {(cell.row, cell.column): cell.text for cell in table.cells}


def test_sections_and_the_abstract_hold_their_paragraphs():
    assert paragraphs(
        "\\begin{abstract}First.\\end{abstract}\\section{One \\& two}A.\n\nB.\\subsection*{Three}C."
    ) == [("Abstract", "First."), ("One & two", "A."), ("One & two", "B."), ("Three", "C.")]


def test_formatting_disappears_and_numbers_in_formulas_stay():
    text = "\\textbf{Gains} of \\emph{up to $+8.2$} points, $73.5_{\\pm 0.4}$ and 5.4\\%."
    assert paragraphs(text) == [("Body", "Gains of up to +8.2 points, 73.5 ± 0.4 and 5.4%.")]


def test_citations_and_references_become_marks():
    text = "As \\citet{a} and \\citep[see][p.~3]{b,c} say, Table~\\ref{t}.\\label{x}"
    assert paragraphs(text) == [("Body", "As [cite] and [cite] say, Table [ref].")]


def test_footnotes_follow_their_paragraph_and_display_formulas_are_named():
    text = "Main text.\\footnote{An aside.} So \\begin{equation}x=1\\end{equation} holds."
    assert paragraphs(text) == [
        ("Body", "Main text. So [formula] holds."),
        ("Body", "An aside."),
    ]


def test_items_are_paragraphs_and_bibliographies_are_left_out():
    text = (
        "\\begin{itemize}\\item One.\\item Two.\\end{itemize}"
        "\\begin{thebibliography}{9}\\bibitem{a} Author, 2020.\\end{thebibliography}"
    )
    assert paragraphs(text) == [("Body", "One."), ("Body", "Two.")]


def test_comments_are_stripped_and_escaped_percent_signs_stay():
    assert paragraphs("5\\% of all % hidden\nrest\\\\% also\n.") == [
        ("Body", "5% of all rest ."),
    ]
    assert paragraphs("One % hidden\n\nTwo") == [("Body", "One"), ("Body", "Two")]


def test_the_main_file_is_the_one_with_class_and_body():
    files = {
        "supplement.tex": "\\section{Long} " + "words " * 100,
        "paper.tex": "\\documentclass{article}\\begin{document}x\\end{document}",
        "macros.tex": "\\newcommand{\\a}{b}",
    }
    assert main_file(files) == "paper.tex"
    assert main_file({"readme.txt": "no commands"}) is None


def test_inputs_are_flattened_within_the_archive_only():
    files = {
        "main.tex": b"A \\input{sec/one} B \\include{two} \\input two \\input{../../etc/passwd}",
        "sec/one.tex": b"one \\input{inner}",
        "sec/inner.tex": b"inner",
        "two.tex": b"two",
    }
    reading = read_latex(files)
    (paragraph,) = reading.paragraphs
    assert paragraph.text.split() == ["A", "one", "inner", "B", "two", "two"]
    assert reading.warnings == ["\\input file not in the archive: ../../etc/passwd"]
    assert sorted(paragraph.content.runs) == ["main.tex", "sec/inner.tex", "sec/one.tex", "two.tex"]


def test_circular_inputs_end():
    reading = read_latex({"main.tex": b"x \\input{b}", "b.tex": b"y \\input{main}"})
    assert [one.text for one in reading.paragraphs] == ["x y"]
    assert "circular" in reading.warnings[0]


def test_own_macros_are_expanded_with_their_arguments():
    source = (
        "\\newcommand{\\xlmr}{XLM-R\\xspace}\\newcommand\\gain[2]{#1 of #2}\\def\\pts{points}"
        "\\gain{\\xlmr gains}{5.4} \\pts"
    )
    assert paragraphs(source) == [("Body", "XLM-R gains of 5.4 points")]


@pytest.mark.parametrize(
    "source",
    [
        "\\newcommand{\\a}{\\a\\a}\\a The text.",
        "\\def\\a{x\\b}\\def\\b{y\\a}\\a The text.",
        "\\newcommand{\\a}[1]{\\a{#1#1}}\\a{x} The text.",
        "\\newenvironment{e}{\\begin{e}}{\\end{e}}\\begin{e}\\end{e} The text.",
    ],
)
def test_macros_that_never_end_are_stopped(source):
    reading = read_latex(body(source))
    text = " ".join(one.text for one in reading.paragraphs)
    assert text.endswith("The text.")
    assert len(text) < 3_000_000
    assert any("too deeply or are too many" in warning for warning in reading.warnings)


def test_a_table_becomes_labelled_cells_with_their_values():
    text = r"""\begin{table}\caption{Dev \emph{results}.}\begin{tabular}{lcc}\toprule
 & \multicolumn{2}{c}{QA} \\ \cmidrule(lr){2-3}
Model & XQuAD & TyDiQA \\ \midrule
\multicolumn{3}{l}{Single}\\
XLM-R & 76.6 & 65.1 \\
X-STILTs & \textbf{77.2}$_{\pm 0.4}$ & -- \\ \bottomrule
\end{tabular}\end{table}"""
    (table,) = read_latex(body(text)).tables
    assert table.caption == "Dev results."
    found = {(cell.row, cell.column): (cell.text, cell.value) for cell in table.cells}
    assert found == {
        ("Single / XLM-R", "QA / XQuAD"): ("76.6", 76.6),
        ("Single / XLM-R", "QA / TyDiQA"): ("65.1", 65.1),
        ("Single / X-STILTs", "QA / XQuAD"): ("77.2 ± 0.4", 77.2),
        ("Single / X-STILTs", "QA / TyDiQA"): ("–", None),
    }


def test_rows_that_span_are_filled_down():
    text = (
        r"\begin{tabular}{llc}\hline Task & Size & F1 \\ \hline "
        r"\multirow{2}{*}{QA} & base & 50.0 \\ & large & 60.5 \\ \hline\end{tabular}"
    )
    assert cells(text) == {("QA / base", "F1"): "50.0", ("QA / large", "F1"): "60.5"}


def test_ampersands_and_breaks_inside_braces_do_not_cut_cells():
    text = r"\begin{tabular}{lc} A & B \\ \hline {\bfseries x \& y} & {1.5\\2.5} \\ \end{tabular}"
    assert cells(text) == {("x & y", "B"): "1.5 2.5"}


def test_running_text_does_not_hold_the_tables_cells():
    text = r"Before.\begin{table}\begin{tabular}{lc}A & B \\ x & 1.5\end{tabular}\end{table}"
    assert paragraphs(text) == [("Body", "Before.")]


@pytest.mark.parametrize(
    "source",
    [
        "{" * 20_000 + "The text.",
        "\\begin{a}" * 5_000 + "The text.",
        "\\section{Never closed \\textbf{The text.",
        "$" * 999 + "The text.",
        "The text. \\begin{tabular}{l} a & b",
    ],
)
def test_source_that_never_closes_is_still_read(source):
    document = parse_latex(PAPER, b"", {"main.tex": source.encode()})
    assert "The text." in document.text
    assert 0 < document.quality < 1


def test_a_source_without_latex_is_an_empty_document_of_quality_zero():
    document = parse_latex(PAPER, b"", {"notes.txt": b"nothing"})
    assert (document.text, document.quality, document.kind) == ("", 0.0, "latex")
    assert document.warnings == ["no LaTeX file in the source"]


def test_latin_1_sources_are_decoded():
    reading = read_latex({"main.tex": "\\section{S}Févry.".encode("latin-1")})
    assert [(one.section, one.text) for one in reading.paragraphs] == [("S", "Févry.")]


def test_the_reading_does_not_depend_on_the_day():
    assert paragraphs("\\maketitle\\today Text.") == [("Body", "Text.")]


def test_offsets_of_the_document_point_at_its_sentences():
    document = parse_latex(PAPER, b"raw", body("\\section{R}One gain. Two gains.\n\nThree."))
    texts = [document.text[one.start : one.end] for one in document.sentences]
    assert texts == ["One gain.", "Two gains.", "Three."]
    assert [one.section for one in document.sentences] == ["R", "R", "R"]
    (section,) = document.sections
    assert document.text[section.start : section.end] == document.text
    assert document.document_id == "arxiv:2005.13013v2#latex"
