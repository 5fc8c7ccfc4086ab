"""A run over files, as the command line makes it: found, read, checked, counted."""

from __future__ import annotations

import dataclasses
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mtcheck.core.config import Config, GateConfig
from mtcheck.core.errors import ExitCode, UsageError
from mtcheck.core.report import (
    GateReason,
    GateResult,
    Report,
    Status,
    Summary,
    SummaryTally,
    Tool,
    Verdict,
)

if TYPE_CHECKING:
    from mtcheck.core.rule_info import RuleInfo
    from mtcheck.run.journal import Journal
    from mtcheck.run.pipeline import Job, Pipeline

NO_SUCH_FILE = "no-such-file"
# Codes of documents that are the user's mistake rather than a document's fault.
_USAGE_CODES = {NO_SUCH_FILE}
# Code of a skip for want of a model, as mtcheck.run.measure gives it.
_MODEL_MISSING = "model-missing"
# One document is checked faster than anybody could interrupt it.
_JOURNAL_FROM = 2


class FileRun:
    """Checks jobs in order and keeps count; iterate once.

    Args:
        jobs: what to check.
        config: for all of it.
        only_lines: changed lines by path, None for all lines.
        journal: remembers finished documents.
    """

    def __init__(
        self,
        jobs: Sequence[Job],
        config: Config,
        *,
        only_lines: Mapping[str, Sequence[tuple[int, int]]] | None = None,
        journal: Journal | None = None,
    ) -> None:
        from mtcheck import __version__
        from mtcheck.run.pipeline import Pipeline
        from mtcheck.scoring.gate import GateTally

        self.config = config
        self.tool = Tool(version=__version__)
        self.total = len(jobs)
        self.done = 0
        self._jobs = jobs
        self._only_lines = only_lines
        self._journal = journal
        # Opened at once: a configuration that can't be used must fail before anything is written.
        self.pipeline: Pipeline = Pipeline(config, version=__version__, only_lines=only_lines)
        self._summary = SummaryTally()
        self._gate = GateTally()
        self._codes: set[str] = set()
        self._failed = 0

    def __iter__(self) -> Iterator[Report]:
        """Yield the reports in the order of the jobs."""
        from mtcheck.run.batch import run

        processes = self.config.jobs or (os.cpu_count() or 1)
        reports = run(
            self._jobs,
            self.config,
            version=self.tool.version,
            processes=min(processes, max(1, self.total)),
            only_lines=self._only_lines,
            journal=self._journal,
            pipeline=self.pipeline,
        )
        try:
            for report in reports:
                self.done += 1
                self._summary.add(report)
                self._gate.add(report)
                self._failed += report.status is Status.FAILED
                self._codes.update(s.code for s in report.skips if s.code and s.blocking)
                yield report
        finally:
            if self._journal is not None:
                self._journal.close(finished=self.done == self.total)

    def summary(self) -> Summary:
        """Return the counts so far."""
        return self._summary.result()

    def gate(self, *, interrupted: bool = False) -> GateResult:
        """Return the verdict so far."""
        result = self._gate.result()
        if interrupted and result.verdict is not Verdict.FAIL:
            reason = GateReason("complete", f"interrupted after {self.done} of {self.total}")
            return GateResult(Verdict.INCOMPLETE, (reason, *result.reasons))
        return result

    def remarks(self) -> tuple[str, ...]:
        """Return what people should know about the run itself."""
        problem = self._journal.problem if self._journal is not None else None
        return (problem,) if problem else ()

    def exit_code(self, *, interrupted: bool = False, written: bool = True) -> ExitCode:
        """Return the exit code of the run.

        Args:
            interrupted: Ctrl-C stopped it.
            written: every report could be written.
        """
        if interrupted:
            return ExitCode.INTERRUPTED
        if self._failed and self._failed == self.total and self._codes <= _USAGE_CODES:
            return ExitCode.USAGE
        verdict = self.gate().verdict
        if verdict is Verdict.FAIL:
            return ExitCode.GATE_FAILED
        if not written:
            return ExitCode.USAGE
        if self._failed and self.config.gate.strict_inputs:
            return ExitCode.INPUTS
        if verdict is Verdict.INCOMPLETE:
            return ExitCode.MODEL if _MODEL_MISSING in self._codes else ExitCode.GATE_FAILED
        return ExitCode.OK


def rule_infos(run: FileRun) -> Mapping[str, RuleInfo]:
    """Return the descriptions of all rules that findings of the run may name."""
    from mtcheck.api.rules import RuleInfos

    return RuleInfos(run.pipeline.resources.rules())


