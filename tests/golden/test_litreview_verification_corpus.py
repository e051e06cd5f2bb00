"""Verdicts on the claims file from the frozen corpus, against a reading by hand.

The digest of arXiv 2005.13013 gives 5.4 points over XLM-R Large on XTREME, nine intermediate tasks,
and large gains in retrieval. It gives none of 8.2, 7.5, 7.0 and 8.7, nor the statement on TyDiQA
and XNLI, nor three phases. Of continued masked-language modelling and machine translation it only
says that neither is consistently better than English intermediate training, which is less than
that English training outperforms them. That the released recipe starts from XLM-R Large is less
than that all experiments do.

More passages of other papers, as an encoder finds them, change none of it: those that name one task
of C4, and no intermediate training, speak of something else.
"""

import pytest

from litreview.claims.extraction import read_claims_file
from litreview.corpus import FOLDER, corpus_document, corpus_paper_record, load_corpus
from litreview.verification.evidence import LIMIT, find_evidence
from litreview.verification.verdicts import verify_claims


@pytest.fixture(scope="module", params=[LIMIT, 60])
def verdicts(request):
    """Verdicts by claim, from so many sentences of its own paper, and of others."""
    papers = load_corpus()
    documents = [corpus_document(paper) for paper in papers]
    titles = {record.paper_id: record.title for record in map(corpus_paper_record, papers)}
    claims = read_claims_file(FOLDER.parent / "claims.yaml")
    evidence = find_evidence(claims, documents, titles, limit=request.param)
    found = verify_claims(claims, evidence, documents)
    return {verdict.claim_id: verdict for verdict in found}


@pytest.mark.parametrize("claim_id", ["C6", "C7"])
def test_a_claim_that_says_more_than_its_source_is_overstated(verdicts, claim_id):
    assert verdicts[claim_id].label == "overstated"


@pytest.mark.parametrize("claim_id", ["C1", "C2", "C4", "C8"])
def test_what_the_corpus_does_not_hold_is_insufficient(verdicts, claim_id):
    assert verdicts[claim_id].label == "insufficient"


@pytest.mark.parametrize("claim_id", ["C3", "C5", "C9"])
def test_what_the_corpus_holds_is_supported_by_the_claims_own_paper(verdicts, claim_id):
    assert (verdicts[claim_id].label, verdicts[claim_id].level) == ("supported", "V2")
