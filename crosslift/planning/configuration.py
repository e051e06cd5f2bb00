"""A study's configuration, put together as Snakemake does: files, and single keys over them."""

import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from crosslift.errors import ConfigError
from crosslift.study import PROJECT


def read_configuration(
    files: Sequence[Path] | None, settings: Sequence[str] = ()
) -> tuple[dict[str, Any], str]:
    """The configuration and its name for messages.

    Parameters
    ----------
    files : sequence of Path or None
        `--configfile`, each over those before it; None reads the default study.
    settings : sequence of str
        `--config`: `KEY=VALUE`, where a value is YAML.

    Raises
    ------
    ConfigError
        If a file cannot be read or is no mapping, or a setting has no `=`.
    """
    config: dict[str, Any] = {}
    for path in files or [PROJECT / "config.yaml"]:
        merge(config, _read(path))
    given = [_setting(text) for text in settings]
    if not files and any(key == "study" for key, _ in given):
        raise ConfigError(
            "--config study=...: no file gives the rest of this study; copy config.yaml, change "
            "`study` in the copy, and name it with --configfile"
        )
    for key, value in given:
        merge(config, {key: value})
    return config, ", ".join(map(str, files or [])) or "the configuration"


def merge(config: dict[str, Any], changes: Mapping[str, Any]) -> None:
    """Lay changes over a configuration, mapping into mapping (`snakemake.utils.update_config`)."""
    for key, value in changes.items():
        own = config.get(key)
        if isinstance(value, Mapping) and isinstance(own, dict):
            merge(own, value)
        else:
            config[key] = dict(value) if isinstance(value, Mapping) else value


def _read(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    try:
        config = yaml.safe_load(text)  # JSON is read by it too
    except yaml.YAMLError as error:
        raise ConfigError(f"{path}: is not valid YAML: {error}") from error
    if not isinstance(config, dict):
        raise ConfigError(f"{path}: must be a mapping from keys to values, like config.yaml")
    return config


def _setting(text: str) -> tuple[str, Any]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise ConfigError(f"--config {text}: write KEY=VALUE")
    try:
        return key, _value(value)
    except yaml.YAMLError as error:
        raise ConfigError(f"--config {text}: the value is not valid YAML: {error}") from error


def _value(text: str) -> Any:
    """As Snakemake reads it: nothing, a number, True or False, or YAML where all else is text."""
    if not text:
        return None
    if text in ("True", "False"):
        return text == "True"
    for parse in (int, float):
        with contextlib.suppress(ValueError):
            return parse(text)
    return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 (texts, no objects)
