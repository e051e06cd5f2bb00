"""Records: ids, duplicates, PRISMA counts, and files of records."""

import pytest
from pydantic import ValidationError

from litreview.files import InputError, read_json, read_jsonl, write_jsonl
from litreview.parsing import parse_abstract
from litreview.schema import Paper, SearchOutcome
from litreview.search.deduplication import deduplicate
from litreview.search.prisma import PrismaFlow, after_reading, after_search
from litreview.search.records import make_paper, parse_arxiv_id, plain_text


def paper(arxiv_id: str | None = "2005.13013", **fields) -> Paper:
    values = {
        "paper_id": f"arxiv:{arxiv_id}" if arxiv_id else f"doi:{fields.get('doi')}",
        "arxiv_id": arxiv_id,
        "title": f"Title of {arxiv_id}",
        "authors": ["Ada Example"],
        "year": 2020,
        "url": "https://example.org",
        "abstract": "We measure.",
        "source": "arxiv",
        "retrieved": "2026-07-08",
    }
    return Paper.model_validate(values | fields)


def outcome(source: str, retrieved: int, kind: str = "ok") -> SearchOutcome:
    return SearchOutcome(
        source=source,
        query="q",
        outcome=kind,
        expected=retrieved,
        retrieved=retrieved,
        date="2026-07-08",
    )


@pytest.mark.parametrize(
    ("text", "number", "version"),
    [
        ("2005.13013", "2005.13013", None),
        ("2005.13013v2", "2005.13013", "v2"),
        ("arXiv:2005.13013v12", "2005.13013", "v12"),
        ("http://arxiv.org/abs/2005.13013v2", "2005.13013", "v2"),
        ("https://www.arxiv.org/pdf/2005.13013v2.pdf", "2005.13013", "v2"),
        ("https://export.arxiv.org/abs/0705.1234", "0705.1234", None),
        ("hep-th/9901001v1", "hep-th/9901001", "v1"),
        ("math.GT/0309136", "math.GT/0309136", None),
    ],
)
def test_arxiv_ids_are_read_in_all_usual_spellings(text, number, version):
    parsed = parse_arxiv_id(text)
    assert (parsed.number, parsed.version) == (number, version)


@pytest.mark.parametrize(
    "text", ["", "2005", "2013.99999", "2005.13", "2005.13013v0", "10.1000/x", "2005.13013; rm"]
)
def test_what_is_no_arxiv_id_is_refused_with_the_forms_that_are(text):
    with pytest.raises(InputError, match=r"write it as 2005\.13013"):
        parse_arxiv_id(text)


def test_counts_after_the_search_add_up_over_sources_that_answered():
    flow = after_search(
        [
            outcome("arxiv", 5),
            outcome("openalex", 3, "partial"),
            outcome("crossref", 9, "unavailable"),
        ],
        [*deduplicate([paper(), paper()])[1]],
    )
    assert flow.database_specific_results == {"arxiv": 5, "openalex": 3}
    assert (flow.database_results, flow.duplicates, flow.records_screened) == (8, 1, 7)
    assert flow.new_studies is None


def test_counts_after_reading_tell_the_papers_that_were_not_retrieved():
    papers = [paper("2005.00001"), paper("2005.00002", abstract=None), paper("2005.00003")]
    documents = [parse_abstract(one, []) for one in papers]
    flow = after_reading(
        after_search([outcome("arxiv", 2)], [], by_citation=1),
        papers,
        documents,
        {"arxiv:2005.00003"},
    )
    assert (flow.dbr_sought_reports, flow.dbr_notretrieved_reports, flow.dbr_assessed) == (2, 1, 1)
    assert (flow.other_sought_reports, flow.other_assessed, flow.total_studies) == (1, 1, 2)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("database_results", 9),
        ("records_screened", 4),
        ("dbr_sought_reports", 4),
        ("dbr_assessed", 9),
        ("new_studies", 9),
        ("other_sought_reports", 2),
    ],
)
def test_counts_that_do_not_add_up_are_refused(field, value):
    papers = [paper("2005.00001"), paper("2005.00002")]
    flow = after_reading(
        after_search([outcome("arxiv", 2)], []),
        papers,
        [parse_abstract(one, []) for one in papers],
        set(),
    )
    with pytest.raises(ValidationError, match=f"do not add up: .*{field} is {value}"):
        PrismaFlow.model_validate(flow.model_dump() | {field: value})


