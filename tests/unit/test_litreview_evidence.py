"""Ranking passages for claims."""

from litreview.verification.evidence import find_evidence, passages, table_rows
from tests.litreview_papers import claim, document, table

OWN, OTHER = "arxiv:2005.13013", "arxiv:1811.01088"
SENTENCES = [
    "Tuning on SQuAD first raises the average by 8.2 points.",
    "Retrieval of sentences gains most.",
    "We thank the reviewers.",
]


def test_the_sentence_with_the_claims_words_comes_first_and_keeps_its_place():
    paper = document(SENTENCES)
    first, *_ = find_evidence([claim("Sentence retrieval gains most")], [paper], {})
    assert first.text == SENTENCES[1]
    assert paper.text[first.start : first.end] == SENTENCES[1]
    assert (first.rank, first.independent, first.sentence_id) == (1, False, "s2")


def test_titles_are_indexed_but_not_quoted():
    paper = document(["It works well."], OTHER)
    (found,) = find_evidence(
        [claim("STILTs help")], [paper], {OTHER: "Sentence encoders on STILTs"}
    )
    assert found.text == "It works well."
    assert found.independent


def test_table_rows_are_lines_of_headers_and_values():
    scores = table("T1", "XNLI accuracy", ["de", "sw"], mBERT=[71.0, 50.5], XLM_R=[79.2, 71.0])
    assert table_rows(scores) == {
        "mBERT": "XNLI accuracy | mBERT | de: 71.0; sw: 50.5",
        "XLM R": "XNLI accuracy | XLM R | de: 79.2; sw: 71.0",
    }
    found = find_evidence([claim("XNLI accuracy of mBERT")], [document([], tables=[scores])], {})
    assert [item.table_id for item in found] == ["T1", "T1"]
    assert found[0].text.startswith("XNLI accuracy | mBERT")


def test_other_papers_are_never_crowded_out_by_the_claims_own():
    own = document(["Retrieval gains."] * 20)
    other = document(["Nothing else. Retrieval loses much in every language."], OTHER)
    found = find_evidence([claim("Retrieval gains")], [own, other], {}, limit=3)
    assert [item.independent for item in found].count(False) == 3
    assert [item.independent for item in found].count(True) == 1


def test_ties_go_by_document_and_place():
    first, second = document(["Retrieval gains."] * 2), document(["Retrieval gains."], OTHER)
    found = find_evidence([claim("Retrieval gains")], [first, second], {})
    places = [(item.document_id, item.sentence_id) for item in found]
    assert places == [(f"{OTHER}#latex", "s1"), (f"{OWN}#latex", "s1"), (f"{OWN}#latex", "s2")]
    assert [item.rank for item in found] == [1, 2, 3]


def test_the_order_of_the_documents_changes_nothing():
    papers = [document(SENTENCES), document(SENTENCES[::-1], OTHER)]
    asked = [claim("SQuAD raises the average"), claim("Retrieval", claim_id="C2")]
    assert find_evidence(asked, papers, {}) == find_evidence(asked, papers[::-1], {})


def test_without_words_in_common_there_is_no_evidence():
    assert find_evidence([claim("Quantum chromodynamics")], [document(SENTENCES)], {}) == []
    assert find_evidence([claim()], [], {}) == []
    assert find_evidence([claim("the of and")], [document(SENTENCES)], {}) == []
    assert find_evidence([claim()], [document([])], {}) == []


def test_passages_of_all_documents_are_in_a_fixed_order():
    papers = [document(SENTENCES), document(["One."], OTHER)]
    assert [one.text for one in passages(papers, {})] == ["One.", *SENTENCES]
