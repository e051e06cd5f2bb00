"""Quantities hold together whatever the text, and printed numbers come back."""

from hypothesis import given
from hypothesis import strategies as st

from litreview.language.masks import mask
from litreview.language.quantities import parse_quantities

PIECES = (
    "8.2 7.5, 5.4% +3 −0.7 points point F1 of accuracy 392,702 65k 13B up to about between and "
    "from - – ± 0.3 x 10^-5 1e-5 nine Nine tasks languages SQuAD v1.1 (Phang et al., 2020) 2020 "
    "Table 3 [12] over at least or more . , ; ( ) mT5 Regret@3 1,2,3 .5 5. 1.2.3"
)
TEXTS = st.one_of(
    st.lists(st.sampled_from(PIECES.split()), max_size=40).map(" ".join), st.text(max_size=200)
)


@given(text=TEXTS)
def test_spans_are_in_order_and_print_a_number(text):
    position = 0
    for quantity in parse_quantities(text):
        assert position <= quantity.start < quantity.end <= len(text)
        position = quantity.end
        assert quantity.unit
        assert quantity.counted is None or quantity.unit == "count"
        printed = text[quantity.start : quantity.end]
        assert any(c.isalnum() for c in printed)
        if quantity.low is not None:
            assert quantity.low <= quantity.value <= quantity.high


@given(text=TEXTS)
def test_masking_keeps_every_character_in_its_place(text):
    masked = mask(text)
    assert len(masked) == len(text)
    assert all(new in (old, " ") for old, new in zip(text, masked, strict=True))


@given(
    value=st.decimals(min_value=0, max_value=999, places=1),
    unit=st.sampled_from([(" points", "points"), ("%", "percent"), (" accuracy", "accuracy")]),
    sign=st.sampled_from(["", "+", "-"]),
)
def test_a_printed_number_comes_back(value, unit, sign):
    text = f"It changes by {sign}{value}{unit[0]} here."
    (quantity,) = parse_quantities(text)
    expected = float(value) * (-1 if sign == "-" else 1)
    assert (quantity.value, quantity.unit, quantity.decimals) == (expected, unit[1], 1)
    assert text[quantity.start : quantity.end] == f"{sign}{value}{unit[0]}"


@given(values=st.lists(st.decimals(min_value=1, max_value=99, places=1), min_size=2, max_size=5))
def test_each_number_of_a_list_has_its_unit(values):
    text = "gains of " + ", ".join(map(str, values[:-1])) + f" and {values[-1]} points"
    quantities = parse_quantities(text)
    assert [quantity.value for quantity in quantities] == [float(value) for value in values]
    assert {quantity.unit for quantity in quantities} == {"points"}
