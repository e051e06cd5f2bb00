"""The environments of envs/ hold what rules import, at the versions of requirements.txt."""

import re
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
PIN = re.compile(r"^([\w.-]+)==(\S+)", re.MULTILINE)
OF_RULES = ("Models and data", "Tables, statistics, figures", "Configuration", "Literature")
# Python 3.11 has it; torch asks for it from 3.12 on.
NOT_PINNED = {"setuptools"}


def pins(text: str) -> dict[str, str]:
    return {canonicalize_name(name): version for name, version in PIN.findall(text)}


def requirements() -> str:
    return (ROOT / "requirements.txt").read_text()


def environment() -> dict[str, str]:
    parts = YAML(typ="safe").load(ROOT / "envs/crosslift.yaml")["dependencies"]
    return pins("\n".join(parts[-1]["pip"]))


def needs(name: str, extra: str = "") -> set[str]:
    """Distributions that one needs where it is installed here."""
    found = [Requirement(text) for text in distribution(name).requires or []]
    found = [one for one in found if not one.marker or one.marker.evaluate({"extra": extra})]
    with_extras = [needs(canonicalize_name(one.name), e) for one in found for e in one.extras]
    return {canonicalize_name(one.name) for one in found}.union(*with_extras)


def test_versions_are_those_of_the_requirements():
    wanted = pins(requirements())
    assert {name: wanted.get(name) for name in environment()} == environment()


def test_all_that_rules_import_is_in_the_environment():
    sections = dict(re.findall(r"^# (.+)\n((?:[^#\n].*\n)+)", requirements(), flags=re.MULTILINE))
    direct = {name for section in OF_RULES for name in pins(sections[section])}
    assert len(direct) > 20
    assert direct <= set(environment())


def test_the_environment_is_pinned_to_the_last_dependency():
    for name in environment():
        assert needs(name) - NOT_PINNED <= set(environment()), name


def test_the_optional_requirements_agree_with_the_others():
    optional = pins((ROOT / "requirements-cluster.txt").read_text())
    assert {"snakemake-executor-plugin-slurm", "snakemake-storage-plugin-s3"} <= set(optional)
    assert not set(optional) & set(pins(requirements()))


def test_every_rule_with_a_command_names_an_environment_that_is_there():
    for path in sorted((ROOT / "rules").glob("*.smk")):
        for rule in re.split(r"^rule ", path.read_text(), flags=re.MULTILINE)[1:]:
            name = rule.split(":", 1)[0]
            if '"python ' in rule or "LAUNCHER" in rule:
                found = re.search(r'conda:\s+"([^"]+)"', rule)
                assert found, f"{path.name}: {name} has no conda environment"
                assert (path.parent / found[1]).exists(), f"{path.name}: {name}: {found[1]}"
