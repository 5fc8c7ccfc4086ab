"""Measures the reference that stability is placed against, and writes it beside the model."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtcheck.core.config import Config
from mtcheck.core.errors import ModelError, UsageError
from mtcheck.core.languages import normalise
from mtcheck.core.signature import signature

if TYPE_CHECKING:
    from mtcheck.engines.base import EngineInfo
    from mtcheck.run.resources import Trip


@dataclass(frozen=True, slots=True)
class CalibrationText:
    """A segment of human text, and the article that it is from."""

    lang: str
    text: str
    article: str


def read_calibration_texts(path: Path, *, lang: str | None = None) -> list[CalibrationText]:
    """Return the segments of a file.

    JSON Lines: ``text``, ``lang`` (unless given) and, if known, ``doc_id``, the article. Any other
    file: one segment a line, each an article of its own; the language is ``lang`` or the file's
    name (``pt.txt``).

    Raises:
        UsageError: ``unreadable``, ``bad-line`` with its number, ``unknown-language``.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("unreadable", f"can't be read: {error}", where=str(path)) from error
    if path.suffix not in (".jsonl", ".ndjson"):
        code = normalise(lang or path.stem)
        rows = enumerate(lines, 1)
        return [CalibrationText(code, line, f"{path.name}:{n}") for n, line in rows if line.strip()]
    texts = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            text, code = row["text"], lang or row["lang"]
            article = str(row.get("doc_id") or f"{path.name}:{number}")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise UsageError(
                "bad-line",
                f"not an object with text and lang: {type(error).__name__}: {error}",
                where=f"{path}:{number}",
            ) from error
        texts.append(CalibrationText(normalise(code), text, article))
    return texts


def calibrate_stability(
    files: Sequence[Path],
    *,
    config: Config,
    out: Path | None = None,
    lang: str | None = None,
    limit: int | None = None,
    texts: str = "human news",
    progress: Callable[[str], None] | None = None,
) -> Path:
    """Make or renew a model's ``calibration.json`` from clean human text.

    Every language in the files is sent through the pivots of ``config.roundtrip`` (its own defaults
    if there are none). A pair of which too little could be scored is left out: the model is too
    weak there to place anything. Languages and pivots that an existing file for the same weights
    has, and these texts lack, stay in it.

    Args:
        files: JSON Lines or plain text, see `read_calibration_texts`.
        config: chooses model, backend, beam and pivots, as in use.
        out: file to write; None: beside the model's weights, where checks look for it.
        lang: language of all files, if they don't say it themselves.
        limit: most segments of a language, whole articles from the start; None: all.
        texts: what the texts are, for reports: "63rd percentile of … under this model".
        progress: called with a line for each language and pivot before it is measured, and one
            that is left out.

    Returns:
        The file that was written.

    Raises:
        UsageError: a file that can't be read or written; no text in it.
        ModelError: no model for a pair; ``too-few-segments`` for every pair; several models for
            the languages and no ``out``, as each has its own file.
    """
    from mtcheck.evidence.reference import measure_reference
    from mtcheck.evidence.roundtrip import chrf_signature
    from mtcheck.run.resources import Resources, pivots

    rows = _by_language([t for f in files for t in read_calibration_texts(f, lang=lang)], limit)
    resources = Resources(config)
    entries: dict[str, Any] = {}
    trips: list[Trip] = []
    failed: list[ModelError] = []
    for code, found in rows.items():
        for pivot in pivots(config.roundtrip, code):
            trip = resources.trip(code, pivot)
            if progress is not None:
                progress(f"{code}-{pivot}: {len(found)} segments")
            try:
                entries[f"{code}-{pivot}"] = measure_reference(
                    [(t.text, t.article) for t in found],
                    lang=code,
                    pivot=pivot,
                    forward=trip.forward,
                    backward=trip.backward,
                    embedder=trip.embedder,
                    texts=texts,
                )
            except ModelError as error:
                if error.code != "too-few-segments":
                    raise
                failed.append(error)
                if progress is not None:
                    progress(f"{code}-{pivot}: left out, {error.what}")
                continue
            trips.append(trip)
    if not trips:
        raise failed[0]
    info = trips[0].forward.info
    path = out or _beside(trips)
    hashes = _hashes(info)
    data = {
        "schema": 1,
        "model": info.model,
        "sha256": hashes,
        "date": dt.date.today().isoformat(),
        "signature": _signature(trips[0], chrf_signature()),
        "pairs": {**_kept(path, hashes), **entries},
    }
    write_calibration(path, data)
    return path


def write_calibration(path: Path, data: Mapping[str, Any]) -> None:
    """Write what was measured as JSON.

    Raises:
        UsageError: ``unwritable``.
    """
    try:
        path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(
            "unwritable", f"can't be written: {error.strerror}", where=str(path), try_="--output"
        ) from error


def _by_language(
    texts: Sequence[CalibrationText], limit: int | None
) -> Mapping[str, list[CalibrationText]]:
    rows: dict[str, list[CalibrationText]] = {}
    for text in texts:
        found = rows.setdefault(text.lang, [])
        # An article that has begun is taken to its end: segments of one article are alike, and the
        # reference needs to know how much.
        if limit is None or len(found) < limit or found[-1].article == text.article:
            found.append(text)
    if not rows:
        raise UsageError("no-text", "the files hold no text")
    return rows


def _beside(trips: Sequence[Trip]) -> Path:
    from mtcheck.evidence.reference import calibration_path

    paths = {calibration_path(trip.forward.info) for trip in trips}
    path = paths.pop()
    if paths or path is None:
        raise ModelError(
            "several-models",
            "the languages have models of their own, and each model has its own calibration file",
            try_="one run a model, or --output",
        )
    return path


def _hashes(info: EngineInfo) -> list[str]:
    """Return the hashes of the model's weights in all the forms that lie there."""
    from mtcheck.evidence.reference import calibration_path

    hashes = [info.sha256]
    path = calibration_path(info)
    if path is not None:
        for name in ("ct2/model.bin", "model.bin", "model.safetensors"):
            file = path.parent / name
            if file.is_file():
                hashes.append(hashlib.sha256(file.read_bytes()).hexdigest())
    return list(dict.fromkeys(hashes))


def _signature(trip: Trip, chrf: str) -> str:
    from mtcheck import __version__

    info = trip.forward.info
    return signature(
        {
            "backend": f"{info.backend}-{info.backend_version}",
            "compute": info.compute_type,
            **info.params,
            "embedder": trip.embedder.info.model if trip.embedder else "none",
            "chrf": chrf.replace("|", ",").replace(":", "="),
            "version": __version__,
        }
    )


def _kept(path: Path, hashes: Sequence[str]) -> dict[str, Any]:
    try:
        old = json.loads(path.read_text(encoding="utf-8"))
        return dict(old["pairs"]) if set(old["sha256"]) & set(hashes) else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