def test_boxes_after_retrieval_are_filled_together_or_not_at_all():
    flow = after_search([outcome("arxiv", 2)], [])
    with pytest.raises(ValidationError, match="boxes after retrieval"):
        PrismaFlow.model_validate(flow.model_dump() | {"new_studies": 2})


def test_records_come_back_from_their_file(tmp_path):
    papers = [paper(), paper("2011.11499", title="Über “alles”\u2028")]
    write_jsonl(tmp_path / "records.jsonl", papers)
    assert read_jsonl(tmp_path / "records.jsonl", Paper) == papers
    assert [path.name for path in tmp_path.iterdir()] == ["records.jsonl"]


def test_a_file_of_records_that_breaks_off_is_named_with_its_line(tmp_path):
    path = tmp_path / "records.jsonl"
    write_jsonl(path, [paper(), paper("2011.11499")])
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(InputError, match=r"records\.jsonl: line 2 is not JSON"):
        read_jsonl(path, Paper)


def test_a_record_of_another_kind_is_named_with_its_keys(tmp_path):
    path = tmp_path / "records.jsonl"
    path.write_text('{"paper_id": "x", "year": "soon"}\n')
    with pytest.raises(InputError, match=r"line 1: .*year: .*'soon'"):
        read_jsonl(path, Paper)


def test_missing_and_undecodable_files_are_named(tmp_path):
    with pytest.raises(InputError, match="no such file; run the stage"):
        read_jsonl(tmp_path / "absent.jsonl", Paper)
    (tmp_path / "bad.json").write_bytes(b'{"a": "\xff"}')
    with pytest.raises(InputError, match="not UTF-8 at byte 7"):
        read_json(tmp_path / "bad.json")


def test_a_write_that_fails_leaves_the_old_file(tmp_path):
    path = tmp_path / "records.jsonl"
    write_jsonl(path, [paper()])

    def broken():
        yield paper("2011.11499")
        raise RuntimeError("interrupted")

    with pytest.raises(RuntimeError):
        write_jsonl(path, broken())
    assert read_jsonl(path, Paper) == [paper()]
    assert [one.name for one in tmp_path.iterdir()] == ["records.jsonl"]


@pytest.mark.parametrize(
    ("title", "status"),
    [
        ("RETRACTED: A finding", "retracted"),
        ("[Retracted article] A finding", "retracted"),
        ("[Retracted Article: A finding]", "retracted"),
        ("WITHDRAWN: A finding", "withdrawn"),
        ("Retracted papers and their citations", "unknown"),
    ],
)
def test_a_title_that_says_that_a_paper_is_gone_is_evidence(title, status):
    record = make_paper(
        title=title, year=2020, source="crossref", retrieved="2026-07-08", doi="10.1000/a"
    )
    assert record.status == status
    assert bool(record.status_evidence) == (status != "unknown")


@pytest.mark.parametrize(
    ("markup", "plain"),
    [
        ("<jats:p>We measure <i>a</i>.</jats:p>", "We measure a ."),
        ("for a<b and c>d we see x < y > z", "for a<b and c>d we see x < y > z"),
        ('<p class="x">One</p> &amp; two', "One & two"),
        (None, ""),
    ],
)
def test_tags_are_removed_and_arithmetic_is_not(markup, plain):
    assert plain_text(markup) == plain


@pytest.mark.parametrize("missing", ["title", "year", "doi"])
def test_a_record_without_title_year_or_id_is_none(missing):
    values = {"title": "A title", "year": 2020, "doi": "10.1000/a"} | {missing: None}
    with pytest.raises(ValueError, match=r"without (a title|a year|an id)"):
        make_paper(source="crossref", retrieved="2026-07-08", **values)
