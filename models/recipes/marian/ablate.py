"""Compare ways to train: variants of the options, the same start, the same budget.

    python -m marian.ablate variants.toml --model INITIAL --corpus corpus.npz \
        --weights weights.toml --slices D/dev --out DIR --minutes 10

`variants.toml` has a table for each variant with options of `marian.train` by name, of which `all`
holds for every variant; `weights` names another mixture, relative to the file:

    [all]
    tokens = 1000
    frozen_layers = 3

    [control]

    [shared]
    share = "mean"

Variants run one after another on one thread, each in `DIR/<variant>`; `--only NAME` runs one, so
that several processes can share the work. Stopped by SIGTERM, the same command goes on. The table
is of all variants that have had their budget: nats per held-out piece (`marian.heldout`) of the
average weights, means over slices; `start` is the initial model.
"""

from __future__ import annotations

import argparse
import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import torch

from .corpus import Corpus, Mixture
from .export import trained_model
from .heldout import groups, heldout
from .network import Network
from .train import Options, Run, run
from .vocabulary import Vocabulary


@dataclass(frozen=True)
class Variant:
    """Options and mixture that are tried under a name."""

    options: Options
    weights: Path


def read(path: Path, weights: Path, budget: Mapping[str, Any]) -> dict[str, Variant]:
    """Variants of a file; `budget` is options that no variant may change.

    Raises:
        ValueError: a variant has an option that does not exist, or is the budget's.
    """
    tables = tomllib.loads(path.read_text("utf-8"))
    common = tables.pop("all", {})
    known = {field.name for field in fields(Options)} - set(budget) | {"weights"}
    found = {}
    for name, table in tables.items():
        values = common | table
        unknown = sorted(set(values) - known)
        if unknown:
            raise ValueError(f"{name}: {', '.join(unknown)} is no option, or the budget's")
        mixture = path.parent / values.pop("weights") if "weights" in values else weights
        if "curriculum" in values:
            values["curriculum"] = tuple(map(tuple, values["curriculum"]))
        found[name] = Variant(Options(**values | budget), mixture)
    return found


class Trial:
    """What all variants have in common: start, corpus, held-out slices, folder of results."""

    def __init__(self, model: Path, corpus: Path, slices: Path, limit: int, out: Path) -> None:
        self.model, self.corpus, self.slices, self.limit = model, corpus, slices, limit
        self.out = out

    def measure(self, name: str, asked: dict[str, Any], **done: int) -> None:
        """Write held-out loss, of the variant's checkpoint if there is one, beside what it is of.

        `asked` is what a result depends on, so that another budget is not taken for done.
        """
        checkpoint = self.out / name / "checkpoint.pt"
        checkpoints = [checkpoint] if checkpoint.exists() else []
        network = Network(trained_model(self.model, checkpoints, "average"))
        nats = heldout(network, Vocabulary(self.model), self.slices, self.limit)
        text = json.dumps({"asked": asked, **done, "nats": groups(nats)}, indent=1)
        (self.out / name).mkdir(parents=True, exist_ok=True)
        (self.out / name / "heldout.json").write_text(text + "\n", "utf-8")

    def result(self, name: str) -> dict[str, Any]:
        """What `measure` wrote, or nothing."""
        path = self.out / name / "heldout.json"
        return dict(json.loads(path.read_bytes())) if path.exists() else {}

    def train(self, name: str, variant: Variant) -> bool:
        """Train and measure a variant unless it is done; whether it has had its budget."""
        asked = json.loads(json.dumps(asdict(variant.options) | {"limit": self.limit}))
        if self.result(name).get("asked") == asked:
            return True
        mixture = Mixture.read(variant.weights)
        state = Run(self.model, Corpus.load(self.corpus), mixture, variant.options)
        run(state, self.out / name)
        if state.ended:
            self.measure(name, asked, steps=state.step, pairs=state.pairs)
        return state.ended

    def table(self, names: list[str]) -> str:
        """Markdown table of the variants that are done."""
        found = {name: result for name in names if (result := self.result(name))}
        columns = ["steps", "pairs", *next(iter(found.values()), {"nats": {}})["nats"]]
        lines = ["| variant | " + " | ".join(columns) + " |", "|---|" + "---:|" * len(columns)]
        for name, result in found.items():
            nats = " | ".join(f"{value:.3f}" for value in result["nats"].values())
            lines.append(f"| {name} | {result['steps']} | {result['pairs']} | {nats} |")
        return "\n".join(lines)


def main() -> None:
    """Command line: see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("variants", type=Path)
    for name in ("model", "corpus", "weights", "slices", "out"):
        parser.add_argument(f"--{name}", required=True, type=Path)
    budget = parser.add_mutually_exclusive_group(required=True)
    budget.add_argument("--minutes", type=float, help="of training, a variant")
    budget.add_argument("--steps", type=int, help="a variant")
    parser.add_argument("--limit", type=int, default=50, help="sentences a direction and slice")
    parser.add_argument("--only", nargs="*", help="variants to run now")
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    given = {"minutes": args.minutes} if args.minutes else {"steps": args.steps}
    variants = read(args.variants, args.weights, given)
    trial = Trial(args.model, args.corpus, args.slices, args.limit, args.out)
    if trial.result("start").get("asked") != {"limit": args.limit}:
        trial.measure("start", {"limit": args.limit}, steps=0, pairs=0)
    for name in args.only or variants:
        if not trial.train(name, variants[name]):
            break
    print(trial.table(["start", *variants]))


if __name__ == "__main__":
    main()
