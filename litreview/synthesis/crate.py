"""The report as a research object: one archive with tables, figures, workflow and provenance.

A Workflow Run Crate 0.5 (https://w3id.org/ro/wfrun/workflow/0.5) in RO-Crate 1.1: the workflow is
its main entity, its run an action of people with that workflow as instrument. Authors are people;
software is a contributor and never an author (a depositor's own rule, and Zenodo's). The times of
the run are in no table, so the action has none: the same tables give the same bytes.
"""

import hashlib
import io
import json
import mimetypes
import re
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from rocrate.model import ContextEntity, Person
from rocrate.model.file import File
from rocrate.rocrate import ROCrate

from litreview.files import InputError, write_bytes
from litreview.synthesis.content import text_of
from litreview.synthesis.model import Content
from litreview.synthesis.passages import passages_of

METADATA = "ro-crate-metadata.json"
MAIN, WORKFLOW = "workflow/Snakefile", "workflow/"
LICENCE = "https://spdx.org/licenses/MIT"
PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": ("Process Run Crate", "0.5"),
    "https://w3id.org/ro/wfrun/workflow/0.5": ("Workflow Run Crate", "0.5"),
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": ("Workflow RO-Crate", "1.0"),
}
RUN_CONTEXT = "https://w3id.org/ro/terms/workflow-run/context"
AGENT = {"SoftwareAgent": "http://www.w3.org/ns/prov#SoftwareAgent"}
FORMATS = {
    ".parquet": "application/vnd.apache.parquet",
    ".jsonl": "application/jsonl",
    ".bib": "application/x-bibtex",
    ".md": "text/markdown",
    ".smk": "text/plain",
    ".j2": "text/plain",
}
HOMES = {"crosslift": MAIN, "python": "https://www.python.org/"}
"""Addresses of software that no package index has."""
_ORCID = re.compile(r"\b(\d{4}-\d{4}-\d{4}-\d{3}[\dX])\b")
_TOOL = re.compile(r"\b(?:AI|GPT[-\w.]*|LLMs?|[Aa]utonomous|[Bb]ot|language model)\b")
_MOMENT = (1980, 1, 1, 0, 0, 0)
"""Date of every file in the archive, the earliest that a ZIP can hold."""


def people(authors: Iterable[str]) -> list[tuple[str, str]]:
    """Identifier and name of each author; an ORCID iD in a name becomes the identifier.

    Raises
    ------
    InputError
        If there is no author, or one reads as a tool: people answer for a deposit.
    """
    found = []
    for number, author in enumerate((one.strip() for one in authors), start=1):
        if not author or _TOOL.search(author):
            raise InputError(
                f"authors: {author!r} is no person; name the people who answer for the report "
                "(tools are named as tools in the archive)"
            )
        orcid = _ORCID.search(author)
        name = _ORCID.sub("", author).strip(" ,;()")
        found.append((f"https://orcid.org/{orcid[1]}" if orcid else f"#author-{number}", name))
    if not found:
        raise InputError("authors: empty; name the people who answer for the report")
    return found


def describe(content: Content, study: Mapping[str, Any], files: Mapping[str, Path]) -> bytes:
    """The archive's `ro-crate-metadata.json`.

    Parameters
    ----------
    content : Content
        The report.
    study : mapping
        The parsed `study.json`.
    files : mapping of str to Path
        Every file by its place in the archive; those of the workflow below `workflow/`.

    Raises
    ------
    InputError
        If an author is no person, or the workflow's main file is missing.
    """
    if MAIN not in files:
        raise InputError(
            f"{MAIN}: not among the files; the archive needs the workflow that was run"
        )
    crate = ROCrate(version="1.1")
    crate.metadata.extra_contexts.append(RUN_CONTEXT)
    crate.metadata.extra_terms.update(AGENT)
    authors = [
        crate.add(Person(crate, identifier, properties={"name": name}))
        for identifier, name in people(content.authors)
    ]
    _describe_root(crate, content, authors)
    entities = {
        place: _file(crate, place, path) for place, path in sorted(files.items()) if place != MAIN
    }
    workflow = crate.add_workflow(
        files[MAIN],
        MAIN,
        main=True,
        lang="snakemake",
        lang_version=study["versions"]["snakemake"],
        properties={"name": "crosslift", **_measures(files[MAIN]), "license": {"@id": LICENCE}},
    )
    workflow["author"] = authors
    tools = [_tool(crate, name, version) for name, version in study["versions"].items()]
    crate.root_dataset["contributor"] = tools
    disclosure = _disclosure(crate, content)
    results = [one for place, one in entities.items() if not _is_input(place)]
    inputs = [one for place, one in entities.items() if _is_card(place)]
    action = crate.add_action(
        workflow,
        identifier=f"#run-{hashlib.sha256(content.model_dump_json().encode()).hexdigest()[:12]}",
        object=[*inputs, *_encoders(crate, study)],
        result=results,
        properties={
            "name": f"Run of the study {content.study}",
            "description": f"snakemake synthesis, with the configuration in study.json: "
            f"{content.question}",
            "actionStatus": {"@id": "http://schema.org/CompletedActionStatus"},
        },
    )
    action["agent"] = authors
    crate.root_dataset["mentions"] = [action, disclosure]
    described = json.dumps(crate.metadata.generate(), indent=2, ensure_ascii=False)
    return (described + "\n").encode()


