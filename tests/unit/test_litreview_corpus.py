"""The frozen corpus: complete, sound, in our own words, and refused with reasons when it is not."""

import re

import pytest

from litreview.corpus import corpus_document, corpus_paper_record, load_corpus, load_search
from litreview.files import InputError
from litreview.language.quantities import parse_quantities
from litreview.parsing import split_sentences
from litreview.schema import Document, Paper
from litreview.sources import frozen, parse_settings, run_search

ORIGIN = {"2005.13013": "v2", "2011.11499": "v1", "2506.15415": "v1"}
GOOD = """arxiv_id: "2005.13013"
version: v2
title: A Title
authors: [Ada Example]
year: 2020
url: https://arxiv.org/abs/2005.13013v2
retrieved: "2026-07-08"
found_by: search
relevance: A reason.
digest:
  - {text: The gain is 5.4 points., location: abstract, confirmed: abstract}
tables:
  - id: T1
    caption: Scores
    location: Table 1
    confirmed: table
    columns: [A, B]
    rows:
      one: [71.80, ""]
"""

CORPUS = load_corpus()


def paper(arxiv_id: str):
    return next(one for one in CORPUS if one.arxiv_id == arxiv_id)


def test_the_origin_reports_references_and_many_more_are_there():
    versions = {one.arxiv_id: one.version for one in CORPUS if one.found_by == "origin_report"}
    assert versions == ORIGIN
    assert len(CORPUS) >= 18


@pytest.mark.parametrize("one", CORPUS, ids=lambda one: one.arxiv_id)
def test_every_digest_is_a_sound_document(one):
    document = corpus_document(one)
    assert isinstance(document, Document)
    assert document.kind == "digest"
    assert document.paper_id == corpus_paper_record(one).paper_id
    texts = [document.text[s.start : s.end] for s in document.sentences]
    assert texts == [" ".join(finding.text.split()) for finding in one.digest]
    assert [s.confirmed for s in document.sentences] == [f.confirmed for f in one.digest]
    assert [s.section for s in document.sentences] == [f.location for f in one.digest]


@pytest.mark.parametrize("one", CORPUS, ids=lambda one: one.arxiv_id)
def test_every_digest_text_is_one_short_sentence_without_quotation_marks(one):
    for finding in one.digest:
        assert len(split_sentences(finding.text)) == 1
        assert finding.text.endswith(".")
        assert len(finding.text.split()) <= 45
        assert not re.search(r"[\"“”«»]", finding.text)


@pytest.mark.parametrize("one", CORPUS, ids=lambda one: one.arxiv_id)
def test_every_number_that_a_digest_takes_from_its_own_table_stands_there(one):
    tables = {table.id: table for table in one.tables}
    for finding in one.digest:
        table = tables.get(finding.location.removeprefix("Table "))
        if table is None:
            continue
        printed = [float(v) for row in table.rows.values() for v in row if v]
        # Differences within a column count too: the digest says how much one row exceeds another.
        columns = list(zip(*table.rows.values(), strict=True))
        known = printed + [
            abs(float(a) - float(b))
            for column in columns
            for a in column
            for b in column
            if a and b
        ]
        for quantity in parse_quantities(finding.text):
            if quantity.unit != "count":
                assert any(abs(abs(quantity.value) - value) < 1e-6 for value in known), finding


def test_values_are_kept_as_printed():
    document = corpus_document(paper("2407.19669"))
    cell = next(c for c in document.tables[0].cells if (c.row, c.column) == ("mBERT-base", "UDPOS"))
    assert (cell.text, cell.value) == ("71.80", 71.8)


def test_what_could_not_be_found_is_said_in_the_document():
    document = corpus_document(paper("2005.13013"))
    assert any("8.2, 7.5, 7.0 and 8.7" in warning for warning in document.warnings)
    assert "8.2" not in document.text


def test_second_hand_findings_lower_the_quality():
    # Two of the four findings were read second-hand: (1 + 1 + 0.5 + 0.5) / 4.
    assert corpus_document(paper("2004.10964")).quality == 0.75


