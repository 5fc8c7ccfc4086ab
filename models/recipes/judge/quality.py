"""Trains the quality and fluency heads on frozen encoder features: heads.npz, quality.json.

    python -m judge.quality --data DIR --work WORK --out models/judge-small --per-group 450

``DIR`` holds ``{train,dev}.jsonl.xz`` with src, mt, score, dataset, lp, human, system.
Scores of different data sets have different scales, so that the target is the z-score of the rank
within (dataset, language pair). Features are written to ``WORK`` in chunks; an interrupted run
goes on where it stopped.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
from collections import defaultdict
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from judge import records as files
from mtcheck.engines.judge_encoder import Encoder
from mtcheck.engines.judge_guards import guard
from mtcheck.engines.judge_quality import Head, Heads
from mtcheck.scoring.statistics import ranks, spearman

CHUNK = 250
MAX_CHARS = 700
ALPHAS = (300.0, 1000.0, 3000.0, 10000.0, 30000.0)
QUANTILES = 201
_EMPTY = np.zeros(0, np.float32)


def group(record: dict[str, Any]) -> str:
    """Return the unit within which scores are comparable."""
    return f"{record['dataset']} {record['lp']}"


def sample(path: Path, per_group: int, seed: int) -> list[dict[str, Any]]:
    """Return up to ``per_group`` records of each (dataset, pair), in random order."""
    by_group: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for record in files.records(path):
        by_group[group(record)].append(record)
    rng = random.Random(seed)
    out = []
    for name in sorted(by_group):
        rng.shuffle(by_group[name])
        usable = (r for r in by_group[name] if _usable(r))
        out += list(itertools.islice(usable, per_group))
    rng.shuffle(out)
    return out


def _usable(r: dict[str, Any]) -> bool:
    if max(len(r["src"]), len(r["mt"])) > MAX_CHARS:
        return False
    return not guard(r["src"], r["mt"], target_lang=r["lp"].split("-")[1])


def targets(records: list[dict[str, Any]]) -> NDArray[np.float32]:
    """Return normal scores of the ranks within each group, mean 0 and spread 1."""
    out = np.zeros(len(records), np.float32)
    names = np.array([group(r) for r in records])
    normal = NormalDist()
    for name in set(names):
        rows = np.flatnonzero(names == name)
        share = (ranks([records[i]["score"] for i in rows]) - 0.5) / len(rows)
        z = np.array([normal.inv_cdf(float(s)) for s in share])
        out[rows] = (z - z.mean()) / max(z.std(), 1e-6)  # many MQM segments tie at zero
    return out


def make_center(encoder: Encoder, records: list[dict[str, Any]], path: Path) -> NDArray[np.float32]:
    """Return the mean state over both sides of up to 200 records; written once."""
    if not path.exists():
        texts = [r[k] for r in records[:200] for k in ("src", "mt")]
        np.save(path, np.mean([e.mean for e in encoder.encode(texts)], axis=0))
    return np.load(path)


def features(
    encoder: Encoder, center: NDArray[np.float32], records: list[dict[str, Any]], folder: Path
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return fluency and quality features of all records, from finished chunks where possible."""
    folder.mkdir(parents=True, exist_ok=True)
    none = Head(_EMPTY, _EMPTY, _EMPTY, _EMPTY, _EMPTY, _EMPTY)
    heads = Heads(center, none, none, {})
    parts = []
    for start in range(0, len(records), CHUNK):
        path = folder / f"{start:06d}.npz"
        chunk = records[start : start + CHUNK]
        if not path.exists():
            sources, texts = [r["src"] for r in chunk], [r["mt"] for r in chunk]
            unique = sorted({*sources, *texts})
            encoded = dict(zip(unique, encoder.encode(unique), strict=True))
            s, t = [encoded[x] for x in sources], [encoded[x] for x in texts]
            part = folder / "part.npz"
            np.savez(
                part,
                fluency=heads.fluency_features(texts, t).astype(np.float16),
                quality=heads.quality_features(sources, texts, s, t).astype(np.float16),
            )
            part.rename(path)
            print(f"{folder.name} {start + len(chunk)}/{len(records)}", flush=True)
        with np.load(path) as data:
            parts.append((data["fluency"], data["quality"]))
    return tuple(np.concatenate(p).astype(np.float32) for p in zip(*parts, strict=True))  # type: ignore[return-value]


def standardise(x: NDArray, mean: NDArray, spread: NDArray) -> NDArray:
    """Return clipped z-scores as `Head.raw` makes them."""
    return np.clip((x - mean) / spread, -5, 5)


def by_group(p: NDArray, records: list[dict[str, Any]]) -> dict[str, float]:
    """Return Spearman's correlation with people within each group."""
    names = np.array([group(r) for r in records])
    score = np.array([r["score"] for r in records])
    return {n: round(spearman(p[names == n].tolist(), score[names == n].tolist()), 3)
            for n in sorted(set(names))}  # fmt: skip


