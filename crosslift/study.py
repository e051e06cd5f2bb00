"""The study: one configuration, validated whole, and the arms and cells that follow from it.

Light on purpose (no pandas, no torch): Snakemake reads it each time it reads the Snakefile.
"""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    create_model,
    model_validator,
)

from crosslift.catalogue import load_tasks
from crosslift.catalogue.encoders import parse_encoder_name
from crosslift.catalogue.tasks import unfit
from crosslift.data.files import find_data_root
from crosslift.errors import ConfigError

NONE = "none"
"""The intermediate of the baseline arm: the encoder goes to the target task as it is."""

INFERENCE_LABELS = ("entailment", "neutral", "contradiction")
"""Of natural language inference, which the literature's encoder may be tuned on."""

SHUFFLED_FORMATS = ("classification", "choice")
"""Formats whose labels can be given to other examples: those of the others are parts of a text."""

PROJECT = Path(__file__).parents[1]
"""The Snakefile's folder, in which the project's own files are named."""


def _each_once(values: list[Any]) -> list[Any]:
    repeated = dict.fromkeys(value for value in values if values.count(value) > 1)
    if repeated:
        raise ValueError("\n".join(f"{value!r} is there twice; name it once" for value in repeated))
    return values


def _mixture(value: Any) -> Any:
    """A list is the short form of a mixture that has nothing but members."""
    return {"members": value} if isinstance(value, list) else value


EachOnce = AfterValidator(_each_once)
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
Count = Annotated[int, Field(ge=1)]
Year = Annotated[int, Field(ge=1000, le=3000)]
PaperSource = Literal["arxiv", "openalex", "semantic_scholar", "crossref", "europepmc", "acl"]
Phase = Literal["intermediate", "target"]
Seed = Annotated[int, Field(ge=0, lt=2**31)]


