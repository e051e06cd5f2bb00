"""Claims and findings as the report shows them: contexts, regions claimed, bounds."""

import pytest

from litreview.schema import Check, Verdict
from litreview.synthesis import claims as views
from litreview.synthesis.claimed import claimed_words
from litreview.synthesis.content import build_content, text_of
from litreview.synthesis.contexts import context_of
from litreview.synthesis.passages import passages_of
from litreview.synthesis.render_html import render_html
from litreview.synthesis.render_markdown import render_markdown
from litreview.synthesis.render_text import render_text
from tests.litreview_papers import (
    SOURCE,
    claim,
    document,
    evidence_for,
    inputs,
    table,
)


@pytest.mark.parametrize(
    ("predicate", "words"),
    [
        ({"p": "DELTA", "low": 7.7, "high": 8.7}, "+7.7 to +8.7 points"),
        ({"p": "GT"}, "a gain above zero"),
        ({"p": "GT", "margin": 2}, "more than 2.0 points"),
        ({"p": "NONINF", "margin": 0.5}, "more than \N{MINUS SIGN}0.5 points"),
        ({"p": "ARGMAX", "best": "squad"}, "the largest gain is that of squad"),
        ({"p": "COUNT", "op": ">=", "k": 2}, "at least two arms gain more than 0.0 points"),
        (
            {"p": "COUNT", "op": "<=", "share": 0.5, "margin": 1},
            "at most 50% of the arms gain more than 1.0 points",
        ),
        ({"p": "CONTRAST"}, "a difference above zero"),
        ({"p": "MAGNITUDE", "at_least": "strong"}, "a gain that is strong or more"),
        ({"p": "NONSUP"}, "less than the study's margin"),
        ({"p": "EQUIV", "margin": 1}, "less than 1.0 points either way"),
        ({"p": "TOPK", "best": ["mnli", "squad"]}, "the largest gains are those of mnli and squad"),
        ({"p": "TREND", "direction": "falls"}, "a slope below zero"),
        ({"p": "CARD", "count": 9}, ""),
    ],
)
def test_the_region_claimed_stands_beside_the_figure_measured(predicate, words):
    assert claimed_words(predicate) == words


def test_numbers_derived_from_the_papers_own_tables_stand_in_every_form():
    derived = Check(
        claim_id="C1",
        predicate={"p": "DELTA", "low": 7.7, "high": 8.7},
        statement="8.2 points is in a table.",
        verdict="supported",
        scope="exact",
        scope_differences=[],
        reason_code="derived",
        reason="81.8 less 73.6 is 8.2.",
        estimate=8.2,
        low=8.1,
        high=8.3,
        seeds=None,
        source="published_table",
        expression="81.8 - 73.6 = 8.2",
    )
    unread = derived.model_copy(update={"claim_id": "C2", "verdict": "not_testable"})
    content = build_content(inputs(published=[derived, unread]))
    (section,) = [one for one in content.sections if one.identifier == "claims"]
    told = " ".join(text_of(runs) for runs in passages_of(section))
    assert (
        "Of two numbers and rankings, one follows from the tables, none disagrees with them, none "
        "stays open, and for one no cells could be told to be those meant."
    ) in told
    (view,) = content.claims[0].published
    assert (view.verdict, view.figure) == ("supported", "81.8 - 73.6 = 8.2")
    assert [one.published for one in content.claims[1:]] == [[], []]
    figures = {"gain_heatmap": "a.svg", "gain_by_size": "b.svg"}
    page = render_html(content, dict.fromkeys(figures, b"<svg/>"))
    assert "<dd>81.8 - 73.6 = 8.2</dd>" in page
    assert "**supported**. 81.8 less 73.6 is 8.2." in render_markdown(content, figures)
    assert "81.8 less 73.6 is 8.2." in " ".join(render_text(content, figures).split())


def test_each_check_has_what_was_claimed_and_what_was_measured():
    first, second, third = build_content(inputs()).claims[0].checks
    assert (first.claimed, first.figure[:4]) == ("+7.7 to +8.7 points", "+3.0")
    assert second.claimed == "a gain above zero"
    assert third.figure == ""


def test_a_passage_stands_between_its_neighbours_of_the_same_section():
    text = "Gains were small in most cases."
    source = document(["Before it.", text, "After it."])
    item = next(e for e in evidence_for(claim(text), [source]) if e.text == text)
    found = context_of(item, text, source)
    assert (found.before, text_of(found.passage), found.after) == ("Before it.", text, "After it.")
    assert "small" in [run.text for run in found.passage if run.mark] or found.passage[0].mark
    sentences = [
        one.model_copy(update={"section": name})
        for one, name in zip(source.sentences, ("A", "B", "B"), strict=True)
    ]
    other = source.model_copy(update={"sentences": sentences})
    assert context_of(item, text, other).before == ""
    assert context_of(item, text, None).after == ""


def test_a_row_of_a_table_has_its_caption_before_it():
    source = document(
        ["Nothing of it."], tables=[table("T1", "Scores on XNLI", ["accuracy"], Large=[79.2])]
    )
    item = next(e for e in evidence_for(claim("79.2 on XNLI"), [source]) if e.table_id)
    assert context_of(item, "79.2 on XNLI", source).before == "Scores on XNLI"


def finding(text, number, **fields):
    return claim(text, f"X{number}", origin="extracted", quote=text, **fields)


def test_findings_are_shown_with_what_was_found_beyond_their_own_document():
    given = inputs(claims=[*inputs().claims, finding(SOURCE[0], 1)])
    content = build_content(given)
    assert [one.claim_id for one in content.claims] == ["C1", "C2", "C3"]
    (shown,) = content.findings
    assert (shown.anchor, shown.quoted, content.findings_total) == ("finding-1", True, 1)
    assert "supported" not in shown.verified
    assert shown.verified[3:] in views.FOUND.values()
    assert len(shown.evidence) <= views.FINDING_EVIDENCE


def test_a_long_finding_of_a_papers_own_words_is_cut_to_a_window():
    long = " ".join(f"word{n} helps" for n in range(40)) + "."
    given = inputs(claims=[finding(long, 1)], documents=[document([long])])
    text = build_content(given).findings[0].text
    assert len(text.removesuffix(" …").split()) == 26
    own = document([long], kind="digest")
    digest = finding(long, 1, document_id=own.document_id)
    ours = build_content(inputs(claims=[digest], documents=[own], checks=[])).findings[0]
    assert (ours.quoted, ours.text) == (False, long)


def test_of_too_many_findings_those_of_the_highest_levels_are_kept(monkeypatch):
    monkeypatch.setattr(views, "SHOWN_FINDINGS", 2)
    found = [finding(SOURCE[0], number) for number in range(4)]
    verdicts = [
        Verdict(
            claim_id=one.claim_id,
            label="supported",
            confidence=0.5,
            level=level,
            evidence_ids=[],
            reasons=[],
        )
        for one, level in zip(found, ("V1", "V3", "V1", "V4"), strict=True)
    ]
    content = build_content(inputs(claims=found, verdicts=verdicts, checks=[]))
    assert [one.claim_id for one in content.findings] == ["X1", "X3"]
    assert content.findings_total == 4
