"""Makes and renews baselines."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from mtcheck.api.files import open_run, rules_only
from mtcheck.core.config import Config
from mtcheck.core.errors import UsageError
from mtcheck.core.report import Status


class BaselineResult(NamedTuple):
    """Numbers of accepted findings, documents that were read, and documents that were not."""

    findings: int
    documents: int
    failed: int


def write_baseline(
    paths: Sequence[str], config: Config, file: Path, *, overwrite: bool, keep: bool
) -> BaselineResult:
    """Check ``paths`` with rules alone and accept all findings.

    Args:
        paths: files, folders and globs.
        config: rules and languages.
        file: the baseline to write.
        overwrite: replace an existing file.
        keep: keep the entries of documents that are not among ``paths``.

    Raises:
        UsageError: the file exists and may not be overwritten, or nothing to check.
        ConfigError: an existing baseline that can't be read, or a file that can't be written.
    """
    from mtcheck.scoring import baseline

    if file.exists() and not overwrite:
        raise UsageError(
            "file-exists",
            "there is a baseline already",
            where=str(file),
            try_="mtcheck baseline update, or --force",
        )
    config = dataclasses.replace(rules_only(config), baseline=None)
    folder = file.absolute().parent
    old = baseline.load(file) if keep and file.exists() else baseline.Baseline({}, folder)
    found, read, failed = [], [], 0
    for report in open_run(paths, config):
        if report.status is Status.FAILED:
            failed += 1
            continue
        read.append(report.path)
        found.append((report.path, report.findings))
    made = baseline.update(old, baseline.count(found, folder), read)
    baseline.save(made, file)
    return BaselineResult(sum(len(f) for _, f in found), len(read), failed)
