"""The ACL Anthology from a folder: what is found, and what damaged and hostile files do."""

from datetime import date

import pytest

from litreview.search.queries import Years
from litreview.sources import acl
from tests.search_pages import ANTHOLOGY

TODAY = date(2026, 7, 8)


@pytest.fixture
def anthology(tmp_path):
    folder = tmp_path / "anthology" / "data" / "xml"
    folder.mkdir(parents=True)
    (folder / "2020.acl.xml").write_text(ANTHOLOGY, encoding="utf-8")
    return tmp_path / "anthology"


def ask_anthology(folder, query="transfer", wanted=10, years=None):
    return acl.search(folder, query, wanted, years or Years(), TODAY)


def test_the_anthology_is_searched_here(anthology):
    papers, outcome = ask_anthology(anthology)
    assert (outcome.outcome, outcome.total, outcome.retrieved) == ("ok", 2, 2)
    one, gone = papers
    assert (one.acl_id, one.title) == ("2020.acl-main.1", "Legal transfer in English")
    assert (one.venue, one.authors, one.year) == ("Proceedings of ACL", ["Ada Example"], 2020)
    assert one.abstract == "We measure F_1."
    assert (gone.status, gone.paper_id) == ("retracted", "acl:2020.acl-main.2")
    assert gone.status_evidence == ["ACL Anthology: retracted 2022-05-06: Wrong data."]
    assert ask_anthology(anthology, "legal")[1].retrieved == 1
    assert ask_anthology(anthology, years=Years(2021, None))[1].outcome == "ok"
    assert ask_anthology(anthology, wanted=1)[1].message == "the first 1 of 2, as max_results asks"


def test_an_anthology_that_is_not_there_is_unavailable(tmp_path):
    papers, outcome = ask_anthology(tmp_path)
    assert (papers, outcome.outcome) == ([], "unavailable")
    assert "clone github.com/acl-org/acl-anthology" in outcome.message


@pytest.mark.parametrize(
    "content",
    [
        ANTHOLOGY[:300],
        "",
        "<html></html>",
        "\x00garbage",
        "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
    ],
)
def test_a_damaged_file_of_the_anthology_is_named(anthology, content):
    (anthology / "data" / "xml" / "2021.acl.xml").write_text(content)
    papers, outcome = ask_anthology(anthology)
    assert (len(papers), outcome.outcome, outcome.expected) == (2, "partial", None)
    assert "2021.acl.xml" in outcome.message
    (anthology / "data" / "xml" / "2020.acl.xml").unlink()
    assert ask_anthology(anthology)[1].outcome == "parse_error"


def test_entities_of_the_anthology_are_not_expanded(anthology):
    bomb = ANTHOLOGY.replace(
        "<collection", '<!DOCTYPE c [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>\n<collection'
    ).replace("Legal transfer", "Legal transfer &b;")
    (anthology / "data" / "xml" / "2020.acl.xml").write_text(bomb)
    papers, _ = ask_anthology(anthology, "legal")
    assert "aaaa" not in "".join(paper.title for paper in papers)


def test_the_commit_of_a_clone_is_kept(anthology):
    (anthology / ".git" / "refs").mkdir(parents=True)
    (anthology / ".git" / "HEAD").write_text("ref: refs/master\n")
    (anthology / ".git" / "refs" / "master").write_text("a" * 40 + "\n")
    assert ask_anthology(anthology)[1].url == f"commit {'a' * 40}"


def test_old_ids_of_the_anthology_have_their_digits():
    assert acl._number("P19", "1", "1") == "P19-1001"
    assert acl._number("W18", "63", "19") == "W18-6319"
    assert acl._number("D19", "50", "3") == "D19-5003"
    assert acl._number("2020.acl", "main", "17") == "2020.acl-main.17"