def mean_spearman(p: NDArray, records: list[dict[str, Any]]) -> float:
    """Return the mean over groups."""
    return float(np.nanmean(list(by_group(p, records).values())))


def ridge(x: NDArray, y: NDArray, alpha: float) -> NDArray[np.float32]:
    """Return coefficients and intercept of a ridge regression (dual where rows are fewer)."""
    shift = y.mean()
    if len(x) < x.shape[1]:
        w = x.T @ np.linalg.solve(x @ x.T + alpha * np.eye(len(x), dtype=x.dtype), y - shift)
    else:
        w = np.linalg.solve(x.T @ x + alpha * np.eye(x.shape[1], dtype=x.dtype), x.T @ (y - shift))
    return np.append(w, shift).astype(np.float32)


def network(
    x: NDArray, y: NDArray, xd: NDArray, dev: list[dict[str, Any]], *,
    base: NDArray, base_dev: NDArray, units: int, epochs: int, seed: int,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:  # fmt: skip
    """Fit a one-hidden-layer network to what the ridge leaves; the best epoch on dev wins.

    Plain numpy Adam with dropout on inputs and units: a few seconds, no torch.
    """
    rng = np.random.default_rng(seed)
    n, d = x.shape
    w1 = (rng.standard_normal((d, units)) * (1 / d) ** 0.5).astype(np.float32)
    params = [w1, np.zeros(units, np.float32), np.zeros(units, np.float32), np.zeros(1, np.float32)]
    moments = [[np.zeros_like(p), np.zeros_like(p)] for p in params]
    left = (y - base).astype(np.float32)
    best, kept = mean_spearman(base_dev, dev), [p * 0 for p in params]
    step = 0
    for epoch in range(epochs):
        order = rng.permutation(n)
        for start in range(0, n, 256):
            rows = order[start : start + 256]
            step += 1
            xb = x[rows] * (rng.random((len(rows), d), np.float32) > 0.3) / np.float32(0.7)
            h = np.maximum(xb @ params[0] + params[1], 0)
            drop = (rng.random(h.shape, np.float32) > 0.3) / np.float32(0.7)
            hd = h * drop
            error = (hd @ params[2] + params[3] - left[rows]) / len(rows)
            gh = np.outer(error, params[2]) * drop * (h > 0)
            grads = [xb.T @ gh, gh.sum(0), hd.T @ error, error.sum(keepdims=True)]
            for p, g, (m, v) in zip(params, grads, moments, strict=True):
                g = g + 1e-4 * p / max(1, len(rows) / 256)
                m += 0.1 * (g - m)
                v += 0.001 * (g * g - v)
                p -= 1e-3 * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.999**step)) + 1e-8)
        p_dev = base_dev + np.maximum(xd @ params[0] + params[1], 0) @ params[2] + params[3]
        value = mean_spearman(p_dev, dev)
        if value > best:
            best, kept = value, [p.copy() for p in params]
        print(f"  epoch {epoch}: {value:.4f} (best {best:.4f})", flush=True)
    return np.vstack([kept[0], kept[1]]), np.append(kept[2], kept[3]).astype(np.float32)


def train_head(
    x: NDArray, y: NDArray, xd: NDArray, dev: list[dict[str, Any]], *, units: int, epochs: int
) -> tuple[Head, dict[str, Any]]:
    """Choose the ridge on dev, add the network, store quantiles of the training scores."""
    mean, spread = x.mean(0), np.maximum(x.std(0), 1e-4)
    mean, spread = (
        mean.astype(np.float16).astype(np.float32),
        spread.astype(np.float16).astype(np.float32),
    )
    z, zd = standardise(x, mean, spread), standardise(xd, mean, spread)
    tried = {}
    for alpha in ALPHAS:
        w = ridge(z, y, alpha)
        tried[alpha] = mean_spearman(zd @ w[:-1] + w[-1], dev)
    alpha = max(tried, key=lambda a: tried[a])
    w = ridge(z, y, alpha)
    base_dev = zd @ w[:-1] + w[-1]
    hidden, out = network(z, y, zd, dev, base=z @ w[:-1] + w[-1], base_dev=base_dev,
                          units=units, epochs=epochs, seed=0)  # fmt: skip
    half = [a.astype(np.float16).astype(np.float32) for a in (w, hidden, out)]
    head = Head(mean, spread, *half, np.zeros(0, np.float32))
    # Scores of texts that the head was fitted to are too spread out; dev scores are not.
    quantiles = np.quantile(head.raw(xd), np.linspace(0, 1, QUANTILES)).astype(np.float32)
    head = Head(mean, spread, *half, quantiles)
    p = head.raw(xd)
    figures = {
        "alpha": alpha,
        "ridge": round(tried[alpha], 3),
        "spearman": round(mean_spearman(p, dev), 3),
        "groups": by_group(p, dev),
    }
    return head, figures


