"""The profiles agree with the rules: what a cluster runs, what runs where Snakemake does."""

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
SOURCES = [ROOT / "Snakefile", *sorted((ROOT / "rules").glob("*.smk"))]


def rules() -> dict[str, str]:
    """The text of every rule by its name."""
    parts = (re.split(r"^rule (\w+):", path.read_text(), flags=re.MULTILINE) for path in SOURCES)
    return {name: body for part in parts for name, body in zip(part[1::2], part[2::2], strict=True)}


def local_rules() -> set[str]:
    blocks = (
        re.findall(r"^localrules:\n((?: +\w+,\n)+)", path.read_text(), flags=re.MULTILINE)
        for path in SOURCES
    )
    return {name for found in blocks for block in found for name in re.findall(r"\w+", block)}


@pytest.fixture(scope="module")
def slurm() -> dict:
    return YAML(typ="safe").load(ROOT / "profiles/slurm/profile.v9+.yaml")


def test_every_rule_is_short_or_has_resources_on_a_cluster(slurm):
    submitted = set(slurm["set-resources"])
    assert submitted.isdisjoint(local_rules())
    assert submitted | local_rules() == set(rules()), (
        "name a rule that takes seconds among localrules in the Snakefile, and any other with its "
        "memory and time under set-resources in profiles/slurm/profile.v9+.yaml"
    )


def test_what_needs_a_gpu_is_submitted_to_a_partition_with_one(slurm):
    for name, body in rules().items():
        if re.search(r"^ +gpu=", body, flags=re.MULTILINE):
            assert {"slurm_partition", "gpu_model"} <= set(slurm["set-resources"][name]), name


def test_a_further_attempt_has_more_memory_and_time(slurm):
    given = [slurm["default-resources"], *slurm["set-resources"].values()]
    for resources in given:
        for name in {"mem_mb", "runtime"} & set(resources):
            assert "attempt" in resources[name]
    assert slurm["retries"] >= 1


def test_no_rule_has_retries_of_its_own():
    # A job on a cluster would carry them out itself, in the time and memory of the first.
    assert not [name for name, body in rules().items() if re.search(r"^ +retries:", body, re.M)]


def test_the_profiles_share_no_key(slurm):
    default = YAML(typ="safe").load(ROOT / "profiles/default/profile.v9+.yaml")
    # With --profile both hold, and the default's would win.
    assert set(default).isdisjoint(slurm)
