import numpy as np
import pytest

from crosslift.encoders.e5_encoder import write_e5_encoder
from crosslift.encoders.e5_file import decode_tensor, parse_e5_file
from crosslift.encoders.load import load_tokenizer
from crosslift.encoders.tensors import TensorReader, stored_tensors
from crosslift.errors import DataError
from crosslift.files import read_json
from tests.encoder_files import (
    NORMALISER,
    PIECES,
    SIZES,
    e5_file,
    expected_names,
    four_bit_block,
)


def test_a_block_is_decoded_as_the_format_says():
    # One block by hand: scale 0.5; byte 0 is 0x2F, so weight 0 has nibble 15 and weight 16 has
    # nibble 2: (15 - 8) * 0.5 = 3.5 and (2 - 8) * 0.5 = -3.0. All other nibbles are 8, that is 0.
    content, _ = e5_file()
    file = parse_e5_file(content, "tiny")
    entry = file.tensors["emb.word"]
    block = bytes([0x00, 0x38, 0x2F]) + bytes([0x88] * 15)
    changed = content[: entry.offset] + block + content[entry.offset + 18 :]
    values = next(decode_tensor(parse_e5_file(changed, "tiny"), "emb.word"))[:32]
    assert values[0] == 3.5
    assert values[16] == -3.0
    assert not values[1:16].any()
    assert not values[17:].any()


def test_packing_and_the_handwritten_block_agree():
    values = np.zeros(32)
    values[0], values[16] = 3.5, -3.0
    assert four_bit_block(values, 0.5) == bytes([0x00, 0x38, 0x2F]) + bytes([0x88] * 15)


def test_every_tensor_is_decoded_to_its_values():
    content, expected = e5_file()
    file = parse_e5_file(content, "tiny")
    got = np.concatenate(list(decode_tensor(file, "emb.word"))).reshape(24, 32)
    np.testing.assert_array_equal(got, expected["embeddings.word_embeddings.weight"])


def test_decoding_in_small_chunks_changes_nothing():
    file = parse_e5_file(e5_file()[0], "tiny")
    whole = np.concatenate(list(decode_tensor(file, "l0.fi.w")))
    parts = list(decode_tensor(file, "l0.fi.w", chunk_elements=96))
    assert max(part.size for part in parts) == 96
    np.testing.assert_array_equal(np.concatenate(parts), whole)


def test_sizes_pieces_and_normaliser_are_read():
    file = parse_e5_file(e5_file()[0], "tiny")
    assert file.sizes == SIZES
    assert file.pieces.texts == PIECES
    assert (file.pieces.bos, file.pieces.eos, file.pieces.pad, file.pieces.unknown) == (0, 2, 1, 3)
    assert file.normaliser == NORMALISER


def test_the_written_encoder_has_the_files_tensors(tmp_path):
    content, expected = e5_file()
    write_e5_encoder(content, "tiny", tmp_path)
    reader = TensorReader(tmp_path)
    assert set(reader.tensors) == expected_names() == set(expected)
    for name, values in expected.items():
        tensor = reader.read(reader.tensors[name])
        np.testing.assert_array_equal(tensor.numpy(), values, err_msg=name)


def test_a_written_encoder_opens_in_transformers_itself(tmp_path):
    from transformers import AutoModel

    content, expected = e5_file()
    write_e5_encoder(content, "tiny", tmp_path)
    model = AutoModel.from_pretrained(tmp_path, add_pooling_layer=False)
    name = "encoder.layer.1.output.dense.weight"
    np.testing.assert_array_equal(model.state_dict()[name].numpy(), expected[name])
    assert model.config.layer_norm_eps == 1e-12


def test_only_the_lower_layers_are_written_for_a_depth(tmp_path):
    write_e5_encoder(e5_file()[0], "tiny", tmp_path, depth=1)
    assert read_json(tmp_path / "config.json")["num_hidden_layers"] == 1
    names = set(stored_tensors(tmp_path))
    assert names == {name for name in expected_names() if ".layer.1." not in name}


def test_the_tokenizer_normalises_collapses_spaces_and_frames(tmp_path):
    write_e5_encoder(e5_file()[0], "tiny", tmp_path)
    tokenizer = load_tokenizer(tmp_path)
    # Fullwidth a becomes a, the ligature becomes ab, tab and double space become one space, U+0001
    # nothing. The best path over "▁ab ▁a" by hand: ▁a b (-2.5 - 3.5 = -6.0) loses to ▁ ab
    # (-2.0 - 3.2 = -5.2).
    encoded = tokenizer.encode("\ufb00 \t \u0001\uff41")
    assert encoded.tokens == ["<s>", "\u2581", "ab", "\u2581a", "</s>"]
    pair = tokenizer.encode("a", "c")
    assert pair.tokens == ["<s>", "\u2581a", "</s>", "</s>", "\u2581", "c", "</s>"]
    assert set(pair.type_ids) == {0}


def test_offsets_leave_out_the_space_before_a_piece(tmp_path):
    write_e5_encoder(e5_file()[0], "tiny", tmp_path)
    encoded = load_tokenizer(tmp_path).encode("c  a", add_special_tokens=False)
    assert encoded.tokens == ["\u2581", "c", "\u2581a"]
    assert encoded.offsets[-1] == (3, 4)


def test_neighbouring_unknown_characters_are_one_unknown_piece(tmp_path):
    write_e5_encoder(e5_file()[0], "tiny", tmp_path)
    assert load_tokenizer(tmp_path).encode("xyz", add_special_tokens=False).ids == [4, 3]


def test_a_wrong_magic_is_named():
    with pytest.raises(DataError, match=r"tiny: bad magic b'GGUF', expected b'E5S1'"):
        parse_e5_file(b"GGUF" + e5_file()[0][4:], "tiny")


def test_another_version_is_refused():
    content = e5_file()[0]
    with pytest.raises(DataError, match="version 9, this reader knows 1"):
        parse_e5_file(content[:4] + b"\x09\0\0\0" + content[8:], "tiny")


@pytest.mark.parametrize("kept", [0, 3, 6, 20, 60, 200, 600, -1, -5000])
def test_a_truncated_file_is_refused_wherever_it_ends(kept):
    with pytest.raises(DataError, match="truncated"):
        parse_e5_file(e5_file()[0][:kept], "tiny")
