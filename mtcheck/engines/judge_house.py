"""A house's own threshold of origin, measured on texts that it has accepted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mtcheck.core.errors import ModelError
from mtcheck.engines.judge_verdict import SHORT

SCHEMA, KIND = 1, "origin"
_TRY = "mtcheck calibrate FILES… --origin"


@dataclass(frozen=True, slots=True)
class House:
    """What ``mtcheck calibrate --origin`` found.

    ``texts`` says in the words of reports what was measured. ``languages`` has for each language
    ``by`` ("wording" or "wording+rules": how its texts were judged), the threshold ``high`` and
    evenly spaced quantiles, ``original``. ``digest`` tells one file from another.
    """

    texts: str
    languages: Mapping[str, Mapping[str, Any]]
    digest: str

    def calibration(self, card: Mapping[str, Any], lang: str) -> dict[str, Any]:
        """Return a language's calibration with the house's threshold in place of the model's own.

        Short texts keep the model's: the house's was measured on longer ones. So does the other way
        of judging, by wording alone or with the rules.
        """
        entry = self.languages.get(lang)
        if entry is None:
            return dict(card)
        if entry["by"] == "wording":
            return {**card, "bands": self._bands(card["bands"], entry)}
        if "rules" not in card:
            return dict(card)
        rules = card["rules"]
        return {**card, "rules": {**rules, "bands": self._bands(rules["bands"], entry)}}

    def _bands(self, bands: list[dict[str, Any]], entry: Mapping[str, Any]) -> list[dict[str, Any]]:
        if not _short(bands[0]):
            bands = [{**bands[0], "below": SHORT}, *bands]
        return [
            band
            if _short(band)
            else {
                **band,
                "texts": self.texts,
                "high": entry["high"],
                "low": min(band["low"], entry["high"]),
                "original": entry["original"],
            }
            for band in bands
        ]


def _short(band: Mapping[str, Any]) -> bool:
    return band["below"] is not None and band["below"] <= SHORT


def read_house(path: Path, *, sha256: str) -> House:
    """Read a house's calibration.

    Args:
        path: as ``mtcheck calibrate --origin`` wrote it.
        sha256: of the judge's weights, which it has to be of.

    Raises:
        ModelError: ``no-such-calibration``, ``damaged-calibration``, or ``stale-calibration`` if it
            was measured with other weights.
    """
    where = str(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(
            "no-such-calibration",
            f"the house's threshold, {where}, can't be read: {error.strerror}",
            where=where,
            try_=_TRY,
        ) from error
    try:
        data = json.loads(content)
        if data["schema"] != SCHEMA or data["kind"] != KIND:
            raise ValueError(f"schema {data['schema']}, kind {data['kind']}")
        known = str(data["sha256"])
        languages = {
            lang: {
                "by": entry["by"], "high": float(entry["high"]),
                "original": [float(v) for v in entry["original"]],
            }
            for lang, entry in data["languages"].items()
        }  # fmt: skip
        house = House(str(data["texts"]), languages, hashlib.sha256(content).hexdigest())
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(
            "damaged-calibration",
            f"{where} is no threshold of origin: {type(error).__name__}: {error}",
            where=where,
            try_=_TRY,
        ) from error
    if known != sha256:
        raise ModelError(
            "stale-calibration",
            f"the house's threshold, {where}, was measured with another judge than the one in use",
            where=where,
            try_=_TRY,
        )
    return house
