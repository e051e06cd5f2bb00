r"""What LaTeX's commands and environments mean to a reader: tables of names."""

import re

from litreview.parsing.names import names

HEADINGS = {
    "part": 0,
    "chapter": 1,
    "section": 2,
    "subsection": 3,
    "subsubsection": 4,
    "paragraph": 5,
    "subparagraph": 6,
}

CITATION = re.compile(r"[A-Za-z]*[cC]ite[A-Za-z]*\Z")
REFERENCE = re.compile(r"(?:[A-Za-z]*ref|[cC]refrange)\Z")

NOTES = names("footnote footnotetext tnote sidenote marginpar endnote")
TITLES = names("title icmltitle mltitle")
BOLD = names("textbf bf bfseries boldmath mathbf strong B")
BOLD_FORMULA = re.compile(r"\\(?:mathbf|boldsymbol|bm|pmb|textbf|bf)\b")

SILENT = {
    name: count
    for count, words in {
        0: "maketitle today noindent centering small footnotesize scriptsize tiny large Large "
        "LARGE huge normalsize clearpage newpage pagebreak linebreak tableofcontents appendix "
        "protect raggedright par hfill vfill makeatletter makeatother footnotemark hline toprule "
        "midrule "
        "bottomrule xspace relax begingroup endgroup bgroup egroup leavevmode smallskip medskip "
        "bigskip displaystyle limits nolimits itshape upshape bfseries rmfamily sffamily em it rm "
        "sf tt sc unskip ignorespaces strut allowbreak nobreak sloppy printbibliography centerline "
        "endhead endfirsthead endfoot endlastfoot hdashline and And AND newblock fi",
        1: "label vspace hspace includegraphics bibliographystyle color pagestyle thispagestyle "
        "documentclass documentstyle usepackage RequirePackage hypersetup graphicspath phantom "
        "hphantom vphantom captionsetup todo index scalebox rotatebox raisebox parbox cellcolor "
        "rowcolor columncolor textcolor colorbox fcolorbox arrayrulecolor selectlanguage "
        "hyphenation date email affil affiliation address institute keywords thanks author "
        "authorrunning titlerunning icmltitlerunning nocite cline cmidrule cdashline Xhline "
        "tikzset pgfplotsset usetikzlibrary bibinfo bibfield href externaldocument input@path "
        "DeclareGraphicsExtensions newcounter stepcounter refstepcounter theoremstyle "
        "addbibresource foreignlanguage pdfoutput setlist captionof multirowsetup aclfinalcopy "
        "vskip@ hskip@ correspondingauthor orcid ead urlstyle ccsdesc received",
        2: "setlength addtolength setcounter addtocounter resizebox fontsize newtheorem "
        "newcolumntype DeclareUnicodeCharacter bibitem@ addcontentsline markboth definecolor@ "
        "icmlauthor icmlaffiliation icmlcorrespondingauthor newfloat",
        3: "definecolor specialrule titleformat@",
    }.items()
    for name in words.split()
}
r"""Commands of which nothing is printed, with the number of braced arguments that go with them.

What is printed of a command with several arguments (`\textcolor{red}{text}`) is what is left.
"""

LENGTHS = names(
    "vskip hskip kern parindent parskip baselineskip itemsep tabcolsep textwidth linewidth "
    "columnwidth textheight topsep partopsep parsep abovecaptionskip belowcaptionskip "
    "aboverulesep belowrulesep floatsep textfloatsep intextsep arrayrulewidth hsize vsize"
)
LENGTH = re.compile(
    r"\s{0,3}=?\s{0,3}[-+]?[\d.,]{0,10}\s?"
    r"(?:pt|em|ex|cm|mm|in|bp|pc|sp|fil+)(?![A-Za-z])(?:\s?(?:plus|minus)\s?[\d.]{1,9}\s?[a-z]{2,5})*"
)
DIMENSION = re.compile(r"\s*[-+]?[\d.]*\s*(?:pt|em|ex|cm|mm|in|\\[A-Za-z]+\s*)\s*\Z")

RULES = names(
    "hline toprule midrule bottomrule cmidrule cline specialrule Xhline hdashline cdashline "
    "endhead endfirsthead endfoot endlastfoot"
)

SKIPPED_ENVIRONMENTS = names(
    "tikzpicture pspicture algorithm algorithm2e algorithmic algorithmicx lstlisting verbatim "
    "minted filecontents forest comment picture axis Verbatim CCSXML"
)
FORMULAS = names("equation align eqnarray gather multline displaymath flalign alignat dmath")
TABLE_FLOATS = names("table sidewaystable wraptable longtable longtabu supertabular")
FIGURE_FLOATS = names("figure wrapfigure sidewaysfigure SCfigure marginfigure teaserfigure")
INNER_FLOATS = names("subfigure subtable subfloat")
FLOATS = TABLE_FLOATS | FIGURE_FLOATS | INNER_FLOATS
TABULARS = {
    "tabular": 1,
    "tabular*": 2,
    "tabularx": 2,
    "tabulary": 2,
    "longtable": 1,
    "longtabu": 1,
    "supertabular": 1,
    "array": 1,
    "tabu": 1,
    "tblr": 1,
    "NiceTabular": 1,
    "xltabular": 2,
}
"""Environments of cells, with the number of their braced arguments."""

LISTS = names(
    "itemize enumerate description quote quotation compactitem compactenum center abstract "
    "theorem lemma proof definition inparaenum"
)
ENVIRONMENT_ARGUMENTS = {
    "minipage": 1,
    "wrapfigure": 2,
    "wraptable": 2,
    "adjustbox": 1,
    "multicols": 1,
    "list": 2,
    "thebibliography": 1,
    "spacing": 1,
    "CJK": 2,
    "CJK*": 2,
    "subfigure": 1,
    "subtable": 1,
    "adjustwidth": 2,
    "turn": 1,
    "rotate": 1,
    "alignat": 1,
    "alignat*": 1,
    "tcolorbox": 0,
}

_KNOWN = (
    set(HEADINGS)
    | NOTES
    | TITLES
    | BOLD
    | set(SILENT)
    | LENGTHS
    | RULES
    | {
        "begin",
        "end",
        "item",
        "caption",
        "abstract",
        "multicolumn",
        "multirow",
        "bibitem",
        "url",
        "bibliography",
        "input",
        "include",
        "if",
        "fi",
        "else",
        "def",
        "newcommand",
        "verb",
    }
)
_KNOWN_ENVIRONMENTS = (
    SKIPPED_ENVIRONMENTS
    | FORMULAS
    | TABLE_FLOATS
    | FIGURE_FLOATS
    | INNER_FLOATS
    | set(TABULARS)
    | set(ENVIRONMENT_ARGUMENTS)
    | {"document", "abstract", "itemize", "enumerate", "description"}
)


def is_known(name: str) -> bool:
    """Whether a name means here what it means in LaTeX, even if the source defines it anew."""
    bare = name.rstrip("*")
    return (
        bare in _KNOWN
        or name in _KNOWN_ENVIRONMENTS
        or CITATION.match(bare) is not None
        or REFERENCE.match(bare) is not None
    )
