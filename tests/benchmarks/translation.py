"""Translation throughput beside the peers, on the same weights and sentences."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mtcheck.engines.marian import RETRY_NO_REPEAT
from tests.benchmarks.common import CORES, Bench, table, why
from tests.benchmarks.shapes import EMBEDDED
from tests.benchmarks.texts import sentences

LENGTH = 24  # target tokens that the random model is made to write
TOKEN = ">>por<<"


def measure(bench: Bench) -> str:
    """Return the tables of the embedded model."""
    return _tables(bench, "the embedded model", EMBEDDED, 96, None)


def opus(bench: Bench) -> str:
    """Return the tables of the random model of OPUS-MT's shape."""
    return _tables(bench, "a random model of OPUS-MT's shape", bench.opus, 48, LENGTH)


def _tables(bench: Bench, title: str, folder: Path, number: int, length: int | None) -> str:
    texts = sentences(bench.amount(number), bench.text)
    made = _figures(bench, folder, texts, length)
    out = []
    for beam in BEAMS:
        rows = [(name, r.get(str(beam), r)) for name, r in made]
        name = f"{title}, beam {beam}, {len(texts)} sentences"
        out.append(f"**{name[0].upper()}{name[1:]}**\n\n{_format(rows, len(texts))}")
    return "\n\n".join(out)


BEAMS = (1, 4)
# As often as plain CTranslate2 is run, with two runs of each setting: the best of more is better.
_RUNS = 8
# workers, threads of each, padded tokens of a batch; CTranslate2 sorts by length itself
_PLAIN = [(CORES, 1, (512, 1024, 2048)), (1, CORES, (2048,))]
_Rows = list[tuple[str, dict[str, Any]]]


def _figures(bench: Bench, folder: Path, texts: Sequence[str], length: int | None) -> _Rows:
    """Return each contestant's figures by beam, or why it has none."""
    job: dict[str, Any] = {
        "folder": str(folder), "texts": list(texts), "beams": BEAMS, "length": length,
        "token": None if length else TOKEN, "threads": CORES,
    }  # fmt: skip
    rows: _Rows = []
    if length is None:
        ours = {str(beam): whole_engine(texts, beam) for beam in BEAMS}
        rows.append(("mtcheck, whole engine", ours))
    ours = {str(beam): decoding(folder, texts, beam, length, runs=_RUNS) for beam in BEAMS}
    rows.append(("mtcheck, decoding", ours))
    peers: list[tuple[str, str, dict[str, Any]]] = [
        (
            "CTranslate2, int8, its best setting",
            "ctranslate2",
            {"settings": _PLAIN, "no_repeat": 0},
        ),
        (
            "CTranslate2, the same, no three pieces twice",
            "ctranslate2",
            {"settings": _PLAIN[:1], "no_repeat": RETRY_NO_REPEAT},
        ),
        ("argos-translate", "argostranslate", {}),
        ("transformers, bfloat16", "transformers", {"type": "bfloat16", "batch": 32}),
        ("transformers, float32", "transformers", {"type": "float32", "batch": 32}),
        ("EasyNMT, float32", "easynmt", {"batch": 32}),
    ]
    if length is not None:  # nothing repeats there but by chance
        peers[1] = ("Marian C++ (pymarian), float32", "pymarian", {"batch": 32})
    rows += [(title, bench.peer(name, **job, **more)) for title, name, more in peers]
    return rows


def _format(rows: _Rows, segments: int) -> str:
    ours = next(r for name, r in rows if name == "mtcheck, decoding")
    our_rate = ours["tokens"] / ours["seconds"]
    lines = []
    for name, r in rows:
        if "seconds" not in r:
            lines.append((name, why(r), "", ""))
            continue
        rate = r["tokens"] / r["seconds"]
        version = f" {r['version']}" if "version" in r else ""
        per_second = f"{segments / r['seconds']:,.1f}"
        lines.append((name + version, f"{rate:,.0f}", per_second, f"{our_rate / rate:.2f}"))
    return table(("", "target tokens/s", "segments/s", "mtcheck is × as fast"), lines)


def decoding(
    folder: Path,
    texts: Sequence[str],
    beam: int,
    length: int | None,
    batch_tokens: int = 0,
    runs: int = 2,
) -> dict[str, Any]:
    """Return seconds and tokens of the engine's first pass: pieces, batches, decoding, text."""
    from mtcheck.engines import marian_ct2

    limit = marian_ct2.max_output_tokens
    model = marian_ct2.Ct2Translator.open(folder / "ct2", beam=beam, batch_tokens=batch_tokens)
    token = None if length else TOKEN
    try:
        if length:
            marian_ct2.max_output_tokens = lambda source_tokens: length
        list(model._generate(texts[:16], token, no_repeat=0))
        seconds, made = best(lambda: list(model._generate(texts, token, no_repeat=0)), runs)
    finally:
        marian_ct2.max_output_tokens = limit
    return {"seconds": seconds, "tokens": sum(h.n_tokens for batch in made for _, h in batch)}


def whole_engine(texts: Sequence[str], beam: int) -> dict[str, Any]:
    """Return seconds and tokens of `translate`: guards and second attempts at loops included."""
    from mtcheck.core.config import RoundTripConfig
    from mtcheck.engines.models import open_translator

    config = RoundTripConfig(cache=False, beam=beam)
    model, _ = open_translator(config, source="en", target="pt", offline=True, cache_dir=None)
    model.translate(texts[:16], source="en", target="pt")
    seconds, made = best(lambda: model.translate(texts, source="en", target="pt"), _RUNS)
    return {"seconds": seconds, "tokens": sum(t.n_tokens for t in made)}


def best(run: Any, runs: int = 2) -> tuple[float, Any]:
    """Return (seconds of the fastest run, its result)."""
    least, result = float("inf"), None
    for _ in range(runs):
        started = time.perf_counter()
        result = run()
        least = min(least, time.perf_counter() - started)
    return least, result


def batches(bench: Bench) -> str:
    """Return target tokens a second of the embedded model by the size of its batches."""
    texts = sentences(bench.amount(200), bench.text)
    rows = []
    for size in (256, 512, 1024, 2048, 4096):
        rates = []
        for beam in (1, 4):
            some = texts if beam == 1 else texts[: len(texts) // 3]
            r = decoding(EMBEDDED, some, beam, None, size)
            rates.append(f"{r['tokens'] / r['seconds']:,.0f}")
        rows.append((f"{size:,}", *rates))
    return table(("padded source tokens in a batch", "beam 1", "beam 4"), rows)


def legs(bench: Bench) -> str:
    """Return segments a second of round trips with legs one after the other and at a time."""
    from mtcheck.core.config import Config, RoundTripConfig
    from mtcheck.evidence import roundtrip as module
    from mtcheck.run.resources import Resources

    texts = sentences(bench.amount(768), bench.text)
    trip = Resources(Config(offline=True, roundtrip=RoundTripConfig(cache=False))).trip("en", "pt")
    rows = []
    size = module._GROUP
    for name, group in (("one after the other", len(texts)), ("at the same time", size)):
        module._GROUP = group
        seconds, _ = best(
            lambda: module.roundtrip(
                texts, lang="en", pivot="pt", forward=trip.forward, backward=trip.backward,
                embedder=trip.embedder, floors=trip.floors,
            ),
            runs=1,
        )  # fmt: skip
        rows.append((name, f"{len(texts):,}", f"{seconds:.1f}", f"{len(texts) / seconds:,.1f}"))
    module._GROUP = size
    return table(("legs and comparison", "segments", "s", "segments/s"), rows)
