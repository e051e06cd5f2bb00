"""Prediction beside the Trainer and sentence-transformers, and exact search among candidates.

    python -m benchmarks.prediction --task xnli --examples 120 --languages en ar de sw

Sentence vectors are timed from text to vector, word pieces included; predictions from word pieces,
made beforehand for all.
"""

import argparse
import resource
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer

from benchmarks import comparison, inputs
from benchmarks.products import product_seconds
from crosslift.batching import Encoded, encoded_from, prediction_batches
from crosslift.encoders.bert import bert_sizes
from crosslift.files import read_json
from crosslift.formats import FORMATS, retrieval
from crosslift.formats.pieces import encode_texts
from crosslift.model import Encoder, build_model, choose_device, compute_dtype
from crosslift.prediction import PIECES, predict

PADDING = "<pad>"

Contestants = dict[str, Callable[[], comparison.Run]]

VECTORS = SimpleNamespace(
    collect=retrieval.collect, decode=lambda examples, encoded, collected, labels: collected
)
"""Retrieval without the search: what predict collects is what it returns."""


def main() -> None:
    """Measure, print, record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoder", default="e5-small")
    parser.add_argument("--depth", type=int, default=12)
    parser.add_argument("--task", default="mini-nli", help="a task of the catalogue with classes")
    parser.add_argument("--examples", type=int, default=200, help="of each language")
    parser.add_argument("--languages", nargs="+", help="the task's own without it")
    parser.add_argument("--candidates", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    flags = parser.parse_args()
    comparison.keep_memory()
    torch.set_num_threads(flags.threads)
    encoder = Encoder(inputs.encoder_folder(flags.encoder), flags.depth)
    tests = inputs.tests(flags.task, flags.examples, encoder.folder, flags.languages)
    record = {
        "machine": comparison.machine(flags.threads),
        "encoder": flags.encoder,
        "depth": flags.depth,
        "task": flags.task,
        "examples": len(tests.examples),
        "predictions": labels_side_by_side(encoder, tests, flags.rounds),
        "vectors": vectors_side_by_side(encoder, tests, flags.rounds),
        "languages": by_languages(encoder, tests, flags.rounds),
        "search": search(flags.candidates),
    }
    comparison.write_record(f"prediction-{flags.encoder}-{flags.depth}-{flags.task}", record)


def labels_side_by_side(encoder: Encoder, tests: inputs.Tests, rounds: int) -> dict[str, Any]:
    """Labels of every test example, by the same weights and head."""
    from benchmarks.trainer import PooledClassifier, Sequences, trainer_for

    name, posed, labels = tests.task.name, FORMATS[tests.task.format], tests.labels
    own = build_model(encoder, np.unique(tests.encoded.pieces), {name: len(labels)}, "mean")
    with torch.no_grad():  # a head that tells examples apart, as a tuned one does
        own.heads[name].weight.mul_(50)

    def crosslift() -> comparison.Run:
        given = (own, name, posed, labels, tests.examples, tests.encoded)
        with comparison.stopwatch() as seconds:
            predicted = predict(*given, choose_device(), "auto")
        return comparison.Run(seconds(), predicted)

    def trainer(options: dict[str, Any], by_length: bool) -> comparison.Run:
        theirs = PooledClassifier(encoder.folder, len(labels), encoder.depth, seed=0)
        theirs.head.load_state_dict(own.heads[name].state_dict())
        order = np.arange(len(tests.encoded))
        if by_length:
            order = np.argsort(-tests.encoded.lengths, kind="stable")
        sequences = Sequences(tests.encoded.take(order))
        predictor = trainer_for(theirs, tests.encoded, inputs.RECIPE, 0, options)
        with comparison.stopwatch() as seconds:
            logits = predictor.predict(sequences).predictions
        chosen = np.empty(len(order), np.int64)
        chosen[order] = logits.argmax(-1)
        return comparison.Run(seconds(), [labels[index] for index in chosen])

    contestants = {
        "crosslift": crosslift,
        "Trainer as it comes": lambda: trainer({}, by_length=False),
        "Trainer, tuned": lambda: trainer({"bf16_full_eval": True}, by_length=True),
    }
    return _compared("predictions", contestants, rounds, encoder, tests.encoded, _same_labels)


def vectors_side_by_side(encoder: Encoder, tests: inputs.Tests, rounds: int) -> dict[str, Any]:
    """Unit vector of every test example's first text."""
    texts = list(tests.examples["text"])
    encoded = _sequences(texts, tests.tokenizer)
    model = build_model(encoder, np.unique(encoded.pieces), {"vector": 0}, "mean")

    def crosslift() -> comparison.Run:
        with comparison.stopwatch() as seconds:
            given = (tests.examples, _sequences(texts, tests.tokenizer), choose_device(), "auto")
            vectors = predict(model, "vector", VECTORS, [], *given)
        return comparison.Run(seconds(), np.stack(vectors))

    def encode(encoder: Any, size: int = 32) -> comparison.Run:
        with comparison.stopwatch() as seconds:
            vectors = encoder.encode(texts, batch_size=size, show_progress_bar=False)
        return comparison.Run(seconds(), vectors)

    as_it_comes = _sentence_transformer(encoder, tests.tokenizer)
    halved = _sentence_transformer(encoder, tests.tokenizer).to(torch.bfloat16)
    contestants = {
        "crosslift": crosslift,
        "sentence-transformers as it comes": lambda: encode(as_it_comes),
        "sentence-transformers, bf16": lambda: encode(halved),
        "sentence-transformers, bf16, batches of 128": lambda: encode(halved, 128),
    }
    return _compared("vectors", contestants, rounds, encoder, encoded, _least_cosine)


