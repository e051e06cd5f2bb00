"""Claims keep to their text, whatever the text."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from litreview.claims.atoms import split_atoms
from litreview.claims.extraction import extract_claims, typed_fields
from litreview.language.quantities import parse_quantities
from litreview.parsing import parse_abstract
from tests.litreview_papers import paper

PIECES = (
    "We show that SQuAD , MNLI and HellaSwag or French German yields 8.2 , 7.5 and 7.0 points "
    "respectively % 38% 58% . In the results suggest XLM-R XL mT5 by of 12 tasks . ; /"
)
PROSE = st.lists(st.sampled_from(PIECES.split()), max_size=60).map(" ".join)
NAMES = st.lists(
    st.sampled_from(["SQuAD", "MNLI", "HellaSwag", "French", "Tatoeba", "mT5", "XLM-R"]),
    min_size=2,
    max_size=5,
    unique=True,
)


def listed(items: list[str]) -> str:
    return ", ".join(items[:-1]) + " and " + items[-1]


@given(text=st.one_of(PROSE, st.text(max_size=300)))
@settings(deadline=None)
def test_every_quote_equals_the_text_at_its_span(text):
    document = parse_abstract(paper(abstract=text), [])
    claims = extract_claims(document)
    assert len({claim.claim_id for claim in claims}) == len(claims)
    for claim in claims:
        assert document.text[claim.start : claim.end] == claim.quote
        assert all(q.end <= len(claim.text) for q in claim.quantities)


@given(names=NAMES, data=st.data())
def test_as_many_names_as_numbers_give_as_many_atoms(names, data):
    values = data.draw(
        st.lists(
            st.decimals(1, 99, places=1), min_size=len(names), max_size=len(names), unique=True
        )
    )
    text = f"Training on {listed(names)} adds {listed([str(one) for one in values])} points."
    atoms = split_atoms(text)
    assert len(atoms) == len(names)
    for atom, name, value in zip(atoms, names, values, strict=True):
        assert atom == f"Training on {name} adds {value} points."
        assert [q.value for q in parse_quantities(atom)] == [float(value)]


@given(text=st.one_of(PROSE, st.text(max_size=200)))
@settings(deadline=None)
def test_every_field_of_a_claim_keeps_to_its_words(text):
    fields = typed_fields(text)
    for one in fields["entities"]:
        assert 0 <= one.start < one.end <= len(text)
    places = [(one.start, one.end) for one in fields["entities"]]
    assert all(left[1] <= right[0] for left, right in pairwise(places))
    assert fields["comparator"] is None or fields["comparator"] in text
    assert all(phrase in text for phrase in fields["conditions"])
    assert (fields["change"] is None) == (fields["direction"] is None)
