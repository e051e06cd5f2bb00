"""What leaves with the report: references as BibTeX, and the record of corrections."""

import hashlib
import json
import zipfile

import bibtexparser
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rocrate.rocrate import ROCrate

from litreview.files import InputError, read_json
from litreview.schema import Panel
from litreview.synthesis import corrections as record
from litreview.synthesis import crate
from litreview.synthesis.bibtex import citation_key, escape, render_bibtex
from litreview.synthesis.content import build_content, text_of
from litreview.synthesis.model import Bullets, Paragraph, Reference, Table
from litreview.synthesis.references import number_references
from litreview.synthesis.report import with_corrections
from tests.litreview_examples import study, tables
from tests.litreview_papers import OTHER_PAPER, claim, inputs, paper

PANEL = Panel(
    reviews=[],
    score=6.0,
    low=5.0,
    high=7.0,
    alpha=None,
    alpha_low=None,
    alpha_high=None,
    caps=[],
    note="",
)


def references(*papers):
    found, unresolved = number_references(
        [one.paper_id for one in papers], {p.paper_id: p for p in papers}
    )
    assert unresolved == []
    return found


def parsed(text):
    """Entries of BibTeX by key; a block that failed is a fault."""
    library = bibtexparser.parse_string(text)
    assert library.failed_blocks == []
    return {entry.key: {f.key: f.value for f in entry.fields} for entry in library.entries}


def test_references_are_bibtex_that_a_parser_reads_back():
    named = paper(
        title="Gains of 5% & more: {A_B} at $1 ~ #2 \\ x^2",
        authors=["Jason Phang", "Févry, Thibault", "Research and Development Group"],
        version="v2",
        doi="10.18653/v1/2020.aacl-main.56",
        venue="AACL 2020",
    )
    (entry,) = parsed(render_bibtex(references(named))).values()
    assert entry["author"] == "Jason Phang and Févry, Thibault and {Research and Development Group}"
    assert entry["title"] == (
        r"{Gains of 5\% \& more: \{A\_B\} at \$1 \textasciitilde{} \#2 \textbackslash{} "
        r"x\textasciicircum{}2}"
    )
    assert (entry["eprint"], entry["archivePrefix"]) == ("2005.13013v2", "arXiv")
    assert (entry["year"], entry["howpublished"]) == ("2020", "AACL 2020")
    assert entry["doi"] == "10.18653/v1/2020.aacl-main.56"
    assert entry["url"] == "https://arxiv.org/abs/2005.13013"


def test_a_withdrawn_paper_has_a_note_and_one_outside_arxiv_no_eprint():
    other = paper("doi:10.1/x", arxiv_id=None, doi="10.1/x", url="https://doi.org/10.1/x")
    entries = parsed(render_bibtex(references(paper(status="retracted"), other)))
    notes = [entry.get("note") for entry in entries.values()]
    assert sorted(notes, key=str) == [None, "Retracted"]
    (outside,) = [entry for entry in entries.values() if "eprint" not in entry]
    assert "howpublished" not in outside


def test_every_author_is_there_though_the_printed_list_is_cut():
    many = paper(authors=[f"First{n} Last{n}" for n in range(20)])
    (reference,) = references(many)
    assert reference.authors.endswith("et al.")
    (entry,) = parsed(render_bibtex([reference])).values()
    assert len(entry["author"].split(" and ")) == 20


def test_keys_are_plain_and_unique():
    names = ["Iker García-Ferrero"]
    papers = [paper(f"arxiv:2404.{n:05d}", authors=names, title="On a Gain") for n in range(30)]
    keys = list(parsed(render_bibtex(references(*papers))))
    assert keys[:3] == ["garciaferrero2020gain", "garciaferrero2020gaina", "garciaferrero2020gainb"]
    assert keys[27] == "garciaferrero2020gainaa"
    assert len(set(keys)) == 30
    assert citation_key(references(paper(authors=["王"], title="测试"))[0]) == "anonymous2020"


