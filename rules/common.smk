"""The study, validated, and the names that rules and wildcards are made of."""

import fcntl
import json
import os
import shlex
import sys
from pathlib import Path

# The packages lie beside the Snakefile, which need not be the working folder.
sys.path.insert(0, str(workflow.basedir))

from crosslift.catalogue.encoders import parse_encoder_name
from crosslift.devices import count_devices
from crosslift.errors import ConfigError
from crosslift.study import Arm, Recipe, load_study
from crosslift.submission.plan import submissions, submitted_batches, submitted_targets

try:
    study = load_study(config, ", ".join(map(str, workflow.configfiles)) or "the configuration")
except ConfigError as error:
    raise WorkflowError(str(error)) from None


def own(path):
    """A file of the project, by the way to it from here: to move a project changes no rule."""
    return local(os.path.relpath(Path(workflow.basedir, path)))


def own_files(folder, pattern="*"):
    """The project's files below a folder, in order."""
    found = Path(workflow.basedir, folder).rglob(pattern)
    return [own(path) for path in sorted(found) if path.is_file()]


def local_copy(path):
    """Where a file of the results lies while jobs read and write it.

    That is `path` itself, or with results on object storage (--default-storage-provider) the place
    of its local copy. What jobs leave beside declared files, weights above all, stays there.
    """
    settings = workflow.storage_settings
    if settings.default_storage_provider is None:
        return path
    bucket = settings.default_storage_prefix.split("://")[-1].strip("/")
    return f"{settings.local_storage_prefix}/{settings.default_storage_provider}/{bucket}/{path}"


RESULTS = f"results/{study.study}"
FILES = local_copy(RESULTS)
LOGS = f"{RESULTS}/logs"
SCRIPTS = own("scripts")


container: own("envs/crosslift.sif")  # for --sdm apptainer alone


TUNED = [target for target in study.targets if study.train_on(target)]
UNTUNED = [target for target in study.targets if target not in TUNED]

# By the environment rather than by flags: moving the project or the data changes no rule.
EXPORTS = [f"PYTHONPATH={shlex.quote(str(workflow.basedir))}"]
if study.data_root:
    EXPORTS.append(f"CROSSLIFT_DATA={shlex.quote(study.data_root)}")
if not workflow.deployment_settings.deployment_method:
    # Rules run under the Python that runs Snakemake, whether or not it is first in the PATH.
    EXPORTS.append(f"PATH={shlex.quote(str(Path(sys.executable).parent))}:$PATH")
# Training takes and frees the same large blocks in every step. Kept by the process they cost nothing
# the second time, which saves a CPU a fifth of its time (glibc only; 32 MiB is the most it allows).
EXPORTS.append(
    "GLIBC_TUNABLES=${{GLIBC_TUNABLES:+$GLIBC_TUNABLES:}}glibc.malloc.mmap_threshold=33554432"
    ":glibc.malloc.trim_threshold=4294967296"
)
shell.prefix(f"export {' '.join(EXPORTS)}; ")

# What starts a training: several processes meet on this machine, and each takes a GPU. It takes the
# shell's place, which would end at once where a cluster asks both to end, and the job with it.
LAUNCHER = "exec python"
if study.jobs.processes > 1:
    LAUNCHER += f" -m torch.distributed.run --standalone --nproc-per-node {study.jobs.processes}"


def one_of(names):
    """A wildcard's pattern: exactly these names."""
    return "|".join(map(re.escape, sorted(names, key=len, reverse=True))) or "(?!)"


def source_name(encoder):
    """The prepared encoder that a name with a depth is cut from."""
    return parse_encoder_name(encoder)[0].name


def encoder_flags(wildcards):
    """Flags that name the prepared encoder and its depth."""
    entry, depth = parse_encoder_name(wildcards.encoder)
    return f"--encoder {FILES}/encoders/{entry.name} --depth {depth}"


def folders_of(paths):
    """The folders that files lie in, each once."""
    return list(dict.fromkeys(str(Path(path).parent) for path in paths))


def encoder_card(wildcards):
    return f"{RESULTS}/encoders/{source_name(wildcards.encoder)}/card.json"


def literature_encoder_card():
    """What the literature's rules wait for where they read vectors, else nothing."""
    if study.literature.encoder is None:
        return []
    return f"{RESULTS}/encoders/{source_name(study.literature.encoder)}/card.json"


