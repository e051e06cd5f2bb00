"""What holds of every search: nothing is lost in a merge, and the counts always add up."""

from hypothesis import given, settings
from hypothesis import strategies as st

from litreview.schema import Paper, SearchOutcome
from litreview.search.deduplication import deduplicate
from litreview.search.prisma import after_search
from litreview.search.queries import DIALECTS, Operation, Term, matches, parse_query
from litreview.search.records import make_paper
from litreview.search.screening import Criteria, screen

NUMBERS = st.integers(0, 6)
TITLES = st.sampled_from(
    ["Legal transfer across languages", "Legal transfers across languages", "Medical text", "One"]
)


@st.composite
def papers(draw) -> Paper:
    number = draw(NUMBERS)
    ids = {"openalex_id": f"W{draw(NUMBERS)}"}
    if draw(st.booleans()):
        ids["arxiv_id"] = f"2005.{number:05}"
    if draw(st.booleans()):
        ids["doi"] = f"10.1000/{draw(NUMBERS)}"
    return make_paper(
        title=draw(TITLES),
        year=draw(st.integers(2015, 2024)),
        source=draw(st.sampled_from(["arxiv", "openalex", "crossref"])),
        retrieved="2026-07-08",
        authors=draw(st.lists(st.sampled_from(["Ada Example", "Ben Other"]), max_size=2)),
        found_by=draw(st.sampled_from(["database", "citation"])),
        status=draw(st.sampled_from(["ok", "retracted", "unknown"])),
        **ids,
    )


LISTS = st.lists(papers(), max_size=12)


@given(LISTS)
@settings(max_examples=60, deadline=None)
def test_every_record_is_kept_or_logged_and_no_id_is_lost(found):
    kept, log = deduplicate(found)
    assert len(kept) + len(log) == len(found)
    for field in ("arxiv_id", "doi", "openalex_id"):
        values = [getattr(one, field) for one in kept if getattr(one, field)]
        assert set(values) <= {getattr(one, field) for one in found}
        # An id that two records share joins them, so no two kept records have the same.
        assert len(values) == len(set(values))
    assert {one.status for one in found if one.status == "retracted"} == {
        one.status for one in kept if one.status == "retracted"
    }


@given(LISTS)
@settings(max_examples=60, deadline=None)
def test_merging_again_changes_only_what_merging_brought_together(found):
    kept, _ = deduplicate(found)
    again, _ = deduplicate(kept)
    assert len(again) <= len(kept)
    assert {source for one in again for source in one.sources} == {
        source for one in found for source in one.sources
    }


@given(LISTS, st.integers(0, 5))
@settings(max_examples=60, deadline=None)
def test_the_counts_of_any_search_add_up(found, unusable):
    by_database = sorted(found, key=lambda one: one.found_by == "citation")
    databases = sum(one.found_by == "database" for one in found)
    outcome = SearchOutcome(
        source="openalex",
        query="q",
        outcome="ok" if databases else "unavailable",
        expected=None,
        retrieved=databases + (unusable if databases else 0),
        unusable=unusable if databases else 0,
        date="2026-07-08",
    )
    kept, log = deduplicate(by_database)
    decisions = screen(kept, Criteria(first_year=2018, must_not=["medical"]))
    flow = after_search([outcome], log, decisions=decisions)  # refuses sums that do not hold
    included = [one for one in decisions if one.included]
    assert flow.dbr_sought_reports == sum(one.found_by == "database" for one in included)
    assert flow.other_sought_reports == sum(one.found_by == "citation" for one in included)


WORDS = st.sampled_from(["legal", "medical", "transfer", "survey"])
TERMS = st.builds(Term, WORDS)


def operations(parts):
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Operation, st.sampled_from(["and", "or"]), several),
        st.builds(Operation, st.just("not"), st.tuples(parts)),
    )


@given(st.recursive(TERMS, operations, max_leaves=8), st.sets(WORDS))
@settings(max_examples=100, deadline=None)
def test_a_query_written_for_openalex_means_what_it_meant(node, words):
    written = DIALECTS["openalex"].write(node)
    texts = {"ti": " ".join(sorted(words))}
    assert matches(parse_query(written), texts) == matches(node, texts)
