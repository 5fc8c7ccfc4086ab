"""Measures a house's own threshold of origin on texts that it has accepted."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mtcheck.api.calibrate import write_calibration
from mtcheck.core.config import Config, GateConfig
from mtcheck.core.errors import UsageError
from mtcheck.core.signature import part
from mtcheck.engines.judge_house import KIND, SCHEMA
from mtcheck.engines.judge_verdict import SHORT

FALSE_ALARMS = 0.02
LEAST_TEXTS = 20
LEAST_WORDS = SHORT  # below, the judge keeps thresholds of its own
# As the model's own (docs/judge.md): less likely than not is no verdict.
LEAST_THRESHOLD = 0.5


@dataclass(frozen=True, slots=True)
class HouseThreshold:
    """What was measured of one language.

    ``n`` texts were judged, ``high`` is the probability from which on a text is called
    machine-translated, ``expected`` the share of such texts to come that are called so at most.
    """

    lang: str
    n: int
    high: float
    expected: float


def calibrate_origin(
    paths: Sequence[str],
    *,
    config: Config,
    out: Path,
    false_alarms: float = FALSE_ALARMS,
    texts: str = "accepted articles",
    progress: Callable[[str], None] | None = None,
) -> list[HouseThreshold]:
    """Judge accepted texts and write the threshold that few of them reach.

    Texts of under `LEAST_WORDS` words, or that could not be judged, are left out. Set
    ``judge.calibration`` to the file to use it.

    Args:
        paths: files, folders, globs, as `mtcheck check` takes them; each document is one text.
        config: as in use: rules and judge make the value.
        out: file to write.
        false_alarms: share of accepted texts to come that may be called machine-translated, 0 to 1.
        texts: what the texts are, for reports: "2% of … score this high".
        progress: called with a line for each text that is left out, and for each language that has
            too few.

    Returns:
        What was measured, by language.

    Raises:
        UsageError: nothing to check; ``too-few-texts`` in every language; a file that can't be
            written.
        ModelError: no judge.
    """
    from mtcheck.api.files import open_run
    from mtcheck.evidence.reference import quantiles
    from mtcheck.run.resources import Resources
    from mtcheck.scoring.statistics import threshold

    measuring = _measuring(config)
    judge = Resources(measuring).judge()
    say = progress or (lambda _line: None)
    if judge is None:
        raise UsageError("no-judge", "the configuration wants no judge", try_="judge.model")
    values: dict[tuple[str, str], list[float]] = defaultdict(list)
    for report in open_run(paths, measuring):
        score = report.scores.get("machine_translated")
        path, words = report.path, report.words
        if score is None or score.value is None:
            why = next((s.why for s in report.skips), None) or (score.note if score else None)
            say(f"{path}: left out, {why or 'not measured'}")
        elif words < LEAST_WORDS:
            say(f"{path}: left out, fewer than {LEAST_WORDS} words")
        else:
            values[report.lang or "", part(score.signature, "by") or ""].append(score.value)
    found: dict[str, HouseThreshold] = {}
    languages: dict[str, Any] = {}
    for (lang, by), measured in sorted(values.items(), key=lambda item: len(item[1])):
        if len(measured) < LEAST_TEXTS:
            say(f"{lang}: {len(measured)} texts judged by {by}, {LEAST_TEXTS} are needed")
            continue
        # A language judged in both ways keeps the one of more texts, which comes last.
        high, expected = threshold(measured, false_alarms)
        high = round(max(LEAST_THRESHOLD, high), 4)
        languages[lang] = {
            "by": by, "n": len(measured), "high": high,
            "original": quantiles(measured),
        }  # fmt: skip
        found[lang] = HouseThreshold(lang, len(measured), high, expected)
    if not found:
        total = sum(map(len, values.values()))
        raise UsageError(
            "too-few-texts",
            f"{total} texts of at least {LEAST_WORDS} words could be judged, {LEAST_TEXTS} of a "
            "language are needed",
            try_="more accepted texts",
        )
    data = {
        "schema": SCHEMA, "kind": KIND, "judge": judge.info.model, "sha256": judge.fingerprint,
        "date": dt.date.today().isoformat(), "texts": texts, "false_alarms": false_alarms,
        "languages": languages,
    }  # fmt: skip
    write_calibration(out, data)
    return list(found.values())


def _measuring(config: Config) -> Config:
    """Return ``config`` with the model's own threshold and without round trip and gate."""
    return dataclasses.replace(
        config,
        roundtrip=dataclasses.replace(config.roundtrip, enabled=False),
        judge=dataclasses.replace(config.judge, calibration=None, words=False),
        gate=GateConfig(fail_on="never"),
        baseline=None,
    )