class Section(BaseModel):
    """Base of the configuration's parts: frozen, and unknown keys are faults."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class LowRank(Section):
    """Tune products of two narrow matrices beside each matrix instead of the matrix itself.

    The change of a matrix is `alpha / rank` times the product, whose inner size is `rank`.
    """

    rank: Count = 16
    alpha: Annotated[float, Field(gt=0)] = 32


class Recipe(Section):
    """How a model is tuned; the defaults are those of the reference implementation.

    References
    ----------
    jiant, guides/projects/xstilts.md (learning rate, warm-up, clipping, weight decay, and early
    stopping after 30 evaluations, 1,000 steps apart, on 500 English development examples).
    """

    learning_rate: Annotated[float, Field(gt=0, lt=1)] = 1e-5
    epochs: Annotated[float, Field(gt=0)] = 3
    batch_size: Count = 32
    micro_batch: Count | None = None
    max_length: Annotated[int, Field(ge=8, le=8192)] = 256
    stride: Annotated[int, Field(ge=0)] = 64
    windows: Count | None = None
    warmup: Annotated[float, Field(ge=0, le=1)] = 0.1
    weight_decay: Annotated[float, Field(ge=0)] = 0.01
    clip_norm: Annotated[float, Field(gt=0)] = 1.0
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.1
    pooling: Literal["first", "mean"] = "first"
    precision: Literal["auto", "bf16", "fp32"] = "auto"
    evaluate_every: Count | None = None
    patience: Count = 30
    evaluation_examples: Count = 500
    lora: LowRank | None = None
    recompute: bool = False


RecipeChanges = create_model(
    "RecipeChanges",
    __base__=Section,
    __doc__="The recipe's keys that one task sets differently; absent keys keep the study's value.",
    **{key: (kind | None, None) for key, kind in Recipe.__annotations__.items()},
)


class Recipes(Section):
    """The recipes of phase 2 (intermediate) and phase 3 (target)."""

    intermediate: Recipe = Recipe()
    target: Recipe = Recipe()


class IntermediateSettings(Section):
    """What the study sets for one intermediate task."""

    recipe: RecipeChanges = RecipeChanges()
    train_examples: Count | None = None


class Mixture(Section):
    """Several intermediate tasks at once, sampled in proportion to their sizes.

    `cap` limits what counts of a task's size: in each epoch it gives at most so many examples,
    drawn anew (examples-proportional mixing, Raffel et al. 2020, arXiv 1910.10683, section 3.5.2).
    """

    members: Annotated[list[Name], Field(min_length=2), EachOnce]
    cap: Count | None = None


class MaskedLanguageModelling(Section):
    """Continued pretraining beside a task: `share` of the steps are of texts without labels.

    `languages` of the texts; None takes all that the study tests.
    """

    share: Annotated[float, Field(gt=0, lt=1)] = 0.5
    languages: Annotated[list[str], Field(min_length=1), EachOnce] | None = None
    texts: Count = 10_000


class Variant(Section):
    """An intermediate task changed in one way, as an arm of its own beside the plain one.

    `control` takes its content away: `shuffled_labels` gives every example another one's label,
    `scrambled_text` asks whether the words of a text are in their order. `languages` reads machine
    translations in place of the English text; `masked_lm` goes on with the encoder's pretraining.
    """

    of: Name
    control: Literal["shuffled_labels", "scrambled_text"] | None = None
    languages: Annotated[list[str], Field(min_length=1), EachOnce] | None = None
    masked_lm: MaskedLanguageModelling | None = None
    recipe: RecipeChanges = RecipeChanges()
    train_examples: Count | None = None

    @property
    def changes_data(self) -> bool:
        """True if it has prepared splits of its own."""
        return bool(self.control or self.languages)


class Factorial(Section):
    """Domain x format: tasks of equal size, so that domain, format and size can be told apart.

    Each of `tasks` (format -> domain -> name) becomes an intermediate with `train_examples`.
    """

    train_examples: Count
    tasks: Annotated[dict[str, dict[str, Name]], Field(min_length=1)]

    def names(self) -> list[str]:
        """The tasks, format by format."""
        return [name for row in self.tasks.values() for name in row.values()]


class TargetSettings(Section):
    """What the study sets for one target task."""

    train_on: str | None = None
    languages: Annotated[list[str], Field(min_length=1), EachOnce] | None = None
    recipe: RecipeChanges = RecipeChanges()
    train_examples: Count | None = None
    test_examples: Count | None = None


class Seeds(Section):
    """Seeds of the two training phases, apart, so that their variances can be told apart."""

    intermediate: Annotated[list[Seed], Field(min_length=1), EachOnce] = [0]
    target: Annotated[list[Seed], Field(min_length=1), EachOnce] = [0]


class Sizes(Section):
    """Upper limits on examples: of a training split, a development split, a test language."""

    train: Count | None = None
    development: Count | None = None
    test: Count | None = None


class Jobs(Section):
    """How many trainings share a job of the workflow, in each phase (`null`: all there are).

    A job starts a process and reads its data, which takes longer than training a small encoder.
    `processes` tune one model together, each on a GPU of one machine and on a part of every batch;
    with `shard` each holds a part of the model as well.
    """

    intermediate: Count | None = 1
    target: Count | None = None
    processes: Count = 1
    shard: bool = False


class Weights(Section):
    """What becomes of finished weights: kept, or removed once nothing of the study reads them.

    Those of a target's cells are read by its tests alone, those of an intermediate by all targets.
    What is added to a study later trains again what was removed.
    """

    intermediate: Literal["keep", "remove"] = "keep"
    target: Literal["keep", "remove"] = "keep"


class Retrieval(Section):
    """How sentences become vectors: the mean over pieces of one layer (`null`: the last)."""

    layer: Annotated[int, Field(ge=1)] | None = None
    max_length: Annotated[int, Field(ge=8)] = 128


class Analysis(Section):
    """The bootstrap: number of resamples, confidence level, its seed, and a margin in points."""

    resamples: Annotated[int, Field(ge=100)] = 10000
    confidence: Annotated[float, Field(gt=0.5, lt=1)] = 0.95
    seed: Seed = 0
    margin: Annotated[float, Field(ge=0, le=100)] = 1.0


class Screening(Section):
    """What a paper that a search found must be; whatever is not set excludes nothing."""

    first_year: Year | None = None
    last_year: Year | None = None
    languages: list[str] = []
    types: list[str] = []
    not_types: list[str] = []
    must: list[list[str]] = []
    must_not: list[str] = []
    exclude_withdrawn: bool = False


class Examples(Section):
    """Ids of papers that were judged already, by which the others are ranked."""

    relevant: list[str] = []
    irrelevant: list[str] = []


class Citations(Section):
    """Whether to follow references (backward) and citations (forward), one step."""

    backward: bool = False
    forward: bool = False
    seeds: Annotated[int, Field(ge=1, le=50)] = 20
    max_results: Annotated[int, Field(ge=1, le=5000)] = 200


class Inference(Section):
    """An encoder that reads claims with passages, and the task of inference that it is tuned on.

    Where the study tunes the same encoder on the same task in phase 2, those weights are taken.
    """

    task: Name
    encoder: Name = "e5-small"


class Literature(Section):
    """Where papers come from: a frozen corpus, a replayed cache, or the live services."""

    mode: Literal["frozen", "replay", "live"] = "frozen"
    corpus_folder: str | None = None
    ids: list[str] = []
    query: str | None = None
    queries: dict[PaperSource, str] = {}
    sources: Annotated[list[PaperSource], Field(min_length=1), EachOnce] = ["arxiv"]
    max_results: Annotated[int, Field(ge=1, le=30_000)] = 50
    anthology: str | None = None
    screening: Screening = Screening()
    examples: Examples = Examples()
    citations: Citations = Citations()
    retractions: bool = False
    claims: str = "litreview/claims.yaml"
    encoder: Name | None = None
    inference: Inference | None = None
    cache: str = "results/literature-cache"

    def encoders(self) -> list[str]:
        """Those that rank passages and read claims."""
        return [
            *filter(None, [self.encoder]),
            *([self.inference.encoder] if self.inference else []),
        ]

    def search(self) -> dict[str, Any]:
        """What the search stage is told, without what is not set."""
        apart = {"mode", "claims", "encoder", "inference", "cache"}
        return self.model_dump(exclude=apart, exclude_defaults=True)


class Study(Section):
    """One study; `config.yaml` documents every key."""

    study: Name
    title: str
    authors: Annotated[list[str], Field(min_length=1)]
    date: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    question: str
    data_root: str | None = None
    sources: Annotated[list[Literal["mini", "files", "hub"]], Field(min_length=1)]
    encoders: Annotated[list[Name], Field(min_length=1), EachOnce]
    encoder_source: Literal["wheel", "hub", "files", "random"] | None = None
    factorial: Factorial | None = None
    intermediates: Annotated[dict[Name, IntermediateSettings | None], Field(min_length=1)]
    mixtures: dict[Name, Annotated[Mixture, BeforeValidator(_mixture)]] = {}
    variants: dict[Name, Variant] = {}
    targets: Annotated[dict[Name, TargetSettings | None], Field(min_length=1)]
    seeds: Seeds = Seeds()
    sizes: Sizes = Sizes()
    recipes: Recipes = Recipes()
    jobs: Jobs = Jobs()
    weights: Weights = Weights()
    retrieval: Retrieval = Retrieval()
    analysis: Analysis = Analysis()
    analogues: dict[str, str] = {}
    literature: Literature = Literature()

    @model_validator(mode="after")
    def _names_are_known(self) -> "Study":
        faults = [
            *_encoder_faults(self.encoders),
            *_encoder_faults(self.literature.encoders(), "literature: encoder"),
            *self._task_faults(),
            *self._arm_faults(),
            *self._analogue_faults(),
            *self._inference_faults(),
            *self._file_faults(),
        ]
        if not faults:
            faults = self._source_faults()
        if faults:
            raise ValueError("\n".join(faults))
        return self

    def _task_faults(self) -> list[str]:
        tasks = load_tasks()
        faults = []
        named = [("intermediates", name) for name in self.intermediates]
        named += [("targets", name) for name in self.targets]
        for key, name in named:
            if name not in tasks:
                faults.append(f"{key}: {name!r} is not in the catalogue{_nearest(name, tasks)}")
        for name in self.targets:
            if name in tasks:
                faults += self._target_faults(name)
        return faults

    def _arm_faults(self) -> list[str]:
        """What is wrong with mixtures, variants and the factorial."""
        tasks, faults = load_tasks(), []
        for key, names in (("mixtures", self.mixtures), ("variants", self.variants)):
            for name in names:
                if name in tasks or name == NONE or (key == "variants" and name in self.mixtures):
                    faults.append(f"{key}: {name!r} is taken; choose another name")
        for mixture, settings in self.mixtures.items():
            for name in settings.members:
                if name not in self.intermediates:
                    faults.append(
                        f"mixtures.{mixture}: {name!r} is not among the study's intermediates"
                        f"{_nearest(name, self.intermediates)}"
                        + ("; a variant cannot be a member" if name in self.variants else "")
                    )
        for name, variant in self.variants.items():
            faults += _variant_faults(name, variant, tasks)
        return [*faults, *self._factorial_faults()]

    def _factorial_faults(self) -> list[str]:
        if self.factorial is None:
            return []
        faults = [
            fault
            for format_, row in self.factorial.tasks.items()
            for domain, name in row.items()
            for fault in self._place_faults(format_, domain, name)
        ]
        rows = self.factorial.tasks.values()
        if not any("general" in row and len(row) > 1 for row in rows):
            faults.append(
                "factorial.tasks: no format has a general task and one of another domain, so that "
                "nothing can be compared; add them"
            )
        return faults

    def _place_faults(self, format_: str, domain: str, name: str) -> list[str]:
        tasks, key = load_tasks(), f"factorial.tasks.{format_}.{domain}"
        if name not in tasks:
            return []  # the expanded intermediates say so
        task, found = tasks[name], self.train_examples("intermediate", name)
        faults = []
        if (task.format, task.domain) != (format_, domain):
            faults.append(f"{key}: {name!r} is {task.domain}, of format {task.format}")
        if found != self.factorial.train_examples:
            faults.append(
                f"{key}: intermediates.{name}.train_examples is {found}, so that sizes differ; "
                "leave it out there"
            )
        return faults

    def _analogue_faults(self) -> list[str]:
        tasks = [*self.trained_intermediates(), *self.targets]
        return [
            f"analogues.{name}: {analogue!r} is not a task of this study"
            f"{_nearest(analogue, tasks)}; name one that is, or delete the line"
            for name, analogue in self.analogues.items()
            if analogue not in tasks
        ]

    def _source_faults(self) -> list[str]:
        """Tasks that no source of the study can give."""
        tasks, faults = load_tasks(), []
        for name in dict.fromkeys([*self.training_tasks(), *self.targets]):
            held = tasks[name].sources.model_dump(exclude_none=True)
            if not any(source in held for source in self.sources):
                faults.append(
                    f"sources: none of [{', '.join(self.sources)}] holds {name}; "
                    f"add {' or '.join(held)}"
                )
        return faults

    def _inference_faults(self) -> list[str]:
        """Why no encoder can be tuned on the task that the literature is to be read with."""
        if self.literature.inference is None:
            return []
        name, trained = self.literature.inference.task, self.training_tasks()
        if name not in trained:
            return [
                f"literature.inference.task: {name!r} is no task that this study trains on"
                f"{_nearest(name, trained)}; name one that is"
            ]
        labels = load_tasks()[name].labels or []
        if set(labels) != set(INFERENCE_LABELS):
            return [
                f"literature.inference.task: {name} has the labels {', '.join(labels) or 'none'}; "
                f"name a task of {', '.join(INFERENCE_LABELS)}"
            ]
        return []

    def _file_faults(self) -> list[str]:
        """What is not on the disk, found here rather than by the first job that needs it."""
        faults = []
        claims = PROJECT / self.literature.claims
        if not claims.is_file():
            faults.append(
                f"literature.claims: {claims} is no file; name one by its whole path, or from "
                "the Snakefile's folder"
            )
        if "files" in (*self.sources, self.encoder_source):
            try:
                find_data_root(self.data_root)
            except ConfigError as error:
                faults.append(str(error))
        return faults

    def _target_faults(self, name: str) -> list[str]:
        tasks, faults = load_tasks(), []
        settings = self.target_settings(name)
        if settings.train_on is not None and settings.train_on not in tasks:
            faults.append(
                f"targets.{name}.train_on: {settings.train_on!r} is not in the catalogue"
                f"{_nearest(settings.train_on, tasks)}"
            )
        elif settings.train_on is not None:
            difference = unfit(tasks[name], tasks[settings.train_on])
            if difference:
                faults.append(f"targets.{name}.train_on: {difference}")
        known = tasks[name].languages
        for language in settings.languages or []:
            if language not in known:
                faults.append(
                    f"targets.{name}.languages: {language!r} is not a language of {name}; "
                    f"it has {' '.join(known)}"
                )
        return faults

    def target_settings(self, target: str) -> TargetSettings:
        """What the study sets for a target; a target named without settings has the defaults."""
        return self.targets[target] or TargetSettings()

    def languages(self, target: str) -> list[str]:
        """Test languages of a target, in the catalogue's order."""
        chosen = self.target_settings(target).languages
        return [code for code in load_tasks()[target].languages if chosen is None or code in chosen]

    def train_on(self, target: str) -> str | None:
        """The task whose English training split a target is tuned on; None: not tuned at all."""
        return self.target_settings(target).train_on or load_tasks()[target].train_on

    def train_examples(self, phase: Phase, name: str) -> int | None:
        """Upper limit on the examples that a task is tuned on: its own, else the study's.

        A variant's own, else those of the task that it changes.
        """
        settings = self._settings(phase, name)
        own = settings.train_examples if settings else None
        if own is None and phase == "intermediate" and name in self.variants:
            return self.train_examples(phase, self.variants[name].of)
        return own or self.sizes.train

    def _settings(self, phase: Phase, name: str) -> Any:
        if phase == "target":
            return self.targets.get(name)
        return self.variants.get(name) or self.intermediates.get(name)

    def prepared_examples(self, task: str) -> int | None:
        """Upper limit on a prepared training split: enough for all that are tuned on it."""
        limits = [
            self.train_examples("intermediate", name) for name in self.intermediates if name == task
        ]
        limits += [
            self.train_examples("intermediate", name)
            for name, variant in self.variants.items()
            if variant.of == task
        ]
        limits += [
            self.train_examples("target", name)
            for name in self.targets
            if self.train_on(name) == task
        ]
        return None if None in limits else max(limits, default=self.sizes.train)

    def test_examples(self, target: str) -> int | None:
        """Upper limit on a target's test examples of one language."""
        return self.target_settings(target).test_examples or self.sizes.test

    def trained_intermediates(self) -> list[str]:
        """All intermediates with a phase 2: tasks by themselves, mixtures and variants."""
        return [*self.intermediates, *self.mixtures, *self.variants]

    def members(self, intermediate: str) -> list[str]:
        """Tasks of an intermediate arm: itself, the members of a mixture, what a variant is of."""
        if intermediate in self.variants:
            return [self.variants[intermediate].of]
        mixture = self.mixtures.get(intermediate)
        return mixture.members if mixture else [intermediate]

    def tuning_data(self, intermediate: str) -> dict[str, int | None]:
        """Folders of data that an arm is tuned on, and the most examples of each (None: all)."""
        variant = self.variants.get(intermediate)
        if variant is None:
            return {
                name: self.train_examples("intermediate", name)
                for name in self.members(intermediate)
            }
        folder = intermediate if variant.changes_data else variant.of
        return {folder: self.train_examples("intermediate", intermediate)}

    def text_languages(self, variant: str) -> list[str]:
        """Languages of a variant's texts without labels: its own, else all that are tested."""
        chosen = self.variants[variant].masked_lm.languages
        tested = (code for target in self.targets for code in self.languages(target))
        return chosen or list(dict.fromkeys(tested))

    def recipe(self, phase: Phase, name: str) -> Recipe:
        """The phase's recipe with the task's own changes."""
        settings = self._settings(phase, name)
        own = settings.recipe if settings else RecipeChanges()
        changes = {key: value for key, value in own if value is not None}
        plain = getattr(self.recipes, phase)
        if phase == "intermediate" and name in self.variants:
            plain = self.recipe(phase, self.variants[name].of)
        return plain.model_copy(update=changes)

    def arms(self) -> list["Arm"]:
        """The baseline, then each intermediate with each of its seeds."""
        return [
            Arm(NONE, 0),
            *(
                Arm(name, seed)
                for name in self.trained_intermediates()
                for seed in self.seeds.intermediate
            ),
        ]

    def cells(self, target: str) -> list["Cell"]:
        """Every arm with every target seed; an untuned target has the one seed 0."""
        seeds = self.seeds.target if self.train_on(target) else [0]
        return [Cell(arm.intermediate, arm.seed, seed) for arm in self.arms() for seed in seeds]

    def arm_batches(self) -> list[list["Arm"]]:
        """The arms with a phase 2, as its jobs share them."""
        arms = [arm for arm in self.arms() if arm.intermediate != NONE]
        return _batches(arms, self.jobs.intermediate)

    def cell_batches(self, target: str) -> list[list["Cell"]]:
        """The cells of a target, as its jobs share them."""
        return _batches(self.cells(target), self.jobs.target)

    def encoder_sources(self) -> list[str]:
        """The prepared encoders that the study needs, its own and the literature's, each once."""
        names = [*self.encoders, *self.literature.encoders()]
        return list(dict.fromkeys(parse_encoder_name(name)[0].name for name in names))

    def figures(self) -> list[str]:
        """The figures that the study has the data for."""
        tasks = load_tasks()
        alone = [tasks[name] for name in self.intermediates]
        controls = {task.format for task in alone if task.domain == "general"}
        there = {
            "gain_heatmap": True,
            "gain_by_language": True,
            "gain_by_domain": any(
                task.domain != "general" and task.format in controls for task in alone
            ),
            "gain_by_size": len(self.encoders) > 1,
            "retrieval": any(tasks[name].format == "retrieval" for name in self.targets),
        }
        return [name for name, is_there in there.items() if is_there]

    def training_tasks(self) -> list[str]:
        """Tasks of which the study reads training splits, each once."""
        changed = [variant.of for variant in self.variants.values()]
        targets = [self.train_on(target) for target in self.targets]
        return list(
            dict.fromkeys([*self.intermediates, *changed, *(name for name in targets if name)])
        )


