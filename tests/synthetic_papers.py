"""Papers that nobody wrote: whole sources with macros, tables, citations and a bibliography.

Every number is drawn, so that the claims of two papers differ; the same number of a paper gives
the same bytes.
"""

import gzip
import io
import random
import tarfile

from litreview.parsing.forms import Form
from litreview.schema import Paper

TASKS = ["question answering", "natural language inference", "retrieval", "paraphrase", "tagging"]
SETS = ["XQuAD", "XNLI", "Tatoeba", "PAWS-X", "UDPOS"]
MODELS = ["mBERT", "\\xlmr", "mT5", "InfoXLM", "RemBERT"]
SENTENCES = [
    "We fine-tune {model} on English {task} and test it on {set} without further training.",
    "On {set}, {model} gains {gain} points over the baseline, from {low} to {high}.",
    "Intermediate training on {task} (IT) does not help {set}~\\citep{{work{key}}}.",
    "\\textbf{{{model}}} reaches ${high}_{{\\pm 0.{digit}}}$ F1, which \\citet{{work{key}}} report "
    "for three seeds.\\footnote{{The {digit} runs differ in their seed only.}}",
    "The average over all languages drops by {gain}\\% when {task} is left out.",
    "Table~\\ref{{tab:main}} shows that {model} outperforms the others on {set} in most languages.",
    "This may be because {task} needs other skills than {set} does.",
]
SECTIONS = ["Introduction", "Related Work", "Method", "Experiments", "Results", "Conclusion"]


def paper(number: int) -> Paper:
    """The bibliographic record of one paper."""
    arxiv_id = f"2101.{number:05d}"
    return Paper(
        paper_id=f"arxiv:{arxiv_id}",
        arxiv_id=arxiv_id,
        version="v1",
        title=f"Intermediate training, study {number}",
        authors=["Ada Example"],
        year=2021,
        url=f"https://arxiv.org/abs/{arxiv_id}v1",
        abstract="We study transfer.",
        source="synthetic",
        retrieved="2026-07-08",
    )


def source(number: int) -> tuple[Form, bytes]:
    """The paper's full text: a LaTeX archive, of every fifth paper a page in HTML."""
    rng = random.Random(number)
    if number % 5 == 4:
        return "html", _page(rng).encode("utf-8")
    main = (
        "\\documentclass{article}\n\\newcommand{\\xlmr}{XLM-R\\xspace}\n"
        f"\\title{{Intermediate training, study {number}}}\n\\begin{{document}}\n\\maketitle\n"
        f"\\begin{{abstract}}\n{_prose(rng, 6)}\n\\end{{abstract}}\n"
        "\\input{sections}\n\\bibliography{refs}\n\\end{document}\n"
    )
    sections = "".join(
        f"\\section{{{title}}} % {title}\n{_prose(rng, 8)}\n\n{_prose(rng, 6)}\n{_table(rng)}\n"
        for title in SECTIONS
    )
    bibliography = "".join(
        f"\\bibitem{{work{key}}} A. Author. Work {key}. arXiv:2005.{key:05d}, 2020.\n\n"
        for key in range(10)
    )
    files = {
        "main.tex": main,
        "sections.tex": sections,
        "main.bbl": f"\\begin{{thebibliography}}{{9}}\n{bibliography}\\end{{thebibliography}}\n",
    }
    return "source", _archive(files)


def _prose(rng: random.Random, sentences: int) -> str:
    return "\n".join(_sentence(rng) for _ in range(sentences))


def _sentence(rng: random.Random) -> str:
    low = rng.uniform(40, 80)
    gain = rng.uniform(0.1, 9)
    return rng.choice(SENTENCES).format(
        model=rng.choice(MODELS),
        task=rng.choice(TASKS),
        set=rng.choice(SETS),
        gain=f"{gain:.1f}",
        low=f"{low:.1f}",
        high=f"{low + gain:.1f}",
        key=rng.randrange(10),
        digit=rng.randrange(1, 10),
    )


def _table(rng: random.Random) -> str:
    rows = "\n".join(
        f"{model} & " + " & ".join(f"{rng.uniform(40, 80):.1f}" for _ in SETS) + " \\\\"
        for model in MODELS
    )
    return (
        "\\begin{table}\\centering\\caption{F1 by target.}\\label{tab:main}\n"
        "\\begin{tabular}{l" + "c" * len(SETS) + "}\\toprule\n"
        "Model & " + " & ".join(SETS) + " \\\\ \\midrule\n" + rows + "\n\\bottomrule\n"
        "\\end{tabular}\\end{table}\n"
    )


def _page(rng: random.Random) -> str:
    def text(sentences: int) -> str:
        prose = _prose(rng, sentences).replace("\\xlmr", "XLM-R").replace("\\%", "%")
        return "".join(letter for letter in prose if letter not in "\\{}$")

    rows = "".join(
        f"<tr><th>{model.strip(chr(92))}</th>"
        + "".join(f"<td>{rng.uniform(40, 80):.1f}</td>" for _ in SETS)
        + "</tr>"
        for model in MODELS
    )
    heads = "".join(f"<th>{name}</th>" for name in ["Model", *SETS])
    sections = "".join(
        f"<section><h2>{place} {title}</h2><p>{text(8)}</p><p>{text(6)}</p><figure>"
        f"<figcaption>F1 by target.</figcaption><table><thead><tr>{heads}</tr></thead>"
        f"<tbody>{rows}</tbody></table></figure></section>"
        for place, title in enumerate(SECTIONS, start=1)
    )
    return (
        f"<!DOCTYPE html><html><body><article><h1>A study</h1><div><h6>Abstract</h6>"
        f"<p>{text(6)}</p></div>{sections}</article></body></html>"
    )


def _archive(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            content = text.encode("utf-8")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return gzip.compress(buffer.getvalue(), mtime=0)