def test_the_recorded_search_says_what_was_searched_and_what_was_not_counted():
    recorded = load_search()
    assert recorded.question.endswith("?")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", recorded.date)
    assert "not counted" in recorded.limits.replace("\n", " ")


def test_the_frozen_source_returns_the_corpus_as_one_ok_outcome():
    papers, outcome, cited = frozen.search()
    assert all(isinstance(one, Paper) and one.source == "frozen" for one in papers)
    assert (outcome.source, outcome.outcome) == ("frozen", "ok")
    assert outcome.retrieved == len(papers) == len(CORPUS)
    assert outcome.expected is None
    assert "bibliographic databases themselves were not queried" in outcome.message
    assert cited == {f"arxiv:{number}" for number in ORIGIN}
    assert set(frozen.documents()) == {one.paper_id for one in papers}


def test_a_good_file_is_read(tmp_path):
    (tmp_path / "2005.13013.yaml").write_text(GOOD)
    (one,) = load_corpus(tmp_path)
    assert one.tables[0].rows == {"one": ["71.80", ""]}
    assert len(corpus_document(one).tables[0].cells) == 1


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("year: 2020", "year: soon", "year: .*'soon'"),
        ("title: A Title\n", "", "title: .*required"),
        ("relevance:", "relevence: x\nrelevance:", "relevence: .*not permitted"),
        ("confirmed: abstract", "confirmed: memory", "confirmed: .*'memory'"),
        ('[71.80, ""]', "[71.80]", "row 'one' of table T1 has 1 values for 2 columns"),
        ('"2005.13013"', '"2005.13014"', "must be the file's name"),
        ('"2005.13013"', '"nonsense"', "not an arXiv id"),
        ("digest:", "digest: [", "not readable as YAML"),
    ],
)
def test_a_fault_in_a_corpus_file_is_named(tmp_path, old, new, message):
    (tmp_path / "2005.13013.yaml").write_text(GOOD.replace(old, new, 1))
    with pytest.raises(InputError, match=message) as caught:
        load_corpus(tmp_path)
    assert "2005.13013.yaml" in str(caught.value)


def test_the_faults_of_all_files_come_in_one_message(tmp_path):
    for name in ("2005.13013", "2011.11499"):
        (tmp_path / f"{name}.yaml").write_text(GOOD.replace("year: 2020", "year: soon"))
    with pytest.raises(InputError, match="2 faulty corpus files"):
        load_corpus(tmp_path)


def test_an_empty_folder_is_no_corpus(tmp_path):
    with pytest.raises(InputError, match="no corpus files"):
        load_corpus(tmp_path)


def test_two_sentences_in_one_finding_are_refused(tmp_path):
    text = GOOD.replace("The gain is 5.4 points.", "The gain is 5.4 points. It is large.")
    (tmp_path / "2005.13013.yaml").write_text(text)
    (one,) = load_corpus(tmp_path)
    with pytest.raises(InputError, match="must be one sentence"):
        corpus_document(one)


def test_ids_that_the_corpus_lacks_make_the_frozen_outcome_partial_and_are_named():
    result = run_search("frozen", parse_settings({"ids": ["2005.13013v2", "2012.00001"]}))
    assert (result.outcomes[0].outcome, result.outcomes[0].expected) == ("partial", len(CORPUS) + 1)
    assert "2012.00001" in result.outcomes[0].message
    assert "2005.13013" not in result.outcomes[0].message
    assert result.prisma.total_studies == len(CORPUS)


def test_the_frozen_corpus_counts_no_record_as_one_of_a_database():
    flow = run_search("frozen", parse_settings({})).prisma
    assert (flow.database_results, flow.database_specific_results) == (0, {})
    assert flow.website_results + flow.citations_results == flow.total_studies == len(CORPUS)


def test_what_was_not_found_and_what_to_know_are_warnings_of_the_document():
    warnings = corpus_document(paper("2005.13013")).warnings
    assert any(one.startswith("not found: The statement that TyDiQA") for one in warnings)
    assert any(one.startswith("note: Version 1 (May 2020) differs") for one in warnings)