def open_run(
    paths: Sequence[str],
    config: Config,
    *,
    source: Path | None = None,
    stdin_filename: str | None = None,
    input_format: str | None = None,
    changed_since: str | None = None,
    diff_stdin: bool = False,
    resume: bool = False,
    reports: Sequence[str] = (),
) -> FileRun:
    """Find what ``paths`` name and return the run over it.

    Args:
        paths: files, folders, globs; ``-`` is standard input.
        config: for all of it.
        source: the original of the single input.
        stdin_filename: name, and so format, of standard input.
        input_format: format of all inputs; by file name if None.
        changed_since: git revision; only lines changed since are reported on.
        diff_stdin: a unified diff on standard input says which lines are reported on.
        resume: take finished documents from the journal of the last such run.
        reports: files that reports go to: those of the last run are no texts to check.

    Raises:
        UsageError: nothing to check, or options that exclude each other.
        ConfigError: a configuration that can't be used.
    """
    from mtcheck import __version__

    if changed_since is not None and diff_stdin:
        raise UsageError("two-diffs", "--changed-since and --diff-stdin exclude each other")
    only_lines = _changed_lines(changed_since, diff_stdin)
    if not paths:
        if only_lines is None:
            raise UsageError("no-paths", "nothing to check", try_="mtcheck check FILE or FOLDER")
        paths = ["."]
    jobs = _jobs(paths, config, source, stdin_filename, input_format, reports)
    if only_lines is not None:
        changed = {os.path.realpath(path): ranges for path, ranges in only_lines.items()}
        jobs = [job for job in jobs if os.path.realpath(job.path) in changed]
        only_lines = {job.path: changed[os.path.realpath(job.path)] for job in jobs}
    journal = None
    if len(jobs) >= _JOURNAL_FROM or resume:
        from mtcheck.engines.cache import default_cache_dir
        from mtcheck.run.journal import Journal, run_id

        folder = Path(config.cache_dir) if config.cache_dir else default_cache_dir()
        run = run_id(config, [job.path for job in jobs], __version__)
        journal = Journal(folder, run, Tool(version=__version__), resume=resume)
    return FileRun(jobs, config, only_lines=only_lines, journal=journal)


def rules_only(config: Config) -> Config:
    """Return ``config`` without round trip, judge and thresholds: only findings are wanted."""
    return dataclasses.replace(
        config,
        roundtrip=dataclasses.replace(config.roundtrip, enabled=False),
        judge=dataclasses.replace(config.judge, model="none"),
        gate=GateConfig(fail_on="never"),
    )


def open_roundtrip(
    paths: Sequence[str],
    config: Config,
    *,
    text: str | None = None,
    stdin_filename: str | None = None,
    input_format: str | None = None,
) -> FileRun:
    """Return a run that only makes round trips: no rules, no judge, no thresholds.

    Args:
        paths: as `open_run`.
        config: languages, pivots and models.
        text: a text to use instead of files.
        stdin_filename: as `open_run`.
        input_format: as `open_run`.

    Raises:
        UsageError: nothing to translate, or both text and paths.
    """
    from mtcheck.run.pipeline import Job

    if (text is None) == (not paths):
        raise UsageError("no-paths", "give either files or --text", try_="mtcheck roundtrip FILE")
    config = dataclasses.replace(
        config,
        roundtrip=dataclasses.replace(config.roundtrip, enabled=True),
        rules=dataclasses.replace(config.rules, ignore=("ALL",)),
        judge=dataclasses.replace(config.judge, model="none"),
        gate=GateConfig(fail_on="never"),
        baseline=None,
        overrides=(),
    )
    if text is not None:
        return FileRun([Job(text)], config)
    return FileRun(_jobs(paths, config, None, stdin_filename, input_format), config)


def _changed_lines(
    since: str | None, diff_stdin: bool
) -> Mapping[str, Sequence[tuple[int, int]]] | None:
    if since is None and not diff_stdin:
        return None
    from mtcheck.readers.changed import changed_lines_since, lines_of_diff

    if since is not None:
        found = changed_lines_since(since, Path.cwd())
    else:
        found = lines_of_diff(sys.stdin.read(), Path.cwd())
    return {str(path): tuple(ranges) for path, ranges in found.items()}


def _jobs(
    paths: Sequence[str],
    config: Config,
    source: Path | None,
    stdin_filename: str | None,
    input_format: str | None,
    reports: Sequence[str] = (),
) -> list[Job]:
    from mtcheck.readers import discover
    from mtcheck.run.inputs import Stream
    from mtcheck.run.pipeline import Job

    jobs: list[Job] = []
    if "-" in paths:
        stream = Stream(sys.stdin.buffer.read(), stdin_filename or "<stdin>")
        jobs.append(Job(stream, source, format=input_format))
    files = [path for path in paths if path != "-"]
    # A glossary or report in a checked folder is no text to check, unless it is named itself.
    own = (*config.rules.glossaries, *config.rules.words, *reports)
    others = {os.path.realpath(p) for p in own} - {os.path.realpath(p) for p in files}
    jobs += [
        Job(found, source, format=input_format)
        for found in discover(files, exclude=config.exclude, root=config.root)
        if not others or os.path.realpath(found) not in others
    ]
    if source is not None and len(jobs) != 1:
        raise UsageError(
            "one-source", f"--source goes with one input, here are {len(jobs)}", where=str(source)
        )
    return jobs
