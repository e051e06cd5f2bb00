"""What a study reads from outside: encoders and data sets, with their terms. Nothing is fetched."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from crosslift.catalogue import load_tasks
from crosslift.catalogue.encoders import HubSource, parse_encoder_name
from crosslift.catalogue.tasks import Task
from crosslift.data.files import find_data_root
from crosslift.planning.shapes import encoder_shape
from crosslift.study import Study


@dataclass(frozen=True)
class Download:
    """An encoder or a data set: where it is read from, its terms, its size where that is known."""

    name: str
    kind: str
    source: str
    licence: str
    size: str
    warning: str


def downloads(study: Study) -> Iterator[Download]:
    """Encoders, then data sets, then texts that only the user's own files have."""
    for base in study.encoder_sources():
        yield _encoder_download(study, base)
    root = find_data_root(study.data_root)
    for name in dict.fromkeys([*study.training_tasks(), *study.targets]):
        yield _data_download(study, load_tasks()[name], root)
    yield from _texts(study)


def _encoder_download(study: Study, base: str) -> Download:
    entry, _ = parse_encoder_name(base)
    wanted = study.encoder_source
    source = next((each for each in entry.sources if wanted in (None, each.kind)), None)
    size, place = "", f"{wanted}: DATA_ROOT/encoders/{base}"
    if isinstance(source, HubSource):
        place = f"hub: {source.repository} at {source.revision[:12]}"
        size = f"{4 * encoder_shape(base).parameters / 1e9:.1f} GB in float32"
    elif source is not None:
        place = f"{source.kind}: {getattr(source, 'requirement', 'made here')}"
    warnings = ["may hold pickled weights only"] if "pickled" in entry.note else []
    if isinstance(source, HubSource) and source.unconfirmed:
        warnings.append("its revision is unconfirmed")
    return Download(base, "encoder", place, entry.licence, size, "; ".join(warnings))


def _data_download(study: Study, task: Task, root: Path | None) -> Download:
    held = [kind for kind in study.sources if getattr(task.sources, kind)]
    places = {
        "mini": lambda source: "mini: made here",
        "hub": lambda source: f"hub: {source.id} at {source.revision[:24]}",
        "files": lambda source: f"files: DATA_ROOT/{source.folder}",
    }
    place = places[held[0]](getattr(task.sources, held[0]))
    sizes = task.sizes.model_dump(exclude_none=True, exclude={"source"}) if task.sizes else {}
    size = ", ".join(f"{number:,} {split}" for split, number in sizes.items())
    warning, files = "", task.sources.files
    if held == ["files"] and files and not (root and (root / files.folder).is_dir()):
        warning = files.access or f"put its files there, of {files.revision}"
    return Download(task.name, "data", place, task.licence, size, warning)


def _texts(study: Study) -> Iterator[Download]:
    """Translations, which no source but the user's files has, and texts without labels."""
    for name, variant in study.variants.items():
        if foreign := [code for code in variant.languages or [] if code != "en"]:
            place = f"files: DATA_ROOT/translations/{variant.of}"
            size = f"languages: {len(foreign)}"
            yield Download(name, "texts", place, "your own", size, "put them there")
        if variant.masked_lm and "mini" not in study.sources:
            size = f"languages: {len(study.text_languages(name))}"
            if "hub" in study.sources:
                yield Download(name, "texts", "hub: wikimedia/wikipedia", "CC BY-SA 4.0", size, "")
            else:
                place = "files: DATA_ROOT/unlabelled"
                yield Download(name, "texts", place, "your own", size, "put them there")
