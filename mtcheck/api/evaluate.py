"""Measures the judge against labelled records: origin and quality."""

from __future__ import annotations

import json
import lzma
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtcheck.core import languages
from mtcheck.core.errors import UsageError

if TYPE_CHECKING:
    from mtcheck.engines.judge import Judge

ORIGINAL, TRANSLATION, MACHINE = "human-original", "human-translation", "mt"
LABELS = (ORIGINAL, TRANSLATION, MACHINE)


@dataclass(frozen=True, slots=True)
class OriginFigures:
    """Figures of one set of texts; None where a class is missing.

    The three ``auc_*`` rank texts by the probability of machine translation: originals, human
    translations, and both, against machine translations. ``ece`` and ``brier`` give the three
    labels equal shares, which is what the probabilities assume. ``false_alarms`` and
    ``false_alarms_translation`` are shares of human texts with the verdict machine-translated,
    ``found`` that of machine translations, ``abstained`` that of all texts without a verdict.
    ``pairs`` is the share of source documents whose machine translations score higher on average
    than their human one (needs ``group``), over ``n_pairs``.
    """

    n: int
    auc_original: float | None
    auc_translation: float | None
    auc_human: float | None
    balanced_accuracy: float | None
    brier: float | None
    ece: float | None
    false_alarms: float | None
    false_alarms_translation: float | None
    found: float | None
    abstained: float | None
    pairs: float | None
    n_pairs: int
    source_named: float | None
    source_accuracy: float | None
    n_sources: int


@dataclass(frozen=True, slots=True)
class QualityFigures:
    """Correlations of one set of pairs with people; None where it can't be computed.

    ``rival`` is Spearman's correlation of minus the source's length, which any judge has to beat.
    ``system_accuracy`` is the share of system pairs ordered as people order them.
    """

    n: int
    not_measured: int
    spearman: float | None
    kendall: float | None
    pearson: float | None
    rival: float | None
    system_accuracy: float | None
    systems: int


