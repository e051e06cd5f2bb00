"""Properties of verdicts: order of evidence, loss of evidence, another digit."""

import random

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from litreview.verification.verdicts import verify_claims
from tests.litreview_papers import claim, document, evidence_for

TASKS = ["SQuAD", "MNLI", "CCG", "XNLI"]
VERBS = ["raises", "lowers", "does not raise"]
values = st.integers(1, 999).map(lambda tenths: tenths / 10)
sentences = st.lists(
    st.builds(
        lambda task, verb, value: f"Training on {task} {verb} the average by {value} points.",
        st.sampled_from(TASKS),
        st.sampled_from(VERBS),
        values,
    ),
    min_size=1,
    max_size=6,
)
quick = settings(max_examples=40, deadline=None)


@quick
@given(sentences, st.integers(0, 99))
def test_the_order_of_the_evidence_changes_nothing(texts, seed):
    documents = [document(texts)]
    claimed = claim(texts[0])
    evidence = evidence_for(claimed, documents)
    shuffled = random.Random(seed).sample(evidence, len(evidence))
    assert verify_claims([claimed], shuffled, documents) == verify_claims(
        [claimed], evidence, documents
    )


@quick
@given(sentences)
def test_without_evidence_every_claim_is_insufficient(texts):
    (found,) = verify_claims([claim(texts[0])], [], [document(texts)])
    assert found.label == "insufficient"


@quick
@given(values, values, st.sampled_from(TASKS))
def test_another_number_lowers_or_flips_the_verdict(value, other, task):
    assume(value != other)
    text = "Training on {} raises the average by {} points."
    documents = [document([text.format(task, value)])]
    said = [claim(text.format(task, number)) for number in (value, other)]
    true, false = (verify_claims([one], evidence_for(one, documents), documents)[0] for one in said)
    assert true.label == "supported"
    assert false.label in ("refuted", "insufficient")


@quick
@given(sentences)
def test_a_confidence_is_a_share(texts):
    documents = [document(texts)]
    claims = [claim(text, claim_id=str(place)) for place, text in enumerate(texts)]
    evidence = [item for one in claims for item in evidence_for(one, documents)]
    found = verify_claims(claims, evidence, documents)
    assert [verdict.claim_id for verdict in found] == [one.claim_id for one in claims]
    assert all(0 <= verdict.confidence <= 1 for verdict in found)
