"""One chunk of documents from the reader to finished reports."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mtcheck.core.config import Config, GateConfig, RulesConfig
from mtcheck.core.documents import Document
from mtcheck.core.errors import InputError, MtcheckError
from mtcheck.core.evidence import Evidence, SuspiciousWord
from mtcheck.core.findings import Finding, SuppressedBy, Suppression
from mtcheck.core.report import Report, SegmentReport, Skip, Status, Tool
from mtcheck.core.spans import Span, lines_of
from mtcheck.run import settings
from mtcheck.run.inputs import Item, load, prepare, require_text
from mtcheck.run.measure import Measured, measure
from mtcheck.run.resources import Resources
from mtcheck.run.scores import all_scores
from mtcheck.scoring import baseline as baselines
from mtcheck.scoring import gate, suppress

if TYPE_CHECKING:
    from mtcheck.checks.rule import Rule

# Lines of each document that findings may be reported on (changed lines); absent = all of them.
LineFilter = Mapping[str, Sequence[tuple[int, int]]]


@dataclasses.dataclass(frozen=True, slots=True)
class Job:
    """One thing to check, with its original if there is one; ``lang`` wins over all else."""

    item: Item
    source: str | Path | None = None
    lang: str | None = None
    format: str | None = None

    @property
    def path(self) -> str:
        """Name of the document in reports."""
        if isinstance(self.item, Path):
            return str(self.item)
        return "<text>" if isinstance(self.item, str) else self.item.uri


class Pipeline:
    """Checks documents with one configuration; engines stay open between calls.

    Raises:
        ConfigError: a user rule, glossary or baseline that can't be used.
        UsageError: a language that mtcheck does not know.
    """

    def __init__(
        self, config: Config, *, version: str, only_lines: LineFilter | None = None
    ) -> None:
        self.tool = Tool(version=version)
        self.resources = Resources(config)
        self._only_lines = only_lines
        self._fingerprints: dict[tuple[str, ...], str] = {}
        self._selections: dict[tuple[str | None, bool], tuple[RulesConfig, tuple[Rule, ...]]] = {}
        self._baseline = baselines.load(Path(config.baseline)) if config.baseline else None
        # Errors of the user's own settings must not wait for the first document.
        self.config = settings.checked(config, self.resources.rules())

    def check(self, jobs: Sequence[Job]) -> list[Report]:
        """Return one report a job, in order; a document that fails is a report of its own."""
        loaded: list[tuple[Document, Config] | Report] = [self._load(job) for job in jobs]
        good = [entry for entry in loaded if not isinstance(entry, Report)]
        started = time.perf_counter()
        measured = measure(good, self.resources)
        engines_ms = 1000 * (time.perf_counter() - started)
        segments = sum(len(d.segments) for d, _ in good) or 1
        evidence = iter(zip(good, measured, strict=True))
        reports = []
        for entry in loaded:
            if isinstance(entry, Report):
                reports.append(entry)
                continue
            (document, config), found = next(evidence)
            share = engines_ms * len(document.segments) / segments
            try:
                reports.append(self._report(document, config, found, share))
            except MtcheckError as error:
                reports.append(self.failed(document.uri, error, document.raw))
            except Exception as error:
                reports.append(self.failed(document.uri, _fault(error), document.raw))
        return reports

    def _load(self, job: Job) -> tuple[Document, Config] | Report:
        config = settings.for_path(self.config, job.path)
        if job.lang is not None:
            config = dataclasses.replace(config, lang=job.lang)
        try:
            document = load(job.item, config, source=job.source, format=job.format)
            document = prepare(require_text(document), config)
            return document, settings.for_document(self.config, job.path, document.lang)
        except MtcheckError as error:
            return self.failed(job.path, error)
        except Exception as error:
            return self.failed(job.path, _fault(error))

    def failed(self, path: str, error: MtcheckError, text: str = "") -> Report:
        """Return the report of a document that could not be processed."""
        skip = Skip(what="document", why=error.what, needed=error.try_, code=error.code)
        return Report(
            path=path,
            status=Status.FAILED,
            lang=None,
            words=0,
            text=text,
            skips=(skip,),
            gate=gate.failed_document(skip, self.config.gate),
            tool=self.tool,
        )

    def _report(
        self, document: Document, config: Config, measured: Measured, engines_ms: float
    ) -> Report:
        from mtcheck.checks.engine import check
        from mtcheck.text.words import count

        started = time.perf_counter()
        rules = self._rules_for(config.rules, document)
        result = check(
            document, rules, options=config.rules, reference_date=document.meta.published
        )
        findings, silenced, notes = self._sift(document, result.findings)
        rules_ms = 1000 * (time.perf_counter() - started)
        words = count(document.text, document.lang)
        scores, skips = all_scores(
            document,
            config,
            findings=findings,
            silenced=silenced,
            words=words,
            rules=self._fingerprint(rules) if rules else None,
            measured=measured,
            resources=self.resources,
            version=self.tool.version,
        )
        all_skips = (*measured.skips, *result.skips, *skips)
        segments = _segment_reports(document, measured)
        verdict = gate.judge(
            # Thresholds ask for nothing where nothing is translated yet.
            config.gate if document.text.strip() else GateConfig(),
            path=document.uri,
            findings=findings,
            scores=scores,
            segments=segments,
            skips=all_skips,
            line_of=lines_of(document.raw, (s.span.start for s in segments)),
            signs=_signs(findings, rules),
        )
        remarks = tuple(r for trip in measured.trips for r in trip.remarks)
        return Report(
            path=document.uri,
            status=Status.PARTIAL if any(s.blocking for s in all_skips) else Status.OK,
            lang=document.lang,
            source_lang=document.source_lang,
            words=words,
            text=document.raw,
            format=document.format,
            scores=scores,
            segments=segments,
            findings=findings,
            suppressed=silenced,
            skips=all_skips,
            notes=(*document.notes, *dict.fromkeys(remarks), *notes),
            gate=verdict,
            provenance={
                "rules": f"{len(rules)} rules",
                **self.resources.provenance(measured.trips),
            },
            timings_ms={"engines": engines_ms, "rules": rules_ms},
            tool=self.tool,
        )

    def _rules_for(self, config: RulesConfig, document: Document) -> tuple[Rule, ...]:
        """Return the rules to run; chosen once for all documents with one configuration."""
        key = document.lang, document.bilingual
        known = self._selections.get(key)
        if known is None or known[0] is not config:
            rules = self.resources.rules()
            known = config, rules.select(config, document.lang, bilingual=document.bilingual)
            self._selections[key] = known
        return known[1]

    def _fingerprint(self, rules: tuple[Rule, ...]) -> str:
        """Return number and hash of what the rules say, for signatures; made once a selection."""
        ids = tuple(rule.id for rule in rules)
        if ids not in self._fingerprints:
            self._fingerprints[ids] = _fingerprint(rules)
        return self._fingerprints[ids]

    def _sift(
        self, document: Document, findings: Sequence[Finding]
    ) -> tuple[tuple[Finding, ...], tuple[Finding, ...], tuple[str, ...]]:
        """Split findings into those that count and silenced ones; unused suppressions are notes."""
        directives = suppress.parse(document.raw, format=document.format)
        kept, silenced, unused = suppress.split(findings, directives)
        notes = tuple(
            f"line {s.line}: this suppression of {', '.join(s.rules)} silences nothing"
            for s in unused
        )
        if self._baseline is not None:
            kept, known = self._baseline.split(document.uri, kept)
            silenced += known
        ranges = (self._only_lines or {}).get(document.uri)
        if self._only_lines is not None and ranges is not None:
            why = Suppression(SuppressedBy.UNCHANGED, "its lines did not change")
            silenced += tuple(
                dataclasses.replace(f, suppression=why) for f in kept if not _touches(f, ranges)
            )
            kept = tuple(f for f in kept if _touches(f, ranges))
        return kept, silenced, notes


def _signs(findings: Sequence[Finding], rules: Sequence[Rule]) -> list[Finding]:
    """Return the findings of rules that speak for a machine."""
    machine = {rule.id for rule in rules if "machine" in rule.info.speaks_to}
    return [f for f in findings if f.rule in machine]


def _fingerprint(rules: tuple[Rule, ...]) -> str:
    """Return a hash of what the rules say, for signatures."""
    digest = hashlib.sha256()
    for rule in rules:
        digest.update(f"{rule.id}\0{rule.info.severity}\0{rule.digest}\n".encode())
    return f"{len(rules)}-{digest.hexdigest()[:8]}"


def _touches(finding: Finding, ranges: Sequence[tuple[int, int]]) -> bool:
    last = finding.end_line or finding.line
    return any(first <= last and finding.line <= end for first, end in ranges)


def _fault(error: Exception) -> InputError:
    if os.environ.get("MTCHECK_DEBUG"):
        raise error
    return InputError(
        "internal-fault",
        f"internal fault, please report it: {type(error).__name__}: {error}",
        try_="--debug shows where it happened",
    )


def _segment_reports(document: Document, measured: Measured) -> tuple[SegmentReport, ...]:
    evidence = measured.evidence
    out = []
    for i, segment in enumerate(document.segments):
        span = document.offsets.to_raw(segment.span)
        block = document.blocks[segment.block] if segment.block < len(document.blocks) else None
        out.append(
            SegmentReport(
                index=segment.index,
                span=span,
                text=span.of(document.raw),
                lang=segment.lang,
                unit=block.unit if block else None,
                source=segment.source,
                roundtrips=evidence.roundtrips[i] if evidence.roundtrips else (),
                fluency=evidence.fluency[i] if evidence.fluency else None,
                quality=evidence.quality[i] if evidence.quality else None,
                suspicious=_suspicious(document, segment.span, evidence, i),
            )
        )
    return tuple(out)


def _suspicious(
    document: Document, segment: Span, evidence: Evidence, i: int
) -> tuple[SuspiciousWord, ...]:
    """Return a segment's suspicious words in the text as it was given."""
    for scores in (evidence.quality, evidence.fluency):
        if scores and scores[i].suspicious:
            return tuple(
                SuspiciousWord(
                    document.offsets.to_raw(
                        Span(segment.start + w.span.start, segment.start + w.span.end)
                    ),
                    w.drop,
                )
                for w in scores[i].suspicious
            )
    return ()