@dataclass(frozen=True)
class Arm:
    """An intermediate (or none) and the seed of its phase-2 run."""

    intermediate: str
    seed: int


@dataclass(frozen=True)
class Cell:
    """One trained and tested model of a given encoder and target."""

    intermediate: str
    intermediate_seed: int
    target_seed: int

    @property
    def name(self) -> str:
        """A folder name that tells the cell, such as `mnli-seed0-seed1`."""
        return f"{self.intermediate}-seed{self.intermediate_seed}-seed{self.target_seed}"


def _batches(things: Sequence[Any], size: int | None) -> list[list[Any]]:
    """Runs of at most `size` things, in order: what is added at the end changes the last alone."""
    size = size or max(1, len(things))
    return [list(things[first : first + size]) for first in range(0, len(things), size)]


def load_study(config: Mapping[str, Any], origin: str = "the configuration") -> Study:
    """Validate a configuration.

    Raises
    ------
    ConfigError
        Naming every fault: the key, the value found, and the nearest valid key or name.
    """
    try:
        return Study.model_validate(_expanded(dict(config)))
    except ValidationError as error:
        faults = [line for fault in error.errors() for line in _describe(fault)]
        listed = "\n".join(f"  - {fault}" for fault in faults)
        raise ConfigError(f"{origin}: faults found: {len(faults)}\n{listed}") from None


