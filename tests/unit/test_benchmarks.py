"""The parts of the benchmarks that can be wrong without a clock."""

from benchmarks import comparison, literature, planning


def test_contestants_take_turns_and_each_round_begins_with_another():
    order = []

    def contestant(name):
        def run():
            order.append(name)
            return comparison.Run(float(len(order)))

        return run

    runs = comparison.alternate({name: contestant(name) for name in "abc"}, rounds=2)
    assert "".join(order) == "abcbca"
    assert [run.seconds for run in runs["a"]] == [1, 6]
    assert comparison.rates(12, runs["a"]) == {"median": 7, "least": 2, "most": 12}


def test_a_study_for_planning_has_as_many_cells_as_asked_for():
    few, many = planning.study_of(1), planning.study_of(5000)
    assert planning.count_cells(few) < 5000 <= planning.count_cells(many)


def test_papers_taken_again_have_names_of_their_own():
    documents = literature.corpus(70)
    assert len({one.document_id for one in documents}) == 70
    assert documents[0].text in [one.text for one in documents[1:]]
