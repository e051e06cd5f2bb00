"""What a study says of the code that made it."""

import subprocess

import pytest

from crosslift.description import own_version


@pytest.fixture
def project(tmp_path):
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.2.3"\n')
    return tmp_path


def git(folder, *words):
    names = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", "-C", str(folder), *names, *words], check=True, capture_output=True)


def test_without_a_checkout_there_is_the_version_alone(project):
    assert own_version(project) == "1.2.3"


def test_a_checkout_gives_its_commit_and_marks_changes(project):
    git(project, "init")
    git(project, "add", "pyproject.toml")
    git(project, "commit", "-m", "first")
    clean = own_version(project)
    assert clean.startswith("1.2.3 (commit ")
    assert not clean.endswith("+)")
    (project / "pyproject.toml").write_text('[project]\nversion = "1.2.4"\n')
    assert own_version(project) == clean.replace("1.2.3", "1.2.4").replace(")", "+)")