def _describe_root(crate: ROCrate, content: Content, authors: list[Person]) -> None:
    root = crate.root_dataset
    crate.name, crate.description = content.title, text_of(content.abstract)
    root["datePublished"] = content.date
    root["author"] = authors
    licence = {"@type": "CreativeWork", "name": "MIT License", "url": LICENCE}
    root["license"] = crate.add(ContextEntity(crate, LICENCE, properties=licence))
    root["conformsTo"] = [
        crate.add(
            ContextEntity(
                crate,
                identifier,
                properties={"@type": "CreativeWork", "name": name, "version": version},
            )
        )
        for identifier, (name, version) in PROFILES.items()
    ]


def _file(crate: ROCrate, place: str, path: Path) -> File:
    kind = FORMATS.get(path.suffix) or mimetypes.guess_type(path.name)[0]
    named = {"name": place.removeprefix(WORKFLOW)} | ({"encodingFormat": kind} if kind else {})
    return crate.add_file(
        path, place, properties={**named, **_measures(path), **_licence(place, path)}
    )


def _measures(path: Path) -> dict[str, str]:
    data = path.read_bytes()
    return {"contentSize": str(len(data)), "sha256": hashlib.sha256(data).hexdigest()}


def _licence(place: str, path: Path) -> dict[str, str]:
    """The licence that a card of data or of an encoder states of what it describes."""
    if not _is_card(place):
        return {}
    card = json.loads(path.read_text(encoding="utf-8"))
    stated = card.get("licence", "not stated")
    return {"description": f"Card of {card.get('title', place)}; licence of the data: {stated}"}


def _is_card(place: str) -> bool:
    return place.startswith(("data/", "encoders/"))


def _is_input(place: str) -> bool:
    return place.startswith(WORKFLOW) or _is_card(place)


def _tool(crate: ROCrate, name: str, version: str) -> ContextEntity:
    properties = {
        "@type": ["SoftwareApplication", "SoftwareAgent"],
        "name": name,
        "softwareVersion": version,
        "url": HOMES.get(name, f"https://pypi.org/project/{name}/"),
    }
    return crate.add(ContextEntity(crate, f"#software-{name}", properties=properties))


def _encoders(crate: ROCrate, study: Mapping[str, Any]) -> list[ContextEntity]:
    found = {entry.get("base", name): entry for name, entry in study["encoders"].items()}
    return [
        crate.add(
            ContextEntity(
                crate,
                f"#encoder-{name}",
                properties={
                    "@type": "CreativeWork",
                    "name": entry["title"],
                    "license": entry.get("licence", "not stated"),
                    "url": entry.get("reference", ""),
                },
            )
        )
        for name, entry in sorted(found.items())
    ]


def _disclosure(crate: ROCrate, content: Content) -> ContextEntity:
    """What was automated, in the report's own words."""
    (section,) = [one for one in content.sections if one.identifier == "disclosure"]
    texts = [text_of(runs) for runs in passages_of(section)]
    properties = {
        "@type": "CreativeWork",
        "name": "Disclosure of automation",
        "text": " ".join(texts),
    }
    return crate.add(ContextEntity(crate, "#disclosure", properties=properties))


def pack(metadata: bytes, files: Mapping[str, Path], output: Path) -> None:
    """Write the archive, atomically; the same files give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        _put(archive, METADATA, metadata)
        for place, path in sorted(files.items()):
            _put(archive, place, path.read_bytes())
    write_bytes(output, buffer.getvalue())


def _put(archive: zipfile.ZipFile, place: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(place, _MOMENT)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, data)
