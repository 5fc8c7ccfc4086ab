"""Fine-tunes the shortened encoder: quality of pairs, fluency of targets, origin of windows.

    python -m judge.finetune --corpus WORK/finetune.npz --encoder WORK/encoder \
        --dev DATA/qe/dev.jsonl.xz --out WORK/run

writes ``checkpoint.pt`` (everything to go on) every few minutes and when stopped by SIGTERM,
``best.pt`` (the averaged weights that correlated best on dev) and ``log.jsonl``. Run it again to
resume: the result is that of an undisturbed run. With ``--encoder models/judge-small/encoder`` it
goes on from a released judge. The learning rate is constant after warm-up; a run
is ended whenever it suits by resuming with ``--decay-at`` (a step, best that of the last
checkpoint) and ``--steps``. Steps are those of one of the ``--workers``. With ``--minutes`` a run
ends by the clock instead; then no two are alike.
"""

from __future__ import annotations

import argparse
import json
import signal
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from marian.idle import IdleThreads
from numpy.typing import NDArray

from judge import scales
from judge.encoder import Weights, read_e5
from judge.finetune_batches import dev_batches
from judge.finetune_data import Corpus
from judge.finetune_run import Options, Run
from judge.finetune_workers import Team, start
from judge.released import read_released

LONGEST_STEP = 30.0  # seconds; a longer step was a stopped process
MOST_SHARED = 25_000_000  # numbers that workers exchange: all that is trained of twelve layers
SAVE, WATCH, STOP, END = 1, 2, 4, 8  # orders to all workers


class Dev:
    """Pairs with human scores that the run is watched on."""

    def __init__(self, path: Path, encoder: Path, *, per_group: int, limit: int | None) -> None:
        import sentencepiece

        pieces = sentencepiece.SentencePieceProcessor(model_file=str(encoder / "pieces.model"))
        self.records = scales.sample(path, per_group, seed=2)[:limit]
        self.sources = pieces.encode([r["src"] for r in self.records])
        self.targets = pieces.encode([r["mt"] for r in self.records])

    def predict(self, run: Run, head: str) -> NDArray[np.float32]:
        """Return the scores of all pairs; each worker reads its share of them."""
        found = np.zeros(len(self.targets), np.float32)
        sources = None if head == "fluency" else self.sources
        for turn, (places, ids, kinds) in enumerate(dev_batches(sources, self.targets, 8192, 512)):
            if turn % run.team.size != run.team.rank:
                continue
            with (
                torch.inference_mode(),
                torch.autocast("cpu", dtype=torch.bfloat16, enabled=run.half),
            ):
                made = run.network(torch.from_numpy(ids), torch.from_numpy(kinds), head)
            found[places] = made[:, 0].numpy()
        run.team.mean([torch.from_numpy(found)])
        return found * np.float32(run.team.size)

    def figures(self, run: Run, heads: Sequence[str]) -> dict[str, Any]:
        """Return mean correlations of heads with the averaged weights."""
        run.team.mean(list(run.average.values()))
        run.swap()
        out: dict[str, Any] = {}
        for head in heads:
            found = self.predict(run, head)
            out[head] = scales.means(found, self.records)
            if head == "quality":
                out["sets"] = scales.by_group(found, self.records)
        run.swap()
        return out


class Log:
    """Lines of ``log.jsonl``, by worker 0 alone."""

    def __init__(self, path: Path, run: Run) -> None:
        self.path, self.run = path, run
        self.losses: dict[str, list[float]] = defaultdict(list)

    def note(self, **more: Any) -> None:
        """Write a line on the state of the run, with the mean losses since the last."""
        run = self.run
        line = {"time": time.strftime("%H:%M:%S"), "step": run.step,
                "rows": run.rows * run.team.size, "minutes": round(run.seconds / 60, 1),
                "threads": torch.get_num_threads(), **more}  # fmt: skip
        if self.losses:
            line["loss"] = {k: round(float(np.mean(v)), 4) for k, v in self.losses.items()}
            self.losses.clear()
        if run.team.rank == 0:
            with self.path.open("a", encoding="utf-8") as log:
                log.write(json.dumps(line) + "\n")


