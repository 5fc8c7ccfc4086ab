"""Turns a fine-tuned run into a judge: encoder/, heads.npz, quality.json.

    python -m judge.quality --run WORK/run --corpus WORK/finetune.npz --encoder WORK/encoder \
        --dev DATA/qe/dev.jsonl.xz --out models/judge-small

The weights are a checkpoint's moving average (``checkpoint.pt`` of a folder, or a file such as
``best.pt``), or the mean of several weighted by ``--shares`` (Wortsman et al. 2022: runs from the
same start often make a better one together), in eight bits. What the shares lack to one is that of
the weights in ``--encoder``, which training went on from. Everything measured on dev is measured
on these, through the engine that ships, and so are the quantiles that make a score a share.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from judge import scales
from judge.encoder import Weights, convert
from judge.finetune import start_weights
from judge.finetune_network import HEADS, Network
from mtcheck.engines.judge_encoder import Encoder
from mtcheck.engines.judge_quality import load_heads, read
from mtcheck.scoring.statistics import spearman

Record = dict[str, Any]
SHIPPED = ("quality", "fluency")  # that of origin only helps these to learn
QUANTILES = 201
QUANTILE_PAIRS = 300  # of each group: no data set may set the scale alone
BLOCK = 512


def load_network(
    checkpoints: Sequence[Path], shares: Sequence[float], weights: Weights
) -> tuple[Network, dict[str, Any]]:
    """Return the network with the runs' averaged weights, and what the first run says of itself.

    Args:
        checkpoints: of the runs.
        shares: one a run; what they lack to one is that of ``weights``.
        weights: what the runs began with.
    """
    import torch

    states = [torch.load(path, weights_only=True) for path in checkpoints]
    state = states[0]
    network = Network(
        weights.tensors, layers=state["options"]["layers"], heads=weights.heads,
        epsilon=weights.epsilon,
    )  # fmt: skip
    own = dict(network.named_parameters())
    with torch.no_grad():
        for name in state["average"]:
            parts = [s["average"][name] * x for s, x in zip(states, shares, strict=True)]
            own[name].copy_(own[name] * (1 - sum(shares)) + sum(parts))
    counts, workers = state["counts"], state["workers"]
    return network, {"layers": len(network.layers), "workers": workers, "steps": counts["step"],
                     "rows": counts["rows"] * workers,
                     "minutes": round(counts["seconds"] / 60, 1)}  # fmt: skip


def write_model(network: Network, weights: Weights, out: Path, quantization: str) -> None:
    """Write the encoder in CTranslate2's format and the heads as half-precision arrays."""
    weights.tensors.update(network.write())
    everything = np.arange(len(weights.pieces))
    convert(weights, everything, out / "encoder", layers=len(network.layers),
            quantization=quantization, types=True)  # fmt: skip
    arrays = network.head_arrays()
    write_heads(out, {k: v.astype(np.float16) for k, v in arrays.items()
                      if k.split("_")[0] in SHIPPED})  # fmt: skip


def write_heads(out: Path, arrays: dict[str, NDArray]) -> None:
    """Write heads.npz."""
    np.savez(out / "heads.npz", **arrays)


def predict(out: Path, head: str, records: Sequence[Record], threads: int) -> NDArray[np.float32]:
    """Return the raw scores of a finished model for pairs, or for targets by themselves."""
    encoder = Encoder(out / "encoder", threads=threads)
    weights = getattr(load_heads(out), head)
    made: list[float] = []
    for start in range(0, len(records), BLOCK):
        block = records[start : start + BLOCK]
        sources = [r["src"] for r in block] if HEADS[head][0] == 5 else None
        read_ = read(encoder, weights, sources, [r["mt"] for r in block])
        made += [float(r.outputs[0]) for r in read_]
    return np.array(made, np.float32)


def quantiles(p: NDArray, records: Sequence[Record]) -> NDArray[np.float32]:
    """Return evenly spaced quantiles of scores, every group of records counting alike."""
    places = defaultdict(list)
    for i, r in enumerate(records):
        places[scales.group(r)].append(i)
    rng = random.Random(0)
    some = [i for name in sorted(places)
            for i in rng.sample(places[name], min(QUANTILE_PAIRS, len(places[name])))]  # fmt: skip
    return np.quantile(p[some], np.linspace(0, 1, QUANTILES)).astype(np.float32)


def length_bands(p: NDArray, dev: Sequence[Record]) -> dict[str, Any]:
    """Compare with the rival "minus the source's length", overall and within thirds of length."""
    length = np.array([len(r["src"]) for r in dev], np.float64)
    names = np.array([scales.group(r) for r in dev])
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


def people_against_systems(p: NDArray, dev: Sequence[Record]) -> dict[str, float]:
    """Return mean scores of human translations and of systems in sets that have both."""
    names = np.array([scales.group(r) for r in dev])
    human = np.array([bool(r.get("human")) for r in dev])
    rows = np.isin(names, [n for n in set(names) if human[names == n].any()])
    if not (rows & human).any():
        return {}
    return {"human": round(float(p[rows & human].mean()), 3),
            "systems": round(float(p[rows & ~human].mean()), 3)}  # fmt: skip


def figures(p: NDArray, dev: Sequence[Record]) -> dict[str, Any]:
    """Return everything that is said of a head."""
    return {
        "spearman": scales.means(p, dev),
        "groups": scales.by_group(p, dev),
        "length_bands": length_bands(p, dev),
        "people_against_systems": people_against_systems(p, dev),
    }


def curve(log: Path) -> list[dict[str, Any]]:
    """Return the run's correlations of quality on dev, by step, as it went."""
    if not log.exists():
        return []
    lines = map(json.loads, log.read_text("utf-8").splitlines())
    return [
        {"step": x["step"], "rows": x["rows"], "pairs": x["pairs"], "quality": x["dev"]["quality"]}
        for x in lines if "dev" in x
    ]  # fmt: skip


def main() -> None:
    """Run the step from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=Path, nargs="+", required=True)
    parser.add_argument("--shares", type=float, nargs="+", default=[1.0], help="one a run")
    for name in ("corpus", "encoder", "dev", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--per-group-dev", type=int, default=1_000_000)
    parser.add_argument("--quantization", default="int8")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    weights = start_weights(args.encoder)
    files = [r if r.is_file() else r / "checkpoint.pt" for r in args.run]
    network, card = load_network(files, args.shares, weights)
    card["shares"] = args.shares
    write_model(network, weights, args.out, args.quantization)
    card |= json.loads(args.corpus.with_suffix(".json").read_text("utf-8"))
    (args.out / "quality.json").write_text(json.dumps(card) + "\n", "utf-8")
    dev = scales.sample(args.dev, args.per_group_dev, seed=2)
    with np.load(args.out / "heads.npz") as data:
        arrays = {name: data[name] for name in data.files}
    made = curve(files[0].with_name("log.jsonl"))
    card |= {"dev_pairs": len(dev), "curve": made, "curve_pairs": made[-1]["pairs"] if made else 0}
    for head in SHIPPED:
        p = predict(args.out, head, dev, args.threads)
        arrays[f"{head}_quantiles"] = quantiles(p, dev)
        card[head] = figures(p, dev)
    write_heads(args.out, arrays)
    (args.out / "quality.json").write_text(json.dumps(card, indent=1) + "\n", "utf-8")
    print(json.dumps(card, indent=1))


if __name__ == "__main__":
    main()