def length_bands(p: NDArray, dev: list[dict[str, Any]]) -> dict[str, Any]:
    """Compare with the rival "minus the source's length", overall and within thirds of length."""
    length = np.array([len(r["src"]) for r in dev], np.float64)
    names = np.array([group(r) for r in dev])
    score = np.array([r["score"] for r in dev])
    out: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for name in sorted(set(names)):
        rows = np.flatnonzero(names == name)
        thirds = np.array_split(rows[np.argsort(length[rows], kind="stable")], 3)
        for band, part in (("all", rows), *zip(("short", "middle", "long"), thirds, strict=True)):
            both = (spearman(p[part].tolist(), score[part].tolist()),
                    spearman((-length[part]).tolist(), score[part].tolist()))  # fmt: skip
            out[band].append(both)
    return {band: {"judge": round(float(np.nanmean([a for a, _ in v])), 3),
                   "minus_source_length": round(float(np.nanmean([b for _, b in v])), 3)}
            for band, v in out.items()}  # fmt: skip


def ablation(
    x: NDArray, y: NDArray, xd: NDArray, dev: list[dict[str, Any]], dims: int, alpha: float
) -> dict[str, float]:
    """Return ridge correlations on dev for families of quality features by themselves."""
    wide = 4 * dims
    families = {
        "vectors": np.arange(wide + 1),
        "target scalars": np.arange(wide + 1, wide + 11),
        "pair scalars": np.arange(wide + 11, x.shape[1] - 6),
        "alignment": np.arange(x.shape[1] - 6, x.shape[1]),
        "without alignment": np.arange(x.shape[1] - 6),
        "without vectors": np.arange(wide, x.shape[1]),
    }
    mean, spread = x.mean(0), np.maximum(x.std(0), 1e-4)
    z, zd = standardise(x, mean, spread), standardise(xd, mean, spread)
    out = {"cosine": round(mean_spearman(xd[:, wide], dev), 3)}
    for name, cols in families.items():
        w = ridge(z[:, cols], y, alpha if len(cols) > 100 else 10.0)
        out[name] = round(mean_spearman(zd[:, cols] @ w[:-1] + w[-1], dev), 3)
    return out


def people_against_systems(p: NDArray, dev: list[dict[str, Any]]) -> dict[str, float]:
    """Return mean scores of human translations and of systems in sets that have both."""
    names = np.array([group(r) for r in dev])
    human = np.array([bool(r.get("human")) for r in dev])
    rows = np.isin(names, [n for n in set(names) if human[names == n].any()])
    if not (rows & human).any():
        return {}
    return {"human": round(float(p[rows & human].mean()), 3),
            "systems": round(float(p[rows & ~human].mean()), 3)}  # fmt: skip


def main() -> None:
    """Run the step from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="has encoder/ already")
    parser.add_argument("--per-group", type=int, default=450)
    parser.add_argument("--per-group-dev", type=int, default=150)
    parser.add_argument("--limit-train", type=int, default=None, help="first of the sample")
    parser.add_argument("--limit-dev", type=int, default=None)
    parser.add_argument("--units", type=int, default=64)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--suffix", default=".jsonl.xz")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    train_set = sample(args.data / f"train{args.suffix}", args.per_group, seed=1)[
        : args.limit_train
    ]
    dev = sample(args.data / f"dev{args.suffix}", args.per_group_dev, seed=2)[: args.limit_dev]
    encoder = Encoder(args.out / "encoder", threads=args.threads)
    center = make_center(encoder, train_set, args.work / "center.npy")
    center = center.astype(np.float16).astype(np.float32)
    dev_x = features(encoder, center, dev, args.work / "dev")
    train_x = features(encoder, center, train_set, args.work / "train")
    y = targets(train_set)
    arrays: dict[str, NDArray] = {"center": center.astype(np.float16)}
    card: dict[str, Any] = {
        "pairs": len(train_set),
        "dev_pairs": len(dev),
        "languages": sorted({x for r in train_set for x in r["lp"].split("-")}),
    }
    for i, name in enumerate(("fluency", "quality")):
        head, card[name] = train_head(
            train_x[i], y, dev_x[i], dev, units=args.units, epochs=args.epochs
        )
        p = head.raw(dev_x[i])
        card[name]["length_bands"] = length_bands(p, dev)
        card[name]["people_against_systems"] = people_against_systems(p, dev)
        for field in Head.__dataclass_fields__:
            kind = np.float32 if field == "quantiles" else np.float16
            arrays[f"{name}_{field}"] = getattr(head, field).astype(kind)
    card["quality"]["ablation"] = ablation(
        train_x[1], y, dev_x[1], dev, len(center), card["quality"]["alpha"]
    )
    np.savez(args.out / "heads.npz", **arrays)
    (args.out / "quality.json").write_text(json.dumps(card, indent=1) + "\n", "utf-8")
    print(json.dumps(card, indent=1))


if __name__ == "__main__":
    main()
