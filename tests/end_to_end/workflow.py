"""Running the workflow from a test: a small study on a random encoder, in a folder of its own."""

import re
import subprocess
import sys
from pathlib import Path

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]

TINY = {
    "study": "tiny",
    "title": "A study of the workflow itself",
    "authors": ["The crosslift authors"],
    "date": "2026-01-01",
    "question": "Does every station of the road hand on what the next one needs?",
    "sources": ["mini"],
    "encoders": ["random-tiny-1", "random-tiny-2"],
    "intermediates": {"mini-general-nli": None, "mini-legal-nli": None},
    "mixtures": {"both": ["mini-general-nli", "mini-legal-nli"]},
    "targets": {
        "mini-nli": {"languages": ["en", "de", "zh"]},
        "mini-choice": {"languages": ["en", "de", "zh"]},
        "mini-retrieval": {"languages": ["de", "zh"]},
    },
    "seeds": {"intermediate": [0], "target": [0, 1]},
    "jobs": {"intermediate": 2, "target": 3},
    "sizes": {"train": 24, "development": 6, "test": 6},
    "recipes": {
        phase: {"learning_rate": 1e-3, "epochs": 1, "batch_size": 8, "max_length": 64, "stride": 16}
        for phase in ("intermediate", "target")
    },
    "analysis": {"resamples": 100, "confidence": 0.95, "seed": 0},
    "analogues": {"mnli": "mini-general-nli", "xnli": "mini-nli", "tatoeba": "mini-retrieval"},
}


def write_study(folder: Path, config: dict, name: str = "study.yaml") -> Path:
    path = folder / name
    YAML(typ="safe").dump(config, path)
    return path


def command(folder: Path, study: Path | None, *flags: str) -> list[str]:
    """The command line that runs Snakemake in `folder`."""
    parts = [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile")]
    parts += ["--directory", str(folder), "--cores", "2", *flags]
    return parts if study is None else [*parts, "--configfile", str(study)]


def snakemake(folder: Path, study: Path | None, *flags: str) -> subprocess.CompletedProcess:
    """Run Snakemake in `folder`; the result holds its whole output as text."""
    return subprocess.run(
        command(folder, study, *flags), capture_output=True, text=True, timeout=900, check=False
    )


def planned(folder: Path, study: Path | None, *flags: str) -> dict[str, int]:
    """Jobs that a run would do, by rule; {} where there is nothing to do."""
    run = snakemake(folder, study, *flags, "--dry-run", "--quiet", "rules")
    output = run.stdout + run.stderr
    if run.returncode:
        raise AssertionError(output)
    counts = dict(re.findall(r"^(\w+) +(\d+)$", output, flags=re.MULTILINE))
    return {rule: int(count) for rule, count in counts.items() if rule not in ("total", "all")}
