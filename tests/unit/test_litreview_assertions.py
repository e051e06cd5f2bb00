"""What sentences assert apart from their wording, and how those of two texts are paired."""

import pytest

from litreview.review.assertions import assertion, difference, pair_sentences

NAMES = {"mini-legal-nli", "mini-general-nli"}
SAID = (
    "With two seeds, mini-legal-nli gains +1.2 points [0.3, 2.1] over mini-general-nli; "
    "none is clear ⟦arxiv:1 arxiv:2⟧."
)


@pytest.mark.parametrize(
    ("other", "kind"),
    [
        (SAID.replace("With two seeds,", "Given  two seeds"), ""),
        (SAID.replace("arxiv:1 arxiv:2", "arxiv:2 arxiv:1"), ""),
        (SAID.replace("two", "three"), "numbers"),
        (SAID.replace("[0.3, 2.1]", "[2.1, 0.3]"), "numbers"),
        (SAID.replace("+1.2", "−1.2"), "numbers"),
        (SAID.replace("legal", "x").replace("general", "legal").replace("x", "general"), "names"),
        (SAID.replace("gains", "loses"), "directions"),
        (SAID.replace("none", "most"), "directions"),
        (SAID.replace("arxiv:2", "arxiv:3"), "cited"),
    ],
)
def test_sentences_differ_in_what_they_assert_not_in_their_wording(other, kind):
    assert difference(assertion(SAID, NAMES), assertion(other, NAMES)) == kind


def test_each_all_and_every_say_the_same():
    one, other = (assertion(f"{word} task gains.", ()) for word in ("Each", "Every"))
    assert difference(one, other) == ""


def test_sentences_are_paired_by_their_words_and_what_is_left_is_told():
    first = ["The gain is 2.0 points on XNLI.", "Nothing of this kind stands elsewhere at all."]
    second = ["A table has the scores.", "The gain is 3.0 points on XNLI."]
    found = pair_sentences(first, second)
    assert found.pairs == [(first[0], second[1])]
    assert (found.only_first, found.only_second) == ([first[1]], [second[0]])


@pytest.mark.parametrize("turn", range(4))
def test_a_text_pairs_with_itself_in_any_order(turn):
    # Two sentences are the same, two nearly so: no one may take the other's place.
    sentences = ["a b c d.", "a b c e.", "f g h.", "a b c d."]
    found = pair_sentences(sentences, sentences[turn:] + sentences[:turn])
    assert all(one == other for one, other in found.pairs)
    assert sorted(one for one, _ in found.pairs) == sorted(sentences)
    assert found.only_first == found.only_second == []
