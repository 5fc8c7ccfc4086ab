"""Versions read from folders are those of the packages' metadata."""

from __future__ import annotations

from importlib import metadata

import pytest

from mtcheck.core.installed import version


@pytest.mark.parametrize("module", ["ctranslate2", "numpy", "sentencepiece", "typer"])
def test_version_is_that_of_the_metadata(module: str) -> None:
    assert version(module) == metadata.version(module)


def test_unknown_package_is_an_error() -> None:
    with pytest.raises(metadata.PackageNotFoundError):
        version("no_such_package_of_ours")
