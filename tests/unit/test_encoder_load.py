import json
import subprocess
import sys

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer
from transformers import (
    AutoModel,
    AutoModelForMaskedLM,
    BertConfig,
    DebertaV2Config,
    ModernBertConfig,
    RobertaConfig,
    XLMRobertaConfig,
    XLMRobertaXLConfig,
)

from crosslift.encoders.load import load_encoder, load_tokenizer, parameter_counts
from crosslift.encoders.packing import filled_up_size
from crosslift.encoders.tensors import stored_tensors
from crosslift.errors import ConfigError, DataError
from crosslift.files import read_json, write_json
from crosslift.model import set_dropout
from tests.encoder_files import packed, packed_states, random_folder

COMMON = {
    "vocab_size": 120,
    "hidden_size": 32,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "intermediate_size": 64,
    "bos_token_id": 0,
    "eos_token_id": 2,
}
RELATIVE = {
    "relative_attention": True,
    "position_buckets": 16,
    "pos_att_type": "p2c|c2p",
    "norm_rel_ebd": "layer_norm",
    "share_att_key": True,
    "position_biased_input": False,
    "type_vocab_size": 0,
}
ARCHITECTURES = {
    "bert": BertConfig(**COMMON, pad_token_id=1),
    "roberta": RobertaConfig(**COMMON, pad_token_id=1, max_position_embeddings=40),
    "xlm-roberta": XLMRobertaConfig(**COMMON, pad_token_id=1, max_position_embeddings=40),
    "xlm-roberta-xl": XLMRobertaXLConfig(**COMMON, pad_token_id=1, max_position_embeddings=40),
    "deberta-v2": DebertaV2Config(**COMMON, pad_token_id=0, **RELATIVE),
    "modernbert": ModernBertConfig(**COMMON, pad_token_id=0),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return random_folder(tmp_path_factory.mktemp("encoder") / "random")


@pytest.mark.parametrize("kind", ARCHITECTURES)
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_each_architecture_gives_the_states_of_transformers_packed_and_trimmed(
    kind, dtype, tmp_path
):
    torch.manual_seed(0)
    config = ARCHITECTURES[kind]
    # With the head, the files carry a prefix and tensors that the encoder has no use for.
    AutoModelForMaskedLM.from_config(config).to(dtype).save_pretrained(tmp_path)
    reference = AutoModel.from_pretrained(tmp_path, dtype=torch.float32).eval()
    sequences = [[0, 50, 60, 70, 2], [0, 80, 119, 2]]
    ids = torch.tensor([sequences[0], [*sequences[1], config.pad_token_id]])
    mask = torch.ones_like(ids)
    mask[1, 4] = 0
    with torch.no_grad():
        expected = reference(ids, attention_mask=mask).last_hidden_state[mask == 1]

    whole = load_encoder(tmp_path)
    torch.testing.assert_close(packed_states(whole.model, sequences), expected)
    gathered = load_encoder(tmp_path, token_ids=ids.unique().numpy())
    rows = [gathered.vocabulary.to_trimmed(np.array(pieces)).tolist() for pieces in sequences]
    torch.testing.assert_close(packed_states(gathered.model, rows), expected)
    assert len(gathered.model.words.weight) < 20


def test_gradients_are_those_of_transformers(tmp_path):
    torch.manual_seed(0)
    AutoModel.from_config(ARCHITECTURES["xlm-roberta"]).float().save_pretrained(tmp_path)
    reference = AutoModel.from_pretrained(tmp_path).train()
    set_dropout(reference, 0.0)
    reference.set_attn_implementation("eager")
    ids = torch.tensor([[0, 50, 60, 70, 2], [0, 80, 119, 2, 1]])
    mask = ids != 1
    reference(ids, attention_mask=mask.long()).last_hidden_state[mask].pow(3).sum().backward()
    ours = load_encoder(tmp_path).model.train()
    set_dropout(ours, 0.0)
    ours(ids[mask], packed([5, 4])).pow(3).sum().backward()
    expected = {name: tensor.grad for name, tensor in reference.named_parameters()}
    for name, parts in ours.stored_names().items():
        gradient = torch.cat([expected[part] for part in parts])
        torch.testing.assert_close(ours.get_parameter(name).grad, gradient, rtol=1e-4, atol=1e-5)


def test_products_have_few_sizes_and_little_to_fill_up():
    sizes = {rows: filled_up_size(rows) for rows in range(1, 5000)}
    assert all(rows <= size < rows + max(8, rows / 16) for rows, size in sizes.items())
    assert [sizes[rows] for rows in (1, 8, 9, 256, 257, 1024, 1025)] == [
        *(8, 8, 16, 256, 272, 1024, 1088),
    ]
    assert len({size for rows, size in sizes.items() if 1024 < rows <= 2048}) == 16


@pytest.mark.parametrize("kind", ARCHITECTURES)
def test_a_shallow_encoder_is_the_deep_one_up_to_that_layer(kind, tmp_path):
    torch.manual_seed(0)
    AutoModel.from_config(ARCHITECTURES[kind]).save_pretrained(tmp_path)
    sequences = [[0, 50, 60, 2], [0, 7, 2]]
    deep, shallow = load_encoder(tmp_path).model, load_encoder(tmp_path, 2).model
    # The last state of XLM-R XL and ModernBERT is normalised, so the one before it is compared.
    layers = (1, 2) if kind in ("bert", "roberta", "xlm-roberta", "deberta-v2") else (1,)
    for layer in layers:
        torch.testing.assert_close(
            packed_states(shallow, sequences, layer), packed_states(deep, sequences, layer)
        )


def test_sharded_weights_load_like_those_in_one_file(tmp_path):
    torch.manual_seed(0)
    model = AutoModel.from_config(ARCHITECTURES["xlm-roberta"])
    model.save_pretrained(tmp_path / "one")
    model.save_pretrained(tmp_path / "many", max_shard_size="40KB")
    assert len(list((tmp_path / "many").glob("model-*.safetensors"))) > 1
    one = load_encoder(tmp_path / "one").model.state_dict()
    for name, tensor in load_encoder(tmp_path / "many").model.state_dict().items():
        assert torch.equal(tensor, one[name]), name


def test_a_depth_beyond_the_layers_is_refused(folder):
    with pytest.raises(ConfigError, match=r"config\.json: depth 5 asked for.*layers 1 to 2"):
        load_encoder(folder, 5)


def test_the_tokenizer_gives_ids_that_the_vocabulary_maps(folder):
    ids = load_tokenizer(folder).encode("two words").ids
    loaded = load_encoder(folder, token_ids=ids)
    rows = loaded.vocabulary.to_trimmed(np.array(ids))
    assert rows.max() < len(loaded.model.words.weight) == len(set(ids) | {0, 1, 2})
    assert loaded.tokenizer.encode("two words").ids == ids


def test_a_tokenizer_neither_pads_nor_cuts_whatever_its_file_says(tmp_path):
    random_folder(tmp_path)
    path = str(tmp_path / "tokenizer.json")
    tokenizer = Tokenizer.from_file(path)
    tokenizer.enable_truncation(4)
    tokenizer.enable_padding(length=9)
    tokenizer.save(path)
    assert len(load_tokenizer(tmp_path).encode("some words").ids) == 2 + len("_some_words")


def test_loading_draws_no_random_numbers(folder):
    torch.manual_seed(3)
    before = torch.get_rng_state()
    load_encoder(folder, 1, token_ids=[7, 8])
    assert torch.equal(torch.get_rng_state(), before)


def test_parameters_are_counted_by_hand(folder):
    # One layer of width 32 and feed-forward 64: four 32x32 matrices with biases, 4 * (1024 + 32);
    # two feed-forward matrices with biases, 2 * 2048 + 64 + 32; two norms, 4 * 32. Sum 8,544.
    # Outside: two norm vectors of the embeddings, 64. Tables: (pieces + 64 positions + 2) * 32.
    pieces = read_json(folder / "config.json")["vocab_size"]
    counts = parameter_counts(folder)
    assert counts.non_embedding == 2 * 8544 + 64
    assert counts.embedding == (pieces + 66) * 32
    assert counts.total == counts.embedding + counts.non_embedding
    assert parameter_counts(folder, 1).non_embedding == 8544 + 64


def test_a_missing_folder_names_the_script_that_makes_it(tmp_path):
    with pytest.raises(DataError, match=r"config\.json: missing; prepare the encoder first"):
        load_encoder(tmp_path)


def test_a_truncated_weights_file_is_refused(tmp_path):
    random_folder(tmp_path)
    path = tmp_path / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(DataError, match=r"model\.safetensors: truncated: tensor"):
        load_encoder(tmp_path)


@pytest.mark.parametrize("content", [b"", b"abc", b"\xff" * 64, b"\x02" + b"\0" * 7 + b"[]"])
def test_what_is_no_safetensors_file_is_refused(tmp_path, content):
    random_folder(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(content)
    with pytest.raises(DataError, match=r"model\.safetensors: not a whole safetensors file"):
        load_encoder(tmp_path)


def test_weights_of_another_shape_are_refused_with_every_fault(tmp_path):
    random_folder(tmp_path)
    config = read_json(tmp_path / "config.json")
    write_json(tmp_path / "config.json", {**config, "intermediate_size": 96})
    with pytest.raises(DataError, match=r"has shape \(64, 32\), not \(96, 32\).*6 faults"):
        load_encoder(tmp_path)


def test_missing_layers_are_refused(tmp_path):
    random_folder(tmp_path)
    config = read_json(tmp_path / "config.json")
    write_json(tmp_path / "config.json", {**config, "num_hidden_layers": 3})
    with pytest.raises(DataError, match=r"encoder\.layer\.2\.\S+ is missing"):
        load_encoder(tmp_path)


UNKNOWN = '{"model_type": "no such model", "num_hidden_layers": 2}'


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"model_type": "bert"}', UNKNOWN])
def test_a_damaged_configuration_is_refused(tmp_path, content):
    random_folder(tmp_path)
    (tmp_path / "config.json").write_text(content)
    with pytest.raises(DataError, match=r"config\.json: no encoder's configuration"):
        load_encoder(tmp_path)


def test_a_damaged_tokenizer_is_refused(tmp_path):
    (tmp_path / "tokenizer.json").write_text('{"version": "1.0"')
    with pytest.raises(DataError, match=r"tokenizer\.json: no readable tokenizer"):
        load_tokenizer(tmp_path)


def test_an_index_cannot_lead_out_of_its_folder(tmp_path):
    random_folder(tmp_path)
    outside, inside = tmp_path / "model.safetensors", tmp_path / "inner"
    inside.mkdir()
    index = {"weight_map": {"x": f"../{outside.name}"}}
    (inside / "model.safetensors.index.json").write_text(json.dumps(index))
    with pytest.raises(DataError, match=r"inner/model\.safetensors: not a whole"):
        stored_tensors(inside)


def test_importing_the_loaders_brings_neither_torch_nor_transformers():
    code = (
        "import sys, crosslift.encoders.load, crosslift.encoders.prepare\n"
        "print(sorted({'torch', 'transformers', 'tokenizers'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