def _sequences(texts: list[str], tokenizer: Tokenizer) -> Encoded:
    """Each text's pieces, also of texts that are there twice: the other contestants read them."""
    without_context = [None] * len(texts)
    pieces = encode_texts(tokenizer, texts, without_context, inputs.RECIPE.max_length)
    return encoded_from(pieces, range(len(texts)))


def _sentence_transformer(encoder: Encoder, tokenizer: Tokenizer) -> Any:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import PreTrainedTokenizerFast

    depth = {"num_hidden_layers": encoder.depth}
    body = Transformer(
        str(encoder.folder), max_seq_length=inputs.RECIPE.max_length, config_kwargs=depth
    )
    # The prepared folder names no class of transformers' for its tokenizer.
    body.processor = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, model_max_length=inputs.RECIPE.max_length, pad_token=PADDING
    )
    pooling = Pooling(body.get_embedding_dimension(), "mean")
    modules = [body, pooling, Normalize()]
    return SentenceTransformer(modules=modules, device=str(choose_device()))


def _same_labels(own: list[str], other: list[str]) -> float:
    """Share of examples that two contestants label alike."""
    return float(np.mean([one == two for one, two in zip(own, other, strict=True)]))


def _least_cosine(own: np.ndarray, other: np.ndarray) -> float:
    """Cosine of the two vectors that are least alike."""
    return float((own * np.asarray(other, np.float32)).sum(1).min())


def _compared(
    title: str,
    contestants: Contestants,
    rounds: int,
    encoder: Encoder,
    encoded: Encoded,
    likeness: Callable[[Any, Any], float],
) -> dict[str, Any]:
    """Word pieces a second of every contestant, how alike their results are, and the limit."""
    for contestant in contestants.values():  # kernels and caches
        contestant()
    runs = comparison.alternate(contestants, rounds)
    pieces = len(encoded.pieces)
    own = runs["crosslift"]
    rows = [
        {
            "contestant": name,
            **comparison.rates(pieces, theirs),
            "crosslift_ratio": comparison.rates(pieces, own)["median"]
            / comparison.rates(pieces, theirs)["median"],
            "likeness": likeness(own[-1].made, theirs[-1].made),
        }
        for name, theirs in runs.items()
    ]
    comparison.show(f"{title}: word pieces a second", rows)
    alone = pieces / _products_alone(encoder, encoded)
    print(f"its matrix products alone: {alone:.0f} pieces a second")
    return {"pieces": pieces, "contestants": rows, "products_alone": alone}


def _products_alone(encoder: Encoder, encoded: Encoded) -> float:
    device = choose_device()
    return product_seconds(
        bert_sizes(read_json(encoder.folder / "config.json")),
        encoder.depth,
        [encoded.lengths[batch] for batch in prediction_batches(encoded, PIECES[device.type])],
        compute_dtype(device, "auto"),
        device,
        training=False,
    )


def by_languages(encoder: Encoder, tests: inputs.Tests, rounds: int) -> list[dict[str, Any]]:
    """Seconds of a cell's predictions in the first language, the first two, four, and so on."""
    posed, labels, name = FORMATS[tests.task.format], tests.labels, tests.task.name
    model = build_model(encoder, np.unique(tests.encoded.pieces), {name: len(labels)}, "mean")
    languages = list(dict.fromkeys(tests.examples["language"]))
    counts = sorted({*(2**n for n in range(len(languages).bit_length())), len(languages)})

    def contestant(count: int) -> comparison.Run:
        rows = np.flatnonzero(tests.examples["language"].isin(languages[:count]))
        encoded = tests.encoded.take(rows)  # one sequence an example
        given = (model, name, posed, labels, tests.examples.iloc[rows], encoded)
        with comparison.stopwatch() as seconds:
            predict(*given, choose_device(), "auto")
        return comparison.Run(seconds())

    runs = comparison.alternate(
        {str(count): (lambda count=count: contestant(count)) for count in counts}, rounds
    )
    rows = [{"languages": int(count), **comparison.seconds(own)} for count, own in runs.items()]
    comparison.show("seconds of a cell's predictions", rows)
    return rows


def search(candidates: int, queries: int = 256, hidden: int = 384) -> list[dict[str, Any]]:
    """Seconds and memory of exact search, at a tenth of the candidates and at all."""
    rows = []
    for count in (candidates // 10, candidates):
        drawn = torch.Generator().manual_seed(0)
        vectors = [
            torch.nn.functional.normalize(torch.randn(size, hidden, generator=drawn), dim=-1)
            for size in (queries, count)
        ]
        vectors = [given.to(choose_device()) for given in vectors]
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with comparison.stopwatch() as seconds:
            retrieval.nearest(*vectors)
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        rows.append(
            {
                "candidates": count,
                "queries": queries,
                "seconds": seconds(),
                "peak_memory_grown_mib": grown / 1024,
            }
        )
    comparison.show("exact search", rows)
    return rows


if __name__ == "__main__":
    main()
