"""What training or prediction costs: operations, memory, time and disk, from an encoder's shape.

Estimates, made before anything runs; docs/studies.md has them beside what was measured. Light on
purpose (no torch): the plan of a study reads it.
"""

from dataclasses import dataclass

from crosslift.planning.shapes import Shape

GIB = 2**30


@dataclass(frozen=True)
class Device:
    """What work is done on.

    Attributes
    ----------
    title : str
        What it is, as it is printed.
    rate : float
        Operations a second of large bf16 products, without sparsity.
    utilisation : float
        Share of the rate that training and prediction reach where products fill the device.
    bandwidth : float
        Bytes a second between its memory and its arithmetic.
    memory : int or None
        Bytes that it has; None is the machine's own memory, which differs.
    held : float
        Bytes that a process holds before it has a model.
    operation_seconds : float
        Least time from the start of one operation to that of the next, however small they are.
    fused_attention : bool
        Whether attention keeps its scores to itself.
    source : str
        Where the figures are from.
    """

    title: str
    rate: float
    utilisation: float
    bandwidth: float
    memory: int | None
    held: float
    operation_seconds: float
    fused_attention: bool
    source: str


_ASSUMED = (
    "rate, bandwidth and memory by NVIDIA's data sheet; utilisation, 8 microseconds an operation "
    "and 1 GiB a process are assumed, none of them measured"
)

DEVICES = {
    "cpu": Device(
        "one core of a server of 2022 with bf16",
        rate=160e9,
        utilisation=0.85,
        bandwidth=25e9,
        memory=None,
        held=0.63 * GIB,
        operation_seconds=0.0,
        fused_attention=False,
        source="measured: products alone in benchmarks/records/training-e5-small-12-sib200.json; "
        "the rest from the default study's logs, by benchmarks/costs.py",
    ),
    "a100": Device(
        "NVIDIA A100 SXM, 80 GB", 312e12, 0.4, 2.039e12, 80 * 10**9, GIB, 8e-6, True, _ASSUMED
    ),
    "h100": Device(
        "NVIDIA H100 SXM, 80 GB", 989e12, 0.3, 3.35e12, 80 * 10**9, GIB, 8e-6, True, _ASSUMED
    ),
    "h200": Device(
        "NVIDIA H200, 141 GB", 989e12, 0.3, 4.8e12, 141 * 10**9, GIB, 8e-6, True, _ASSUMED
    ),
}

START_SECONDS = 3.6
"""Of a job: Python, torch, the tokenizer and the data, as in the default study's logs."""

FILE_RATE = 0.5e9
"""Bytes a second of reading an encoder, and of writing weights and their checksum."""

BYTES_A_PARAMETER = 16
"""Of training: float32 master and two moments, and a bf16 weight and gradient; an embedding has no
bf16 copy but a gradient of four bytes, which is as much (Rajbhandari et al. 2020, arXiv 1910.02054,
section 3.1)."""

UPDATE_BYTES = 30
"""Moved by an update of one parameter: master and moments read and written (24), the bf16 gradient
read for its norm and for the update, and the bf16 weight written."""

FORWARD, BACKWARD, UPDATE = 31, 33, 54
"""Operations that a block of the network and its share of an update start, views not among them, as
counted by torch's dispatcher with crosslift.encoders.network and crosslift.optimizer."""


@dataclass(frozen=True)
class Tuning:
    """How a model is tuned, as far as costs depend on it.

    Attributes
    ----------
    dropout : bool
        Whether it has masks to keep.
    recompute : bool
        Whether a block's states are computed again in the backward pass.
    rank : int
        Of low-rank adapters, which are tuned instead of the encoder; 0 tunes the encoder.
    shards : int
        Processes that share its states out among them.
    """

    dropout: bool = True
    recompute: bool = False
    rank: int = 0
    shards: int = 1


WHOLE = Tuning()
"""As the reference implementation tunes."""


def tuned_parameters(shape: Shape, rows: int, tuning: Tuning) -> int:
    """Parameters that are updated: all with the trimmed vocabulary, or two matrices beside each.

    Adapters of rank r have r x (inputs + outputs) parameters (Hu et al. 2021, arXiv 2106.09685,
    section 4.1); query, key and value are one matrix here.
    """
    if not tuning.rank:
        return shape.trimmed(rows)
    wide = 3 if shape.gated else 2
    return shape.layers * tuning.rank * (8 * shape.hidden + wide * shape.feed_forward)


def forward_operations(shape: Shape, length: float) -> float:
    """Floating-point operations of a forward pass, for each piece.

    Two for each weight of a matrix, and 4 x hidden x length in each block's attention for scores
    and sums (Chowdhery et al. 2022, arXiv 2204.02311, appendix B; embeddings and heads left out).
    Relative positions add two products of a piece with their whole table (He et al. 2021, arXiv
    2006.03654, section 3.1).

    Parameters
    ----------
    shape : Shape
        The encoder's.
    length : float
        Pieces of a sequence.
    """
    attention = 4 * shape.hidden * (length + shape.relative_positions)
    return shape.layers * (2 * shape.matrices + attention)


def training_operations(shape: Shape, length: float, tuning: Tuning = WHOLE) -> float:
    """Operations of a training pass, for each piece.

    A backward pass is two forward passes, one for gradients of states and one for those of weights,
    which low-rank tuning spares; recomputing adds a forward pass.
    """
    passes = 3 + tuning.recompute - (tuning.rank > 0)
    return passes * forward_operations(shape, length)


