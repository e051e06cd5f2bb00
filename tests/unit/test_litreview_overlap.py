"""What texts share: copied passages, and reports that say the same again."""

from litreview.review.overlap import (
    copied_passages,
    fingerprint,
    is_duplicate,
    same_evidence,
    shared_runs,
)

SOURCE = " ".join(f"word{n}" for n in range(100))


def test_a_run_of_thirty_words_is_copied_and_one_of_twenty_nine_is_not():
    words = SOURCE.split()
    own = [f"own{n}" for n in range(60)]
    assert copied_passages([" ".join([*words[:29], *own])], [SOURCE]) == []
    longer = " ".join([*words[:30], *own])
    assert copied_passages([longer], ["other", SOURCE]) == [longer]
    assert shared_runs([longer], [SOURCE]) == [" ".join(words[:30])]


def test_a_passage_with_a_word_changed_in_every_ten_is_copied():
    # Of the runs of five words of which a tenth word is changed, those that lie within nine words
    # in a row stand in the source: five of every ten. With every fifth word changed none does.
    def changed(every):
        return " ".join("x" if n % every == 9 % every else w for n, w in enumerate(words))

    words = SOURCE.split()[:60]
    assert copied_passages([changed(10), changed(5)], [SOURCE]) == [changed(10)]


def test_short_passages_are_held_to_long_runs_alone():
    assert copied_passages([" ".join(SOURCE.split()[:15])], [SOURCE]) == []


def test_a_report_under_another_question_is_the_same_report():
    # The failure that this answers: one abstract under thirteen questions.
    first = fingerprint("Does law help?", ["a b", "c  d"], [("x", 1.0), ("y", 2.0)])
    second = fingerprint("Does medicine harm?", ["c d", "a b", "a b"], [("y", 2.0), ("x", 1.0)])
    assert first.question != second.question
    assert first.evidence == second.evidence
    assert is_duplicate(first, second)


def test_other_measurements_or_other_evidence_make_another_report():
    first = fingerprint("Does law help?", ["a", "b"], [1.0])
    assert not is_duplicate(first, fingerprint("Does law help?", ["a", "b"], [1.1]))
    other = fingerprint("Does law help?", ["a", "c"], [1.0])
    assert same_evidence(first, other) == 1 / 3
    assert not is_duplicate(first, other)
    nothing = fingerprint("", [], [])
    assert same_evidence(nothing, nothing) == 1.0
