"""Parameters, operations, memory and time by shape, against counts, hand work, measurements."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.utils._python_dispatch import TorchDispatchMode

from benchmarks import costs as measured_costs
from benchmarks import gpu
from crosslift.catalogue import get_task
from crosslift.encoders.bert import BertSizes, bert_shapes
from crosslift.encoders.network import BertLayer
from crosslift.encoders.packing import Packing
from crosslift.encoders.random_encoder import character_pieces
from crosslift.planning import costs
from crosslift.planning.configuration import read_configuration
from crosslift.planning.costs import DEVICES
from crosslift.planning.lengths import Length, as_read, distinct_pieces, length_of
from crosslift.planning.shapes import SHAPES, Shape, encoder_shape
from crosslift.planning.workload import Workload
from crosslift.study import Recipe, load_study

RECORDS = Path(measured_costs.__file__).parent / "records"
TINY = Shape(8, 2, 2, 16, 100, 10, 2)
NO_DROPOUT = costs.Tuning(dropout=False)


# ------------------------------------------------------------------------------------- parameters


def test_parameters_of_a_tiny_bert_are_those_counted_by_hand():
    # A block: 4 x 8 x 8 + 2 x 8 x 16 = 512 in matrices; biases 4 x 8 + 16 + 8 = 56; norms 2 x 16.
    assert TINY.matrices == 512
    assert TINY.network == 2 * (512 + 56 + 32) + 16
    assert TINY.tables == (10 + 2) * 8
    assert TINY.words == 800
    assert TINY.parameters == TINY.network + 96 + 800
    assert TINY.trimmed(30) == TINY.network + 96 + 240
    assert TINY.trimmed(1000) == TINY.parameters


@given(
    st.integers(1, 4), st.integers(1, 4), st.integers(1, 64), st.integers(1, 99), st.integers(1, 9)
)
def test_a_bert_has_the_parameters_of_its_tensors(width, layers, wide, vocabulary, positions):
    sizes = BertSizes(4 * width, layers, 4, wide, vocabulary, positions, 2, 1e-5)
    shape = Shape(4 * width, layers, 4, wide, vocabulary, positions, 2)
    assert shape.parameters == sum(np.prod(s) for s in bert_shapes(sizes).values())


@pytest.mark.parametrize(
    ("name", "millions"),
    [
        # The models' own cards and papers: XLM-R (arXiv 1911.02116, table 10), XL and XXL (arXiv
        # 2105.00572, table 1), mmBERT (arXiv 2509.06888, table 1), MiniLM (21 M in its network).
        ("xlm-roberta-base", 278),
        ("xlm-roberta-large", 560),
        ("xlm-roberta-xl", 3_480),
        ("xlm-roberta-xxl", 10_700),
        ("mmbert-small", 140),
        ("mmbert-base", 307),
        ("multilingual-minilm", 118),
    ],
)
def test_parameters_are_the_published_ones(name, millions):
    assert encoder_shape(name).parameters == pytest.approx(millions * 1e6, rel=0.005)


@pytest.mark.parametrize(
    ("name", "kind", "config"),
    [
        (
            "mdeberta-v3-base",
            "deberta-v2",
            {
                "max_position_embeddings": 512,
                "relative_attention": True,
                "position_buckets": 256,
                "norm_rel_ebd": "layer_norm",
                "share_att_key": True,
                "pos_att_type": ["p2c", "c2p"],
                "position_biased_input": False,
                "type_vocab_size": 0,
            },
        ),
        ("mmbert-small", "modernbert", {}),
        ("mmbert-base", "modernbert", {}),
    ],
)
def test_other_architectures_have_the_parameters_of_transformers_models(name, kind, config):
    from transformers import AutoConfig, AutoModel

    shape = SHAPES[name]
    sizes = {
        "hidden_size": shape.hidden,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "intermediate_size": shape.feed_forward,
        "vocab_size": shape.vocabulary,
    }
    with torch.device("meta"):
        model = AutoModel.from_config(AutoConfig.for_model(kind, **sizes, **config))
    assert shape.parameters == sum(parameter.numel() for parameter in model.parameters())


def test_a_depth_cuts_the_shape_and_a_random_encoder_has_its_characters():
    assert encoder_shape("e5-small-6") == SHAPES["e5-small"].cut(6)
    assert encoder_shape("e5-small-6").network == 10_647_552  # as the prepared encoder's card says
    assert encoder_shape("random-tiny").vocabulary == len(character_pieces())


# -------------------------------------------------------------------------- operations and memory


def test_operations_of_a_tiny_bert_are_those_counted_by_hand():
    # A piece in one block: 2 x 512, and attention over 5 pieces 4 x 8 x 5 = 160.
    assert costs.forward_operations(TINY, 5) == 2 * (1024 + 160)
    assert costs.training_operations(TINY, 5) == 3 * 2 * (1024 + 160)
    # A table of 6 relative positions is attended to as 6 pieces more.
    relative = replace(TINY, relative_positions=6)
    assert costs.forward_operations(relative, 5) == costs.forward_operations(TINY, 11)


def test_operations_are_those_that_the_gpu_benchmark_counts():
    sizes, shape = gpu.SHAPES["xlm-r-base"], SHAPES["xlm-roberta-base"]
    lengths = np.full(10, 384)
    assert 3840 * costs.training_operations(shape, 384) == pytest.approx(
        gpu.operations(sizes, lengths)
    )


def _layer_and_batch(dropout: float, fused: bool) -> tuple[BertLayer, Packing, torch.Tensor]:
    layer = BertLayer(BertSizes(256, 1, 4, 1024, 100, 512, 1, 1e-5))
    for module in layer.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = dropout
    if fused:
        attend = torch.nn.functional.scaled_dot_product_attention
        layer._attend_plainly = lambda query, key, value, mask: attend(query, key, value, mask)
    lengths = torch.full((16,), 64)
    packing = Packing(
        lengths, torch.arange(16).repeat_interleave(64), torch.arange(64).repeat(16), 64
    )
    return layer, packing, torch.randn(1024, 256, requires_grad=True)


@pytest.mark.parametrize(("device", "fused"), [("cpu", False), ("h100", True)])
def test_activations_are_what_the_network_keeps_for_its_backward_pass(device, fused):
    layer, packing, states = _layer_and_batch(0.0, fused)
    for module in layer.modules():
        if isinstance(module, torch.nn.Linear):
            for parameter in module.parameters():
                parameter.data = parameter.data.to(torch.bfloat16)
    weights = {parameter.untyped_storage().data_ptr() for parameter in layer.parameters()}
    kept = {}

    def keep(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in weights:
            kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    with (
        torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor),
        torch.autocast("cpu", dtype=torch.bfloat16),
    ):
        layer(states, packing)
    shape = Shape(256, 1, 4, 1024, 100)
    estimate = 1024 * costs.activation_bytes(shape, 64, DEVICES[device], NO_DROPOUT)
    assert sum(kept.values()) == pytest.approx(estimate, rel=0.01)


class _Counter(TorchDispatchMode):
    """Counts operations; views and the like start nothing."""

    NOTHING = ("view", "t", "transpose", "expand", "permute", "detach", "alias", "slice", "select")
    NOTHING += (
        "unsqueeze",
        "squeeze",
        "split",
        "unbind",
        "_unsafe_view",
        "as_strided",
        "empty_like",
    )

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def __torch_dispatch__(self, function, types, arguments=(), keywords=None):
        self.count += function.overloadpacket.__name__ not in self.NOTHING
        return function(*arguments, **(keywords or {}))


def test_a_block_starts_about_as_many_operations_as_are_charged():
    layer, packing, states = _layer_and_batch(0.1, fused=True)
    with _Counter() as forward, torch.autocast("cpu", dtype=torch.bfloat16):
        made = layer(states, packing)
    with _Counter() as backward:
        made.sum().backward()
    assert forward.count == pytest.approx(costs.FORWARD, rel=0.25)
    assert backward.count == pytest.approx(costs.BACKWARD, rel=0.25)


def test_memory_of_a_training_is_its_parts():
    device = replace(DEVICES["h100"], held=0)
    memory = costs.training_memory(TINY, 30, pieces=7, length=5, device=device, tuning=NO_DROPOUT)
    # 16 bytes a parameter; the largest matrix is query, key and value of 8 x 24, or 8 x 30 words.
    assert memory.states == 16 * TINY.trimmed(30) + 4 * 240
    # Two blocks: 22 x 8 + 4 x 16 = 240 bytes a piece each.
    assert memory.activations == 7 * 2 * 240
    assert memory.tests == 0
    assert memory.total == memory.states + memory.activations
    tested = costs.training_memory(TINY, 30, 7, 5, device, NO_DROPOUT, test_rows=50)
    assert tested.tests == 0  # the model of the tests waits in the host's memory
    core = replace(DEVICES["cpu"], held=0)
    tested = costs.training_memory(TINY, 30, 7, 5, core, NO_DROPOUT, test_rows=50)
    assert tested.tests == 2 * 4 * TINY.trimmed(50)


def test_shards_share_out_the_states_and_gather_a_block_at_a_time():
    device = replace(DEVICES["h100"], held=0)
    shards = replace(NO_DROPOUT, shards=4)
    alone = costs.training_memory(TINY, 30, 7, 5, device, NO_DROPOUT)
    shared = costs.training_memory(TINY, 30, 7, 5, device, shards)
    # A block's matrices: 8 x 24 + 8 x 8 + 2 x 8 x 16 = 512; two blocks and all else, in bf16.
    assert shared.states == alone.states / 4 + 2 * TINY.trimmed(30)
    assert shared.activations == alone.activations


def test_recomputing_keeps_one_block_and_the_others_inputs():
    # 240 bytes of one block (above), and 4 x 8 of each of two blocks' inputs.
    again = costs.Tuning(dropout=False, recompute=True)
    assert costs.activation_bytes(TINY, 5, DEVICES["h100"], again) == 240 + 2 * 32
    assert costs.training_operations(TINY, 5, again) == 4 * costs.forward_operations(TINY, 5)


def test_adapters_are_two_narrow_matrices_beside_each():
    # Rank 3, beside 8 x 24, 8 x 8, 8 x 16 and 16 x 8: 3 x (32 + 16 + 24 + 24) in either block.
    narrow = costs.Tuning(dropout=False, rank=3)
    tuned = costs.tuned_parameters(TINY, 30, narrow)
    assert tuned == 2 * 3 * 96
    memory = costs.training_memory(TINY, 30, 7, 5, DEVICES["h100"], narrow)
    assert memory.states == 16 * tuned + 4 * TINY.trimmed(30) + 2 * 2 * 512
    assert costs.training_operations(TINY, 5, narrow) == 2 * costs.forward_operations(TINY, 5)


def test_adapters_have_the_parameters_that_peft_gives_them():
    from crosslift import low_rank
    from crosslift.encoders.network import BertEncoder
    from crosslift.study import LowRank

    encoder = BertEncoder(BertSizes(8, 2, 2, 16, 100, 10, 2, 1e-5), 30)
    low_rank.adapt(encoder, LowRank(rank=3))
    tuned = [part.numel() for part in encoder.parameters() if part.requires_grad]
    assert sum(tuned) == costs.tuned_parameters(TINY, 30, costs.Tuning(rank=3))


def test_the_largest_encoder_needs_more_than_one_gpu_and_the_large_one_does_not():
    def held(name: str) -> float:
        memory = costs.training_memory(encoder_shape(name), 50_000, 4_096, 256, DEVICES["h100"])
        return memory.total

    # 16 bytes for each of 9.9 billion parameters are 158 GB by themselves.
    assert held("xlm-roberta-xxl") > 158e9
    assert held("xlm-roberta-large") < DEVICES["h100"].memory / 2


def test_a_step_takes_as_long_as_starting_its_operations():
    shape, device = encoder_shape("xlm-roberta-base"), DEVICES["h100"]
    # 8 blocks of 118 operations, 8 microseconds each, for nearly nothing to compute.
    floor = 12 * (costs.UPDATE + costs.FORWARD + costs.BACKWARD) * 8e-6
    assert costs.training_seconds(shape, 10_000, 10, 1, 10, device) == pytest.approx(floor)
    # A million pieces keep it busy instead.
    assert costs.training_seconds(shape, 10_000, 1e6, 1, 100, device) > 100 * floor


@given(st.floats(1, 1e9), st.floats(1, 1e5), st.floats(1, 512))
def test_more_work_never_takes_less_time(pieces, steps, length):
    shape = encoder_shape("e5-small")

    def seconds(pieces: float, steps: float, length: float) -> float:
        return costs.training_seconds(shape, 10_000, pieces, steps, length, DEVICES["a100"])

    once = seconds(pieces, steps, length)
    assert seconds(2 * pieces, steps, length) >= once
    assert seconds(pieces, 2 * steps, length) >= once
    assert seconds(pieces, steps, 2 * length) >= once


def test_weights_on_disk_are_those_that_training_leaves():
    # Files of the default study: 43.8 MB after phase 2 and 22.9 MB after phase 3, with the pieces
    # of one template task.
    shape, rows = encoder_shape("e5-small-6"), 500
    assert costs.weight_bytes(shape, rows, "intermediate") == pytest.approx(43.8e6, rel=0.03)
    assert costs.weight_bytes(shape, rows, "target") == pytest.approx(22.9e6, rel=0.03)
    assert costs.state_bytes(shape, rows) == 12 * shape.trimmed(rows)


# ---------------------------------------------------------------------------------------- lengths


def test_long_contexts_are_read_in_windows_and_other_texts_cut():
    recipe = Recipe(max_length=384, stride=128, windows=3)
    article = get_task("covidqa")  # 7,400 pieces; a window adds 384 - 20 - 128 = 236 of them
    assert as_read(article, recipe, training=False) == Length(1 + 30, 384)
    assert as_read(article, recipe, training=True) == Length(3, 384)
    assert as_read(get_task("pubmedqa"), Recipe(max_length=128), True) == Length(1, 128)
    assert as_read(get_task("mnli"), Recipe(max_length=128), True) == length_of(get_task("mnli"))


@pytest.mark.parametrize(
    ("pieces", "distinct"),  # measured: sib200, udpos, mnli, rte, tydiqa_goldp in English
    [(22_580, 4_971), (34_806, 5_846), (69_075, 7_054), (121_759, 11_177), (245_573, 16_457)],
)
def test_distinct_pieces_are_those_measured_within_a_third(pieces, distinct):
    assert distinct_pieces(pieces) == pytest.approx(distinct, rel=1 / 3)


# --------------------------------------------------------------------------- against measurements


def _record(name: str) -> dict:
    return json.loads((RECORDS / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("row", measured_costs.beside(_record("costs-mini.json")), ids=str)
def test_estimates_of_the_default_study_are_near_what_was_measured(row):
    assert abs(row["MiB off"]) < 0.3
    assert abs(row["seconds off"]) < 0.5


@pytest.mark.parametrize("encoder", ["e5-small-3", "e5-small-6"])
def test_estimates_of_the_pilot_are_near_what_was_measured(encoder):
    """Of real texts, which the constants of a CPU were not fitted to."""
    record = _record("straightforward-pilot.json")
    taken = next(one for one in record["encoders"] if one["encoder"] == encoder)["workflow"]
    pilot = Path(measured_costs.__file__).parents[1] / "studies" / "pilot.yaml"
    config, _ = read_configuration([pilot])
    jobs = Workload(load_study(config), DEVICES["cpu"]).jobs
    estimate = sum(job.seconds for job in jobs if job.encoder == encoder)
    assert estimate == pytest.approx(sum(taken.values()), rel=0.5)


@pytest.mark.parametrize(
    ("name", "depth"),
    [
        ("training-e5-small-12-sib200.json", "e5-small-12"),
        ("training-e5-small-6-mnli.json", "e5-small-6"),
    ],
)
def test_throughput_on_two_cores_is_near_what_was_measured(name, depth):
    record = _record(name)
    parts = record.get("contestants") or record["ablations"]
    shape, pieces, recipe = encoder_shape(depth), record["pieces"], record["recipe"]
    steps = record["examples"] * recipe["epochs"] / recipe["batch_size"]
    length = pieces / record["examples"] / recipe["epochs"]
    seconds = costs.training_seconds(
        shape, distinct_pieces(pieces), pieces, steps, length, DEVICES["cpu"]
    )
    assert 2 * pieces / seconds == pytest.approx(parts[0]["median"], rel=0.5)


def test_devices_say_which_of_their_figures_are_measured():
    assert DEVICES["cpu"].source.startswith("measured")
    for name in ("a100", "h100", "h200"):
        assert "none of them measured" in DEVICES[name].source
