"""The cache of translations: entries written and found a second."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from tests.benchmarks.common import Bench, table
from tests.benchmarks.texts import sentences


def measure(bench: Bench) -> str:
    """Return entries a second, all different, in another order than they were written in."""
    from mtcheck.engines.base import EngineInfo, Translation
    from mtcheck.engines.cache import TranslationCache, fingerprint

    texts = sentences(bench.amount(100_000), bench.text)
    prefix = fingerprint(EngineInfo("translator", "model", "0" * 64, "bench", "1"), "en", "pt")
    with tempfile.TemporaryDirectory() as folder:
        cache = TranslationCache(Path(folder))
        started = time.perf_counter()
        for i in range(0, len(texts), 512):
            cache.put_many(prefix, {t: Translation(t, -0.5, 30) for t in texts[i : i + 512]})
        written = len(texts) / (time.perf_counter() - started)
        cache.close()
        turned = sorted(texts, key=lambda t: t[::-1])
        started = time.perf_counter()
        found = TranslationCache(Path(folder)).get_many(prefix, turned)
        read = len(texts) / (time.perf_counter() - started)
        assert len(found) == len(set(texts))
    rows = [("written", f"{written:,.0f}"), ("found", f"{read:,.0f}")]
    return table((f"{len(texts):,} entries", "entries/s"), rows)