def train(run: Run, dev: Dev, out: Path, threads: int = 1) -> None:
    """Train until ``steps`` or SIGTERM, resuming from ``out/checkpoint.pt`` if there is one."""
    idle = IdleThreads(threads)
    out.mkdir(parents=True, exist_ok=True)
    options, team = run.options, run.team
    checkpoint = out / f"checkpoint{f'-{team.rank}' if team.rank else ''}.pt"
    if checkpoint.exists():
        run.restore(checkpoint)
    log = Log(out / "log.jsonl", run)
    stopping: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: stopping.append(number))
    saved = logged = asked = last = time.monotonic()
    order = 0
    while run.step < options.steps:
        task, loss = run.learn()
        log.losses[task].append(loss)
        idle.adapt()
        now = time.monotonic()
        run.seconds += min(now - last, LONGEST_STEP)
        last = now
        if now - logged > 60 or run.step == 20:
            log.note()
            logged = now
        if run.step % options.meet_every:
            continue
        run.meet()
        order = SAVE * (now - saved > options.checkpoint_every) + STOP * bool(stopping)
        order += WATCH * (now - asked > options.dev_every) + END * options.ended(run.seconds)
        order = team.agree(order)
        if order & (STOP | END):
            break
        if order & SAVE:
            run.save(checkpoint)
            saved = time.monotonic()
        if order & WATCH:
            found = dev.figures(run, ["quality"])
            log.note(pairs=len(dev.targets), dev=found)
            run.keep_best(out / "best.pt", found["quality"]["all"])
            asked = last = time.monotonic()
    if not order & STOP:
        run.meet()
        found = dev.figures(run, ["quality", "fluency"])
        log.note(pairs=len(dev.targets), dev=found)
        run.keep_best(out / "best.pt", found["quality"]["all"])
    run.save(checkpoint)


def start_weights(encoder: Path) -> Weights:
    """Return multilingual-e5-small with the pieces of an encoder that `judge.encoder` made.

    Of a released judge's ``encoder/`` return its own weights instead, heads included.
    """
    if not (encoder / "kept.npy").exists():
        return read_released(encoder)
    weights = read_e5()
    kept = np.load(encoder / "kept.npy").astype(np.int64)
    weights.tensors["emb.word"] = weights.tensors["emb.word"][kept]
    weights.pieces, weights.scores = [weights.pieces[i] for i in kept], weights.scores[kept]
    return weights


def work(team: Team, args: Mapping[str, Any]) -> None:
    """Do a worker's part of the step."""
    torch.set_flush_denormal(True)
    options = Options(**{name: args[name] for name in asdict(Options())})
    dev = Dev(args["dev"], args["encoder"], per_group=args["per_group_dev"],
              limit=args["limit_dev"])  # fmt: skip
    run = Run(start_weights(args["encoder"]), Corpus.load(args["corpus"]), options, team)
    train(run, dev, args["out"], args["threads"])


def main() -> None:
    """Run the step from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("corpus", "encoder", "dev", "out"):
        parser.add_argument(f"--{name}", required=True, type=Path)
    parser.add_argument("--workers", type=int, default=1, help="processes that train together")
    parser.add_argument("--threads", type=int, default=2, help="of a worker")
    parser.add_argument("--per-group-dev", type=int, default=150)
    parser.add_argument("--limit-dev", type=int, default=None)
    for name, value in asdict(Options()).items():
        parser.add_argument("--" + name.replace("_", "-"), type=type(value), default=value)
    args = vars(parser.parse_args())
    team, others = start(args["workers"], MOST_SHARED, work, (args,))
    work(team, args)
    for process in others:
        process.join()


if __name__ == "__main__":
    main()