def read_records(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (line number, record) of a JSON Lines file, plain or .xz.

    Raises:
        UsageError: the file can't be read, or a line is no JSON object.
    """
    try:
        with (
            lzma.open(path, "rt", encoding="utf-8")
            if path.suffix == ".xz"
            else path.open(encoding="utf-8") as handle
        ):
            for number, line in enumerate(handle, 1):
                if not line.strip():
                    continue
                try:
                    record = json.loads(line)
                except ValueError as error:
                    raise _bad(path, number, f"no JSON: {error}") from error
                if not isinstance(record, dict):
                    raise _bad(path, number, "no JSON object")
                yield number, record
    except (OSError, UnicodeDecodeError, lzma.LZMAError) as error:
        raise UsageError("unreadable", f"can't be read: {error}", where=str(path)) from error


def _bad(path: Path, number: int, what: str) -> UsageError:
    return UsageError("bad-record", what, where=f"{path}:{number}")


def evaluate_origin(
    path: Path, *, judge: Judge, by: Sequence[str] = ("lang",)
) -> dict[str, OriginFigures]:
    """Judge labelled texts as `mtcheck check` does: by the wording and by what the rules find.

    Args:
        path: JSON Lines with ``text`` (one segment a line), ``lang``, ``label``
            (human-original, human-translation or mt), and perhaps ``source_lang`` and ``group``.
        judge: an open judge.
        by: fields whose values make the sets, such as lang and year.

    Raises:
        UsageError: a record lacks a field, or has another label.
    """
    from mtcheck.checks.registry import load_rules
    from mtcheck.run.rule_evidence import text_evidence

    rules = load_rules()
    sets: dict[str, list[tuple[dict[str, Any], Any]]] = defaultdict(list)
    for number, r in read_records(path):
        missing = [k for k in ("text", "lang", "label", *by) if k not in r]
        if missing:
            raise _bad(path, number, "no " + ", ".join(missing))
        if r["label"] not in LABELS:
            raise _bad(path, number, f"label {r['label']!r} is none of " + ", ".join(LABELS))
        lang = languages.normalise(r["lang"])
        evidence = text_evidence(r["text"], rules, lang)
        result = judge.origin(r["text"].split("\n"), lang=lang, evidence=evidence)
        del r["text"]
        sets[" ".join(str(r[k]) for k in by)].append((r, result))
    return {name: _origin_figures(rows) for name, rows in sorted(sets.items())}


def _origin_figures(rows: Sequence[tuple[dict[str, Any], Any]]) -> OriginFigures:
    from mtcheck.scoring import statistics as st

    measured = [(r, o) for r, o in rows if o.machine_translated is not None]
    p = [o.machine_translated for _, o in measured]
    label = [r["label"] for r, _ in measured]

    def auc(humans: set[str]) -> float | None:
        both = [(v, y == MACHINE) for v, y in zip(p, label, strict=True) if y in {*humans, MACHINE}]
        return _known(st.auc([v for v, _ in both], [y for _, y in both]))

    def share(kind: str, verdict: str) -> float | None:
        chosen = [o for r, o in measured if r["label"] == kind]
        return sum(o.label == verdict for o in chosen) / len(chosen) if chosen else None

    machine = [y == MACHINE for y in label]
    weight = [1 / label.count(y) for y in label]
    squares = sum(w * (v - y) ** 2 for w, v, y in zip(weight, p, machine, strict=True))
    higher, pairs = _document_pairs(measured)
    sources = [
        (r["source_lang"], o.translated_from_label)
        for r, o in measured
        if o.translated_from and r["label"] != ORIGINAL and r.get("source_lang")
    ]
    named = [(want, got) for want, got in sources if got is not None]
    return OriginFigures(
        n=len(measured),
        auc_original=auc({ORIGINAL}),
        auc_translation=auc({TRANSLATION}),
        auc_human=auc({ORIGINAL, TRANSLATION}),
        balanced_accuracy=_known(st.balanced_accuracy([v >= 0.5 for v in p], machine)),
        brier=squares / sum(weight) if weight else None,
        ece=_known(st.expected_calibration_error(p, machine, weights=weight)),
        false_alarms=share(ORIGINAL, "machine-translated"),
        false_alarms_translation=share(TRANSLATION, "machine-translated"),
        found=share(MACHINE, "machine-translated"),
        abstained=sum(o.abstained for _, o in measured) / len(measured) if measured else None,
        pairs=higher / pairs if pairs else None,
        n_pairs=pairs,
        source_named=len(named) / len(sources) if sources else None,
        source_accuracy=sum(a == b for a, b in named) / len(named) if named else None,
        n_sources=len(sources),
    )


def _document_pairs(measured: Sequence[tuple[dict[str, Any], Any]]) -> tuple[float, int]:
    """Count human–machine pairs of the same source document in which the machine scores higher."""
    groups: dict[tuple[str, str], dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for r, o in measured:
        if r.get("group") is not None and r["label"] != ORIGINAL:
            groups[str(r["group"]), str(r["lang"])][r["label"]].append(o.machine_translated)
    higher, total = 0.0, 0
    for sides in groups.values():
        for human in sides[TRANSLATION]:
            for machine in sides[MACHINE]:
                total += 1
                higher += 1.0 if machine > human else 0.5 if machine == human else 0.0
    return higher, total


def evaluate_quality(
    path: Path, *, judge: Judge, fluency: bool = False, by: Sequence[str] = ("dataset", "lp")
) -> dict[str, QualityFigures]:
    """Score pairs that people have judged.

    Args:
        path: JSON Lines with ``src``, ``mt``, ``lp`` (such as en-de), ``score`` (higher is
            better), and perhaps ``system``.
        judge: an open judge.
        fluency: score targets alone.
        by: fields whose values make the sets; scores of different sets are never mixed. Fields
            that no record has are left out.

    Raises:
        UsageError: a record lacks a field.
    """
    sets: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for number, r in read_records(path):
        missing = [k for k in ("src", "mt", "lp", "score") if k not in r]
        if missing:
            raise _bad(path, number, "no " + ", ".join(missing))
        if not isinstance(r["score"], int | float) or str(r["lp"]).count("-") != 1:
            raise _bad(path, number, "score must be a number and lp two languages")
        sets[" ".join(str(r[k]) for k in by if k in r)].append(r)
    return {name: _quality_figures(rows, judge, fluency) for name, rows in sorted(sets.items())}


def _quality_figures(
    rows: Sequence[Mapping[str, Any]], judge: Judge, fluency: bool
) -> QualityFigures:
    from mtcheck.scoring import statistics as st

    value: list[float | None] = [None] * len(rows)
    by_pair: dict[str, list[int]] = defaultdict(list)
    for i, r in enumerate(rows):
        by_pair[r["lp"]].append(i)
    for pair, places in by_pair.items():
        source, target = (languages.normalise(x) for x in pair.split("-"))
        targets = [rows[i]["mt"] for i in places]
        if fluency:
            made = judge.fluency(targets, lang=target)
        else:
            made = judge.quality(
                [rows[i]["src"] for i in places], targets, source_lang=source, target_lang=target
            )
        for i, score in zip(places, made, strict=True):
            # Guarded segments have no raw score but stand at the bottom of the same scale.
            value[i] = score.value
    kept = [(v, r) for v, r in zip(value, rows, strict=True) if v is not None]
    x, y = [v for v, _ in kept], [float(r["score"]) for _, r in kept]
    systems: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for v, r in kept:
        if r.get("system") is not None:
            systems[str(r["system"])].append((v, float(r["score"])))
    accuracy = None
    if len(systems) > 1:
        means = [[sum(c) / len(c) for c in zip(*s, strict=True)] for s in systems.values()]
        accuracy = _known(st.pairwise_accuracy([m[0] for m in means], [m[1] for m in means]))
    return QualityFigures(
        n=len(kept),
        not_measured=len(rows) - len(kept),
        spearman=_known(st.spearman(x, y)),
        kendall=_known(st.kendall(x, y)),
        pearson=_known(st.pearson(x, y)),
        rival=_known(st.spearman([-float(len(r["src"])) for _, r in kept], y)),
        system_accuracy=accuracy,
        systems=len(systems),
    )


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value
