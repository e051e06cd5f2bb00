"""The parts of a report: references, excerpts, the question's terms, numbers in words."""

from litreview.language.wording import count_of, listing, parameters
from litreview.review.answerability import SIZE, answerability, question_terms
from litreview.review.overlap import shared_runs
from litreview.synthesis.content import text_of
from litreview.synthesis.excerpts import excerpt
from litreview.synthesis.prose import rate
from litreview.synthesis.references import clean, number_ranges, number_references, short_citation
from tests.litreview_examples import study
from tests.litreview_papers import paper


def test_references_are_ordered_and_need_authors_title_and_an_http_link():
    papers = [
        paper("arxiv:1", authors=["Zoe Adams"], title="B"),
        paper("arxiv:2", authors=["Ann Young", "Bo Adams"], title="A."),
        paper("arxiv:3", url="javascript:alert(1)"),
        paper("arxiv:4", authors=[]),
    ]
    table = {one.paper_id: one for one in papers}
    resolved, unresolved = number_references([*table, "arxiv:5"], table)
    assert [(one.number, one.paper_id, one.title) for one in resolved] == [
        (1, "arxiv:1", "B"),
        (2, "arxiv:2", "A"),
    ]
    assert unresolved == ["arxiv:3", "arxiv:4", "arxiv:5"]
    assert resolved[1].authors == "Ann Young and Bo Adams"


def test_citations_are_short_and_numbers_close_up():
    assert short_citation(paper()) == "Phang et al. (2020)"
    assert short_citation(paper(authors=["Ann Young", "Adams, Bo"])) == "Young and Adams (2020)"
    assert number_ranges([7, 1, 2, 3, 3]) == "[1\N{EN DASH}3, 7]"
    assert number_ranges([1, 2]) == "[1, 2]"


def test_text_from_outside_loses_control_and_direction_characters():
    assert clean("A\u202etitle\nwith\x00 breaks ") == "Atitle with breaks"


def test_an_excerpt_is_a_window_of_whole_words_with_the_shared_ones_marked():
    words = [f"w{n}" for n in range(60)]
    words[40] = "retrieval,"
    runs = excerpt(" ".join(words), "Retrieval gains", words=11)
    text = text_of(runs)
    assert text.startswith("\N{HORIZONTAL ELLIPSIS} ")
    assert text.endswith(" \N{HORIZONTAL ELLIPSIS}")
    assert len(text.split()) == 13
    assert [run.text for run in runs if run.mark] == ["retrieval"]


def test_shared_runs_are_found_whatever_the_case_and_the_breaks():
    source = " ".join(f"word{n}" for n in range(50))
    assert shared_runs([source[:300].replace(" ", "\n").upper()], [source]) != []
    assert shared_runs([" ".join(source.split()[:29])], [source]) == []
    assert shared_runs([" ".join(source.split()[:30])], [source]) != []


def test_the_parts_of_a_question_are_measured_known_or_missing():
    question = (
        "What do legal tasks (e.g., legal, medical) do to zero-shot transfer in XTREME-R, and how "
        "does it scale with model size on poetry-generation?"
    )
    assert question_terms(question) == [
        "zero-shot",
        "XTREME-R",
        "poetry-generation",
        "legal",
        "medical",
        SIZE,
    ]
    found = answerability(question, study(), ["XTREME-R has ten tasks."])
    assert {one.term: one.basis for one in found} == {
        "zero-shot": "measured",
        "XTREME-R": "literature",
        "poetry-generation": "missing",
        "legal": "measured",
        "medical": "measured",
        SIZE: "measured",
    }
    one_size = study(encoders={"small-3": study()["encoders"]["small-3"]})
    assert answerability("Does size matter?", one_size, [])[0].basis == "missing"


def test_words_of_numbers():
    assert [count_of(n, "seed") for n in (0, 1, 2, 13, 1200)] == [
        "zero seeds",
        "one seed",
        "two seeds",
        "13 seeds",
        "1,200 seeds",
    ]
    assert [count_of(n, "epoch") for n in (2.0, 0.5)] == ["two epochs", "0.5 epochs"]
    assert listing(["a", "b", "c"]) == "a, b and c"
    assert [parameters(n) for n in (5_322_240, 21_288_960, 559_890_432, 3_500_000_000)] == [
        "5.32M",
        "21.3M",
        "560M",
        "3.50B",
    ]
    assert rate(1e-4) == "1 \N{MULTIPLICATION SIGN} 10\u207b\u2074"
    assert rate(2.5e-5) == "2.50 \N{MULTIPLICATION SIGN} 10\u207b\u2075"