def literature_encoder_flag():
    """The flag with the literature's prepared encoder, where the study names one."""
    if study.literature.encoder is None:
        return ""
    return f"--encoder {FILES}/encoders/{source_name(study.literature.encoder)}"


def inference_encoder(wildcards):
    """The card of the prepared encoder that reads claims with passages."""
    return f"{RESULTS}/encoders/{source_name(study.literature.inference.encoder)}/card.json"


def inference_encoder_flags(wildcards):
    """Flags that name that encoder and its depth."""
    entry, depth = parse_encoder_name(study.literature.inference.encoder)
    return f"--encoder {FILES}/encoders/{entry.name} --depth {depth}"


def inference_splits(wildcards):
    """The prepared splits of the task of inference."""
    folder = f"{RESULTS}/data/{study.literature.inference.task}"
    return expand("{folder}/{split}.parquet", folder=folder, split=["train", "dev"])


def inference_checkpoint(wildcards):
    """The phase-2 manifest with that encoder tuned on its task, if the study has it."""
    inference = study.literature.inference
    if inference.encoder not in study.encoders or inference.task not in study.intermediates:
        return []
    arm = Arm(inference.task, study.seeds.intermediate[0])
    return [
        f"{RESULTS}/intermediate/{inference.encoder}/batch{batch}.json"
        for batch, arms in enumerate(study.arm_batches())
        if arm in arms
    ]


def inference_checkpoint_flag(wildcards):
    """The flag with those weights."""
    inference = study.literature.inference
    if not inference_checkpoint(wildcards):
        return ""
    place = f"{inference.encoder}/{inference.task}/seed{study.seeds.intermediate[0]}"
    return f"--checkpoint {FILES}/intermediate/{place}/model.safetensors"


def limit(flag, value):
    """A flag with its value, or nothing for a limit that is not set."""
    return "" if value is None else f"{flag} {value}"


def tested_on(wildcards):
    """Targets that are tuned on this task: their English tests must not be trained on."""
    return [target for target in TUNED if study.train_on(target) == wildcards.task]


def phase_two(wildcards):
    """What the phase-2 jobs leave whose weights a job's cells start from."""
    starts = {
        Arm(cell.intermediate, cell.intermediate_seed)
        for cell in study.cell_batches(wildcards.target)[int(wildcards.batch)]
    }
    return [
        f"{RESULTS}/intermediate/{wildcards.encoder}/batch{batch}.json"
        for batch, arms in enumerate(study.arm_batches())
        if starts.intersection(arms)
    ]


def tasks_of_batch(wildcards):
    """Tasks that a phase-2 job is tuned on."""
    arms = study.arm_batches()[int(wildcards.batch)]
    return list(dict.fromkeys(task for arm in arms for task in study.tuning_data(arm.intermediate)))


def texts_of_batch(wildcards):
    """Texts without labels that a phase-2 job reads."""
    arms = study.arm_batches()[int(wildcards.batch)]
    return [path for arm in arms for path in unlabelled_texts(arm.intermediate)]


def unlabelled_texts(intermediate):
    """Where the texts of an arm with masked-LM steps lie; nothing for the others."""
    variant = study.variants.get(intermediate)
    return [f"{RESULTS}/unlabelled/{intermediate}.parquet"] if variant and variant.masked_lm else []


def arms_json(wildcards):
    """What a phase-2 job tunes, for a flag."""
    return json.dumps(
        [
            {
                "intermediate": arm.intermediate,
                "seed": arm.seed,
                "examples": study.tuning_data(arm.intermediate),
                **regime_of(arm.intermediate),
                "recipe": study.recipe("intermediate", arm.intermediate).model_dump(),
            }
            for arm in study.arm_batches()[int(wildcards.batch)]
        ]
    )


def regime_of(intermediate):
    """What an arm has beside its data: a cap, masked-LM steps."""
    mixture, variant = study.mixtures.get(intermediate), study.variants.get(intermediate)
    regime = {"cap": mixture.cap} if mixture and mixture.cap else {}
    for texts in unlabelled_texts(intermediate):
        regime["masked_lm"] = {"texts": local_copy(texts), "share": variant.masked_lm.share}
    return regime


def predictions_of(target):
    """Tables of one target's predictions."""
    return [
        f"{RESULTS}/predictions/{encoder}/{target}/batch{batch}.parquet"
        for encoder in study.encoders
        for batch, _ in enumerate(study.cell_batches(target))
    ]