@given(st.text(max_size=60))
def test_any_title_keeps_its_entry_whole(title):
    reference = Reference(
        number=1,
        paper_id="p",
        authors="A",
        year=2020,
        title=" ".join(title.split()) or "x",
        venue="",
        url="https://example.org",
        status="ok",
        names=["A. B"],
    )
    escaped = escape(reference.title)
    opened = escaped.replace("\\{", "").replace("\\}", "")
    assert opened.count("{") == opened.count("}")
    (entry,) = parsed(render_bibtex([reference])).values()
    assert entry["url"] == "https://example.org"


def version(panel=PANEL, **changes):
    return record.version_of(build_content(inputs(**changes)), panel)


def test_the_first_version_says_so_and_the_same_one_again_changes_nothing(tmp_path):
    first = version()
    assert record.previous_version(first, tmp_path) is None
    record.keep_version(first, tmp_path)
    record.keep_version(version(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [f"0001-{first.digest[:12]}.json"]
    found = record.corrections("tiny", first, record.previous_version(first, tmp_path))
    assert (found.previous, found.events) == (None, [])


def test_a_version_is_compared_with_the_last_other_one(tmp_path):
    old, new = version(), version(claims=inputs().claims[:2])
    record.keep_version(old, tmp_path)
    assert record.previous_version(new, tmp_path) == old
    record.keep_version(new, tmp_path)
    # Laid out anew, it is still compared with the one before it.
    assert record.previous_version(new, tmp_path) == old
    assert record.previous_version(old, tmp_path) == new


def changed(before, after):
    return [(e.type, e.change, e.subject) for e in record.events_between(before, after)]


def test_claims_verdicts_references_score_and_authors_are_events():
    before = version()
    fewer = version(claims=inputs().claims[:2])
    assert changed(before, fewer) == [("claim", "removed", "C3"), ("verdict", "removed", "C3")]
    assert changed(fewer, before) == [("claim", "added", "C3"), ("verdict", "added", "C3")]
    reworded = [claim("Something else helps.", "C3"), *inputs().claims[:2]]
    assert ("claim", "changed", "C3") in changed(before, version(claims=reworded))
    withdrawn = version(papers=[paper(status="withdrawn"), paper(OTHER_PAPER, year=2018)])
    assert {one for one in changed(before, withdrawn) if one[0] == "reference"} == {
        ("reference", "changed", "arxiv:2005.13013"),
        ("reference", "changed", OTHER_PAPER),
    }
    lower = version(PANEL.model_copy(update={"score": 3.0, "caps": ["One fault."]}))
    assert changed(before, lower) == [
        ("review", "changed", "score"),
        ("review", "changed", "caps"),
    ]


def test_figures_are_events_beyond_rounding():
    before = version()
    # The gain of legal-nli on nli is 2.0 and 3.0 points; its mean is that of two targets.
    near = version(effects=tables(legal_nli__nli=2.05)["effects"], checks=inputs().checks)
    assert [one for one in changed(before, near) if one[0] == "figure"] == []
    far = version(effects=tables(legal_nli__nli=2.5)["effects"], checks=inputs().checks)
    subjects = [subject for kind, _, subject in changed(before, far) if kind == "figure"]
    assert "gains with small-3: legal-nli; nli \N{DAGGER}" not in subjects
    assert "gains with small-3: legal-nli; nli" in subjects
    assert not any("medical" in subject for subject in subjects)


def test_every_measured_figure_of_a_table_is_followed():
    content = build_content(inputs())
    cells = [
        cell
        for section in content.sections
        for block in section.blocks
        if isinstance(block, Table) and block.name in record.MEASURED
        for row in block.rows
        for cell, numeric in zip(row, block.numeric, strict=True)
        if numeric and "." in cell.text
    ]
    assert len(record.version_of(content, PANEL).said["figure"]) == len(cells)


def texts(changes):
    """The section of changes as it is laid out."""
    content = with_corrections(build_content(inputs()), changes)
    blocks = content.sections[-1].blocks
    points = [text_of(item) for b in blocks if isinstance(b, Bullets) for item in b.items]
    return " ".join(text_of(b.runs) for b in blocks if isinstance(b, Paragraph)), points


def test_the_changes_are_told_in_the_report():
    before, after = version(), version(claims=inputs().claims[:2])
    told, points = texts(record.corrections("tiny", before, None))
    assert told.startswith("This is the first version of this report, so there is no earlier one")
    assert points == []
    told, points = texts(record.corrections("tiny", after, before))
    assert (
        f"Since the version of 2026-07-08 (digest {before.digest[:12]}), one claim and one " in told
    )
    assert "verdict have been added, removed or changed." in told
    assert points[0] == (
        "Claim removed, C3: “Knowledge graphs make the translation of poetry faster.”."
    )
    same = record.corrections("tiny", before, before.model_copy(update={"digest": "0" * 64}))
    assert "Nothing that this record follows has changed since the version of" in texts(same)[0]


def test_a_file_that_is_no_version_is_named(tmp_path):
    (tmp_path / "0001-x.json").write_text('{"digest": 1}')
    with pytest.raises(InputError, match=r"0001-x\.json: not a version of this report"):
        record.previous_version(version(), tmp_path)


def test_the_record_is_typed(tmp_path):
    from litreview.files import write_json

    found = record.corrections("tiny", version(claims=[]), version())
    write_json(tmp_path / "corrections.json", found.model_dump(mode="json"))
    again = record.Corrections.model_validate(read_json(tmp_path / "corrections.json"))
    assert again == found
    assert {event.type for event in again.events} == {"claim", "verdict"}


@pytest.fixture
def packed(tmp_path):
    """A crate of a few files, with its metadata and the files that went into it."""
    made = {
        "report/synthesis.md": "# Report",
        "effects.parquet": "not read here",
        "data/nli/training.json": '{"title": "NLI", "licence": "CC BY 4.0"}',
        "workflow/Snakefile": "rule all:",
        "workflow/rules/common.smk": "",
    }
    files = {}
    for place, text in made.items():
        files[place] = tmp_path / "files" / place
        files[place].parent.mkdir(parents=True, exist_ok=True)
        files[place].write_text(text)
    design = study(
        versions={"snakemake": "9.27.1", "python": "3.11"}, authors=[PERSON, "B. Author"]
    )
    content = build_content(inputs(study=design, checks=[]))
    metadata = crate.describe(content, design, files)
    output = tmp_path / "crate.zip"
    crate.pack(metadata, files, output)
    return content, design, files, output


PERSON = "A. Author (0000-0001-9842-9718)"


def graph(output):
    with zipfile.ZipFile(output) as archive:
        described = json.loads(archive.read(crate.METADATA))
        return {one["@id"]: one for one in described["@graph"]}, archive.namelist()


def refs(value):
    """Identifiers that a property points to."""
    if isinstance(value, list):
        return [found for one in value for found in refs(one)]
    return [value["@id"]] if isinstance(value, dict) and set(value) == {"@id"} else []


def test_the_crate_has_what_its_profiles_require(packed):
    _, _, _, output = packed
    entities, _ = graph(output)
    root = entities["./"]
    assert set(refs(root["conformsTo"])) == set(crate.PROFILES)
    assert all(entities[one]["version"] for one in crate.PROFILES)
    assert {"name", "description", "datePublished", "license", "author"} <= set(root)
    assert refs(root["mainEntity"]) == [crate.MAIN]
    main = entities[crate.MAIN]
    assert {"File", "SoftwareSourceCode", "ComputationalWorkflow"} == set(main["@type"])
    language = entities[refs(main["programmingLanguage"])[0]]
    assert (language["name"], language["version"]) == ("Snakemake", "9.27.1")
    (action,) = [one for one in entities.values() if one["@type"] == "CreateAction"]
    assert refs(action["instrument"]) == [crate.MAIN]
    assert action["@id"] in refs(root["mentions"])
    assert "report/synthesis.md" in refs(action["result"])
    assert "data/nli/training.json" in refs(action["object"])
    assert set(refs(action["agent"])) == set(refs(root["author"]))


def test_every_file_of_the_crate_is_there_and_every_link_within_it_leads_somewhere(packed):
    _, _, files, output = packed
    entities, names = graph(output)
    assert sorted(refs(entities["./"]["hasPart"])) == sorted(files)
    assert sorted(names) == sorted([*files, crate.METADATA])
    with zipfile.ZipFile(output) as archive:
        for place in files:
            data = archive.read(place)
            assert entities[place]["sha256"] == hashlib.sha256(data).hexdigest()
            assert entities[place]["contentSize"] == str(len(data))
    targets = {to for one in entities.values() for value in one.values() for to in refs(value)}
    outside = {one for one in targets - set(entities) if not one.startswith("http")}
    assert outside == set()


def test_people_are_authors_and_tools_are_software_agents(packed):
    _, _, _, output = packed
    entities, _ = graph(output)
    authors = [entities[one] for one in refs(entities["./"]["author"])]
    assert [(one["@id"], one["@type"], one["name"]) for one in authors] == [
        ("https://orcid.org/0000-0001-9842-9718", "Person", "A. Author"),
        ("#author-2", "Person", "B. Author"),
    ]
    tools = [entities[one] for one in refs(entities["./"]["contributor"])]
    assert {one["name"] for one in tools} == {"snakemake", "python"}
    assert all("SoftwareAgent" in one["@type"] and one["softwareVersion"] for one in tools)
    assert "the tools are not authors" in entities["#disclosure"]["text"]
    card = entities["data/nli/training.json"]
    assert card["description"] == "Card of NLI; licence of the data: CC BY 4.0"


@pytest.mark.parametrize(
    "author", ["", "Autonomous AI Research System", "GPT-9", "The research bot", "An LLM"]
)
def test_a_deposit_needs_people_for_authors(author):
    with pytest.raises(InputError, match=r"authors: .* is no person"):
        crate.people(["A. Author", author])
    assert crate.people(["Ai Weiwei"]) == [("#author-1", "Ai Weiwei")]


def test_a_crate_without_its_workflow_is_refused(packed):
    content, design, files, _ = packed
    with pytest.raises(InputError, match="workflow/Snakefile: not among the files"):
        crate.describe(content, design, {"a.txt": files["report/synthesis.md"]})


def test_the_same_files_give_the_same_archive(packed, tmp_path):
    content, design, files, output = packed
    again = tmp_path / "again.zip"
    crate.pack(crate.describe(content, design, dict(reversed(files.items()))), files, again)
    assert again.read_bytes() == output.read_bytes()


def test_the_crate_is_read_by_the_package_that_reads_crates(packed, tmp_path):
    _, _, files, output = packed
    read = ROCrate(output)
    assert read.mainEntity.id == crate.MAIN
    assert {one.id for one in read.data_entities} == set(files)


GIVEN = "Given to the run and not made by it"


def test_the_disclosure_tells_what_the_run_did_and_what_was_given_to_it():
    content = build_content(inputs())
    (section,) = [one for one in content.sections if one.identifier == "disclosure"]
    points = [text_of(item) for b in section.blocks if isinstance(b, Bullets) for item in b.items]
    heads = [point.partition(":")[0] for point in points]
    assert heads == [
        *("Written by software", "Done by rules", "Measured", GIVEN),
        *("Known of its quality", "Responsibility"),
    ]
    assert "No language model was used." in points[0]
    assert "three verdicts, four checks against the measurements" in points[1]
    assert "the choice of the papers" in points[3]
    assert "not calibrated" in points[4]
    live = study(config={**study()["config"], "literature": {"mode": "live"}})
    told = " ".join(
        text_of(item)
        for one in build_content(inputs(study=live)).sections
        if one.identifier == "disclosure"
        for b in one.blocks
        if isinstance(b, Bullets)
        for item in b.items
    )
    assert "Done by rules: search, removal of duplicates and screening" in told
    assert "choice of the papers" not in told
