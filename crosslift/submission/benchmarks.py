"""The two benchmarks as their scorer knows them: tasks, languages, groups, sizes of the tests.

Sources: `XTREME_TASK2LANGS`, `XTREME_R_TASK2LANGS`, the two `GROUP2TASK` and `get_suffix` in
``evaluate.py`` of google-research/xtreme.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["labels", "tags", "answers", "positions", "pairs", "choices", "rankings"]

SUFFIX: dict[Kind, str] = {
    "labels": "tsv",
    "tags": "tsv",
    "answers": "json",
    "positions": "tsv",
    "pairs": "tsv",
    "choices": "jsonl",
    "rankings": "json",
}
"""How a file's name ends, by what it holds."""


@dataclass(frozen=True)
class OfficialTask:
    """A task of the benchmarks.

    Attributes
    ----------
    name : str
        Its folder in the scorer.
    kind : str
        What its files hold.
    examples : int or dict, optional
        Size of the official test of each language; None where it is not known. The key ``other``
        of a dict stands for all languages that it does not name.
    scored : bool
        Whether the scorer lists a language for it (it lists none for LAReQA).
    """

    name: str
    kind: Kind
    examples: int | Mapping[str, int] | None = None
    scored: bool = True

    def file(self, language: str) -> str:
        """Name of the file of one language."""
        return f"test-{language}.{SUFFIX[self.kind]}"

    def official_examples(self, language: str) -> int | None:
        """Examples of the official test in one language; None where that is not known."""
        if isinstance(self.examples, Mapping):
            return self.examples.get(language, self.examples.get("other"))
        return self.examples


def _languages(codes: str) -> tuple[str, ...]:
    return tuple(codes.split())


# Sizes: dataset_infos.json of huggingface/datasets (xtreme, mlqa, xnli, paws-x, xquad, xcopa,
# wikiann); az, lt, pl, uk and ro of Tatoeba counted in facebookresearch/LASER. The benchmarks'
# treebanks are others than the catalogue's (its notes say so), and the released Mewsli-X has
# another number of mentions than the paper's, so both have no size here.
_SIZES: dict[str, int | dict[str, int]] = {
    "xnli": 5010,
    "pawsx": 2000,
    "xcopa": 500,
    "xquad": 1190,
    "lareqa": 1190,
    "mlqa": {
        "en": 11590, "es": 5253, "de": 4517, "ar": 5335, "hi": 4918, "vi": 5495, "zh": 5137,
    },
    "tydiqa": {
        "en": 440, "ar": 921, "bn": 113, "fi": 782, "id": 565, "ko": 276, "ru": 812, "sw": 499,
        "te": 669,
    },
    "panx": {
        **dict.fromkeys(_languages("gu jv my pa qu yo"), 100),
        **dict.fromkeys(_languages("af az bn hi kk ml mr ms sw ta te tl ur"), 1000),
        "other": 10000,
    },
    "bucc2018": {"de": 9580, "fr": 9086, "ru": 14435, "zh": 1899},
    "tatoeba": {
        "jv": 205, "te": 234, "ta": 307, "sw": 390, "th": 548, "kk": 575, "ml": 687, "ka": 746,
        "other": 1000,
    },
}  # fmt: skip

_KINDS: dict[str, Kind] = {
    "xnli": "labels",
    "pawsx": "labels",
    "xcopa": "choices",
    "udpos": "tags",
    "panx": "tags",
    "xquad": "answers",
    "mlqa": "answers",
    "tydiqa": "answers",
    "bucc2018": "pairs",
    "tatoeba": "positions",
    "mewslix": "rankings",
    "lareqa": "rankings",
}

TASKS: dict[str, OfficialTask] = {
    name: OfficialTask(name, kind, _SIZES.get(name), scored=name != "lareqa")
    for name, kind in _KINDS.items()
}

_CATALOGUE_NAMES = {"wikiann": "panx", "tydiqa_goldp": "tydiqa"}


def official_task(target: str) -> OfficialTask | None:
    """The benchmark task that a target of the catalogue is, by its name; None for any other."""
    return TASKS.get(_CATALOGUE_NAMES.get(target, target))


@dataclass(frozen=True)
class Benchmark:
    """One version of the benchmark.

    Attributes
    ----------
    name : str
        What ``--xtreme_version`` calls it.
    languages : dict
        Languages of each task in the scorer's order.
    groups : dict
        Tasks of each group.
    """

    name: str
    languages: Mapping[str, tuple[str, ...]]
    groups: Mapping[str, tuple[str, ...]]

    @property
    def answers(self) -> tuple[str, ...]:
        """Tasks whose score is the mean of exact match and F1."""
        return self.groups["qa"]


_XNLI = _languages("ar bg de el en es fr hi ru sw th tr ur vi zh")
_PANX = _languages(
    "ar he vi id jv ms tl eu ml ta te af nl en de el bn hi mr ur fa fr it pt es bg ru ja ka ko th "
    "sw yo my zh kk tr et fi hu"
)
_UDPOS = _languages(
    "af ar bg de el en es et eu fa fi fr he hi hu id it ja kk ko mr nl pt ru ta te th tl tr ur vi "
    "yo zh"
)
_TATOEBA = _languages(
    "ar he vi id jv tl eu ml ta te af nl de el bn hi mr ur fa fr it pt es bg ru ja ka ko th sw zh "
    "kk tr et fi hu"
)
_XQUAD = _languages("en es de el ru tr ar vi th zh hi")
_MLQA = _languages("en es de ar hi vi zh")
_TYDIQA = _languages("en ar bn fi id ko ru sw te")

XTREME = Benchmark(
    "xtreme",
    {
        "pawsx": _languages("de en es fr ja ko zh"),
        "xnli": _XNLI,
        "panx": _PANX,
        "udpos": _UDPOS,
        "bucc2018": _languages("de fr ru zh"),
        "tatoeba": _TATOEBA,
        "xquad": _XQUAD,
        "mlqa": _MLQA,
        "tydiqa": _TYDIQA,
    },
    {
        "classification": ("pawsx", "xnli"),
        "tagging": ("udpos", "panx"),
        "qa": ("xquad", "mlqa", "tydiqa"),
        "retrieval": ("bucc2018", "tatoeba"),
    },
)

XTREME_R = Benchmark(
    "xtreme-r",
    {
        "xnli": _XNLI,
        "panx": (*_PANX, *_languages("qu pl uk az lt pa gu ro")),
        "udpos": (*_UDPOS, *_languages("lt pl uk wo ro")),
        "tatoeba": (*_TATOEBA, *_languages("az lt pl uk ro")),
        "xcopa": _languages("et ht id it qu sw ta th tr vi zh"),
        "lareqa": (),
        "mewslix": _languages("ar de en es fa ja pl ro ta tr uk"),
        "xquad": (*_XQUAD, "ro"),
        "mlqa": _MLQA,
        "tydiqa": _TYDIQA,
    },
    {
        "classification": ("xnli", "xcopa"),
        "tagging": ("udpos", "panx"),
        "qa": ("xquad", "mlqa", "tydiqa"),
        "retrieval": ("tatoeba", "mewslix"),
        "multi_choice": ("xcopa",),
    },
)

BENCHMARKS = (XTREME, XTREME_R)