def tuning_work(wildcards):
    """Priority of a phase-2 job: before all targets, which wait for it, deeper encoders first.

    All training stands behind the short jobs, whose priority is 0, so that none is left for the
    end, where it would hold up the report.
    """
    return parse_encoder_name(wildcards.encoder)[1] - 1e3


def testing_work(wildcards):
    """Priority of a target's job: about its layers times examples, so that the longest go first.

    Where few cores share the jobs, a long one that starts last leaves all others idle.
    """
    target = wildcards.target
    examples = (study.test_examples(target) or 1000) * len(study.languages(target))
    if study.train_on(target):
        passes = 3 * study.recipe("target", target).epochs  # forward, and twice that backward
        examples += passes * (study.train_examples("target", target) or 10_000)
    layers = parse_encoder_name(wildcards.encoder)[1]
    return layers * examples * len(study.cell_batches(target)[int(wildcards.batch)]) - 1e15


def cells_json(wildcards):
    """The cells of a target's job, for a flag."""
    return json.dumps(
        [
            [cell.intermediate, cell.intermediate_seed, cell.target_seed]
            for cell in study.cell_batches(wildcards.target)[int(wildcards.batch)]
        ]
    )


def retrieval_recipe(wildcards):
    """The keys that prediction of an untuned target depends on."""
    recipe = study.recipe("target", wildcards.target).model_copy(
        update={"pooling": "mean", "max_length": study.retrieval.max_length}
    )
    kept = recipe.model_dump(include={"max_length", "stride", "pooling", "precision"})
    return Recipe.model_validate(kept).model_dump_json()


FIGURE_TABLES = {
    "gain_heatmap": "effects",
    "gain_by_language": "effects",
    "gain_by_domain": "contrasts",
    "gain_by_size": "scaling",
    "retrieval": "effects",
}


def kept_while_read(path):
    """A phase-2 job's output, which Snakemake deletes after its last reader if the study says so."""
    return temp(path) if study.weights.intermediate == "remove" else path


def remove_read_weights():
    """Delete the phase-2 weights whose job's output is gone: nothing is left that reads them."""
    for encoder in study.encoders:
        for batch, arms in enumerate(study.arm_batches()):
            folder = Path(FILES, "intermediate", encoder)
            for arm in arms if not (folder / f"batch{batch}.json").exists() else []:
                weights = folder / arm.intermediate / f"seed{arm.seed}" / "model.safetensors"
                weights.unlink(missing_ok=True)


def work_folder(output):
    """Where the running states of the job that makes this output lie."""
    return Path(FILES, "work", Path(output).parent.relative_to(FILES))


def take_lock(folder):
    """Refuse a second run of the same study; the kernel frees the lock when this process ends.

    Snakemake's own lock outlives a killed run (the profile sets nolock), this one does not.
    """
    global study_lock
    Path(folder).mkdir(parents=True, exist_ok=True)
    study_lock = open(f"{folder}/.lock", "w")
    try:
        fcntl.flock(study_lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise WorkflowError(f"{folder} is in use by another run; wait for it, or stop it") from None


def queue_for_devices():
    """On one machine with GPUs, let no more jobs that need one run together than it has.

    A cluster counts its GPUs itself, and `--resources gpu=N` says otherwise.
    """
    here = workflow.is_main_process and workflow.resource_settings.nodes is None
    if here and count_devices() and "gpu" not in workflow.global_resources:
        workflow.register_resource("gpu", count_devices())


queue_for_devices()


SUBMISSIONS = {arm.name: arm for arm in submissions(study)}
SUBMITTED = list(submitted_targets(study.targets))


def submitted_predictions(wildcards):
    """Tables that hold an arm's predictions."""
    arm = SUBMISSIONS[wildcards.arm]
    return [
        f"{RESULTS}/predictions/{arm.encoder}/{target}/batch{batch}.parquet"
        for target, batch in submitted_batches(study, arm)
    ]


def submission_flags(wildcards):
    """Flags that name an arm."""
    arm = SUBMISSIONS[wildcards.arm]
    return (
        f"--encoder {arm.encoder} --intermediate {arm.intermediate}"
        f" --intermediate-seed {arm.intermediate_seed} --target-seed {arm.target_seed}"
    )


wildcard_constraints:
    task=one_of(study.training_tasks()),
    variant=one_of(study.variants),
    encoder=one_of(study.encoders),
    source=one_of(study.encoder_sources()),
    target=one_of(study.targets),
    batch=r"\d+",