def _expanded(config: dict[str, Any]) -> dict[str, Any]:
    """The configuration with the factorial's tasks among its intermediates."""
    try:
        factorial = Factorial.model_validate(config.get("factorial"))
    except ValidationError:
        return config  # none there, or faults that the study's own validation names
    stated = config.get("intermediates") or {}
    added = {}
    for name in factorial.names():
        settings = stated.get(name) or {}
        added[name] = {"train_examples": factorial.train_examples, **settings}
    return {**config, "intermediates": {**stated, **added}}


def _variant_faults(name: str, variant: Variant, tasks: Mapping[str, Any]) -> list[str]:
    key = f"variants.{name}"
    if variant.of not in tasks:
        return [f"{key}.of: {variant.of!r} is not in the catalogue{_nearest(variant.of, tasks)}"]
    faults = []
    changes = [variant.control, variant.languages, variant.masked_lm, variant.train_examples]
    if not any(changes) and not variant.recipe.model_dump(exclude_none=True):
        faults.append(f"{key}: changes nothing; write what differs from {variant.of}")
    if variant.control and variant.languages:
        faults.append(f"{key}: has both control and languages; make two variants of them")
    if variant.control == "shuffled_labels" and tasks[variant.of].format not in SHUFFLED_FORMATS:
        faults.append(
            f"{key}.control: {variant.of} is of format {tasks[variant.of].format}, whose labels "
            "belong to its texts; write scrambled_text"
        )
    return faults


