"""One query in the syntax of every source."""

import pytest

from litreview.files import InputError
from litreview.search.queries import Years, matches, parse_query, translate

QUERY = '"intermediate task" AND (legal OR medic*) NOT survey'


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "arxiv",
            'all:"intermediate task" AND (all:legal OR all:medic*) ANDNOT all:survey',
        ),
        ("openalex", '"intermediate task" AND (legal OR medic*) NOT survey'),
        ("semantic_scholar", '"intermediate task" + (legal | medic*) -survey'),
        (
            "europepmc",
            'TITLE_ABS:"intermediate task" AND (TITLE_ABS:legal OR TITLE_ABS:medic*) '
            "NOT TITLE_ABS:survey",
        ),
        ("crossref", "intermediate task legal medic"),
        ("acl", QUERY),
    ],
)
def test_a_query_in_the_words_of_each_source(source, expected):
    assert translate(QUERY, source) == expected


def test_arxivs_own_syntax_stays_as_it_is():
    query = 'abs:"cross-lingual transfer" ANDNOT ti:survey AND cat:cs.CL'
    assert translate(query, "arxiv") == query


def test_a_field_that_only_arxiv_has_is_refused_with_the_way_out():
    with pytest.raises(InputError, match=r"field 'cat' cannot be translated.*under `queries`"):
        translate("cat:cs.CL AND transfer", "openalex")


def test_words_without_an_operator_must_all_occur():
    assert translate("legal transfer", "europepmc") == "TITLE_ABS:legal AND TITLE_ABS:transfer"


def test_fields_are_translated_where_a_source_has_them():
    assert translate("ti:transfer AND au:example", "europepmc") == "TITLE:transfer AND AUTH:example"


def test_what_parts_filters_at_openalex_is_left_out_of_the_terms():
    assert translate('"law, medicine|biology"', "openalex") == '"law medicine biology"'


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("(legal", "bracket is not closed"),
        ("legal)", "closing bracket opens nowhere"),
        ("legal AND", "ends where a term must stand"),
        ("OR legal", "has 'OR' where a term must stand"),
        ('"legal', "close its quotation marks"),
        ("", "ends where a term must stand"),
        ("(" * 30 + "a" + ")" * 30, "more than 20 brackets"),
        ("a " * 2_000, "at most 2000"),
    ],
)
def test_a_query_that_cannot_be_read_says_why(query, message):
    with pytest.raises(InputError, match=message):
        parse_query(query)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("legal AND transfer", True),
        ("legal AND trans", False),
        ("trans*", True),
        ('"cross lingual"', True),
        ("lingual cross", True),
        ('"lingual cross"', False),
        ("ti:legal", True),
        ("abs:legal", False),
        ("au:example AND NOT survey", True),
        ("NOT (legal OR survey)", False),
        ("etude", True),
    ],
)
def test_a_query_answered_here(query, found):
    texts = {"ti": "Legal étude", "abs": "Cross-lingual transfer.", "au": "Ada Example"}
    assert matches(parse_query(query), texts) is found


def test_years_read_as_words():
    assert str(Years(2018, 2026)) == "2018 to 2026"
    assert str(Years(None, 2026)) == "any year to 2026"
    assert str(Years()) == ""
