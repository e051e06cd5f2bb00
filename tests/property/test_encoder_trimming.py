import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crosslift.encoders.load import load_encoder
from tests.encoder_files import packed_states, random_folder

texts = st.lists(
    st.text(st.sampled_from("abc xyz éßñ αβγ жшя ابت अआक กขค 日本語 ???"), max_size=20),
    min_size=1,
    max_size=4,
)


@pytest.fixture(scope="module")
def encoder(tmp_path_factory):
    return load_encoder(random_folder(tmp_path_factory.mktemp("encoder") / "random"))


@settings(max_examples=40, deadline=None)
@given(texts=texts, others=st.sets(st.integers(0, 20_000), max_size=20))
def test_outputs_are_unchanged_for_texts_whose_pieces_are_kept(encoder, texts, others):
    encoded = [encoder.tokenizer.encode(text).ids for text in texts]
    used = {piece for pieces in encoded for piece in pieces}
    trimmed = load_encoder(encoder.folder, token_ids=used | others)
    rows = [trimmed.vocabulary.to_trimmed(np.array(pieces)).tolist() for pieces in encoded]
    expected = packed_states(encoder.model, encoded)
    np.testing.assert_allclose(packed_states(trimmed.model, rows), expected, atol=1e-6)
    assert [trimmed.vocabulary.to_full(row).tolist() for row in rows] == encoded
