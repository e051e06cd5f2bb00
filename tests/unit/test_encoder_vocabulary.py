import numpy as np
import pytest

from crosslift.encoders.vocabulary import TrimmedVocabulary, select_vocabulary
from crosslift.errors import DataError


def test_special_pieces_and_all_up_to_the_padding_are_always_kept():
    vocabulary = select_vocabulary([7, 5, 7], special_ids=[0, 2, 9], pad_id=1, full_size=10)
    assert vocabulary.kept_ids.tolist() == [0, 1, 2, 5, 7, 9]


def test_special_ids_beyond_the_vocabulary_are_no_pieces():
    vocabulary = select_vocabulary([3], special_ids=[0, 50281], pad_id=0, full_size=10)
    assert vocabulary.kept_ids.tolist() == [0, 3]


def test_ids_map_to_rows_and_back_in_any_shape():
    vocabulary = TrimmedVocabulary(np.array([0, 1, 5, 7]), 10)
    ids = np.array([[7, 5], [0, 7]])
    trimmed = vocabulary.to_trimmed(ids)
    assert trimmed.tolist() == [[3, 2], [0, 3]]
    assert vocabulary.to_full(trimmed).tolist() == ids.tolist()


@pytest.mark.parametrize("bad", [6, -1, 10, 10**9])
def test_an_id_outside_the_trimmed_vocabulary_is_named(bad):
    vocabulary = TrimmedVocabulary(np.array([0, 1, 5, 7]), 10)
    with pytest.raises(DataError, match=rf"1 piece ids are outside .* such as \[{bad}\]"):
        vocabulary.to_trimmed(np.array([5, bad]))


@pytest.mark.parametrize("bad", [-3, 10])
def test_an_id_that_the_encoder_lacks_cannot_be_kept(bad):
    with pytest.raises(DataError, match=rf"\[{bad}\] are outside the encoder's vocabulary of 10"):
        select_vocabulary([2, bad], special_ids=[0], pad_id=1, full_size=10)