@dataclass(frozen=True)
class Memory:
    """Bytes of one job at its peak, by what they hold."""

    process: float
    states: float
    activations: float
    tests: float

    @property
    def total(self) -> float:
        """All of it."""
        return self.process + self.states + self.activations + self.tests


def activation_bytes(
    shape: Shape,
    length: float,
    device: Device,
    tuning: Tuning = WHOLE,
) -> float:
    """Bytes that a training pass keeps for its backward pass, for each piece.

    As Korthikanti et al. 2022 (arXiv 2205.05198, section 4.1) count them, for the tensors that this
    network keeps under bf16: of each block two norms' inputs in float32 (8 bytes x hidden), the
    inputs of three products, query, key, value and attention's result (14, twice the last where
    attention is fused), two masks of dropout, and two wide tensors (4 x feed-forward, a gate has
    half as many again). Attention that is not fused keeps its weights in float32 and bf16. Where
    blocks are recomputed, each keeps its input in float32, and one at a time all of the above.
    """
    kept = (22 if device.fused_attention else 20) + (2 if tuning.dropout else 0)
    wide = 6 if shape.gated else 4
    scores = 0 if device.fused_attention else 6 * shape.heads * length
    block = kept * shape.hidden + wide * shape.feed_forward + scores
    return 4 * shape.hidden * shape.layers + block if tuning.recompute else shape.layers * block


def training_memory(
    shape: Shape,
    rows: int,
    pieces: float,
    length: float,
    device: Device,
    tuning: Tuning = WHOLE,
    test_rows: int = 0,
) -> Memory:
    """Memory of a process that trains.

    Parameters
    ----------
    rows : int
        Of the trimmed vocabulary.
    pieces, length : float
        Of the largest batch that goes through the network at once, and of its sequences.
    test_rows : int
        Rows of the vocabulary of the tests, for a job that predicts each model that it trains: on a
        CPU it holds a second one for them, which leaves a GPU while training. 0: it only trains.
    """
    tuned = tuned_parameters(shape, rows, tuning)
    states = BYTES_A_PARAMETER * tuned
    if tuning.rank:  # matrices that stay are kept as they are and in bf16
        states += 4 * shape.trimmed(rows) + 2 * shape.layers * shape.matrices
    else:  # the update widens one gradient after another
        largest = max(shape.hidden * max(shape.feed_forward, 3 * shape.hidden), rows * shape.hidden)
        states += 4 * largest
    if tuning.shards > 1:  # and what is gathered: the tables, a block and the next one, in bf16
        blocks = shape.layers * shape.matrices
        gathered = shape.trimmed(rows) - blocks + 2 * shape.matrices
        states = states / tuning.shards + 2 * gathered
    return Memory(
        process=device.held,
        states=states,
        activations=pieces * activation_bytes(shape, length, device, tuning),
        tests=_test_bytes(shape, test_rows, device) if test_rows and not device.memory else 0,
    )


def prediction_memory(shape: Shape, rows: int, pieces: float, device: Device) -> Memory:
    """Memory of a job that only predicts, `pieces` at a time."""
    passing = pieces * (8 * shape.hidden + 4 * max(shape.feed_forward, 3 * shape.hidden))
    return Memory(device.held, 0, passing, _test_bytes(shape, rows, device))


def _test_bytes(shape: Shape, rows: int, device: Device) -> float:
    """A float32 model for the tests; on a CPU also the weights that it starts from."""
    copies = 2 if device.memory is None else 1
    return 4 * copies * shape.trimmed(rows)


def training_seconds(
    shape: Shape,
    rows: int,
    pieces: float,
    steps: float,
    length: float,
    device: Device,
    tuning: Tuning = WHOLE,
    passes: float = 1,
) -> float:
    """Seconds of one training: products, and updates of all tuned parameters in every step.

    No step is faster than its operations can be started one after another.

    Parameters
    ----------
    pieces, steps, length : float
        Pieces seen by a process in all, updates, and pieces of a sequence.
    passes : float
        Passes through the network for each update (micro-batches).
    """
    operations = pieces * training_operations(shape, length, tuning)
    moved = steps * UPDATE_BYTES * tuned_parameters(shape, rows, tuning)
    busy = operations / (device.rate * device.utilisation) + moved / device.bandwidth
    forward = FORWARD * (2 if tuning.recompute else 1)
    started = shape.layers * (UPDATE + passes * (forward + BACKWARD)) * device.operation_seconds
    return max(busy, steps * started)


def prediction_seconds(
    shape: Shape, pieces: float, batches: float, length: float, device: Device
) -> float:
    """Seconds of a prediction of so many pieces in so many batches."""
    products = pieces * forward_operations(shape, length) / (device.rate * device.utilisation)
    return max(products, batches * shape.layers * FORWARD * device.operation_seconds)


def weight_bytes(shape: Shape, rows: int, phase: str) -> float:
    """Disk of finished weights: float32 after phase 2; matrices in bf16 after phase 3."""
    matrices = shape.layers * shape.matrices
    return 4 * shape.trimmed(rows) - (2 * matrices if phase == "target" else 0)


def state_bytes(shape: Shape, rows: int) -> float:
    """Disk of a running state: weights and two moments in float32."""
    return 12 * shape.trimmed(rows)