def _describe(fault: Mapping[str, Any]) -> list[str]:
    path = [str(part) for part in fault["loc"]]
    key = ".".join(path)
    if fault["type"] == "extra_forbidden":
        return [f"{key}: unknown key{_nearest(path[-1], _keys_beside(path))}"]
    if fault["type"] == "missing":
        return [f"{key}: missing; config.yaml shows what it holds"]
    if fault["type"] == "value_error":
        told = fault["msg"].removeprefix("Value error, ").split("\n")
        return [f"{key}: {line}" if key else line for line in told]
    hint = ""
    if isinstance(fault["input"], bool) and fault["type"].startswith("string"):
        hint = '; YAML reads a bare yes, no, on, off as true or false: put it in quotes ("no")'
    return [f"{key}: found {fault['input']!r}: {fault['msg']}{hint}"]


def _keys_beside(path: list[str]) -> list[str]:
    """Valid keys at the place of a misspelt one, found by walking the models down the path."""
    model: Any = Study
    for part in path[:-1]:
        field = model.model_fields.get(part)
        if field is not None:
            model = _model_in(field.annotation)
        if model is None:
            return []
    return list(model.model_fields)


def _model_in(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        found = _model_in(argument)
        if found is not None:
            return found
    return None


def _encoder_faults(names: Iterable[str], key: str = "encoders") -> list[str]:
    faults, first_names = [], {}
    for name in names:
        try:
            entry, depth = parse_encoder_name(name)
        except ConfigError as error:
            faults.append(f"{key}: {error}")
            continue
        first = first_names.setdefault((entry.name, depth), name)
        if first != name:
            faults.append(f"{key}: {name!r} is the same as {first!r}; name it once")
    return faults


def _nearest(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(known), n=2, cutoff=0.5)
    return f"; did you mean {' or '.join(close)}?" if close else ""
