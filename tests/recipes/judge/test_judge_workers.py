"""Workers that train one network."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from judge import finetune_data, finetune_run, finetune_workers  # noqa: E402
from judge.finetune_workers import Team  # noqa: E402

from tests.recipes.judge import tiny_e5  # noqa: E402
from tests.recipes.judge.test_judge_finetune_recipe import OPTIONS, few_sources  # noqa: E402


def teams(size: int, numbers: int) -> list[Team]:
    """Return teams of threads, which meet as processes do."""
    shared, order = torch.zeros(size, numbers), torch.zeros(1, dtype=torch.int64)
    barrier: Any = threading.Barrier(size, timeout=60)
    return [Team(rank, size, shared, order, barrier) for rank in range(size)]


def both(work: Any, made: list[Any]) -> list[Any]:
    with ThreadPoolExecutor(len(made)) as pool:
        return list(pool.map(work, made))


def test_all_get_the_mean() -> None:
    def work(team: Team) -> list[Any]:
        tensors = [torch.full((2, 3), float(team.rank)), torch.tensor([4.0 * team.rank])]
        team.mean(tensors)
        team.mean(tensors)  # a second time nothing is left over
        return [t.tolist() for t in tensors]

    assert both(work, teams(2, 10)) == [[[[0.5] * 3] * 2, [2.0]]] * 2


def test_the_first_gives_the_orders() -> None:
    made = both(lambda team: team.agree(7 if team.rank == 0 else 1), teams(3, 1))
    assert made == [7, 7, 7]


def test_a_worker_alone_waits_for_nobody() -> None:
    alone = Team()
    tensor = torch.tensor([3.0])
    alone.meet()
    alone.mean([tensor])
    assert tensor.tolist() == [3.0]
    assert alone.agree(2) == 2


def test_more_than_there_is_room_for_is_refused() -> None:
    with pytest.raises(ValueError, match="5 numbers, room for 4"):
        teams(2, 4)[0].mean([torch.zeros(5)])


def test_workers_end_with_the_same_weights_from_different_batches() -> None:
    torch.set_num_threads(1)
    corpus: finetune_data.Corpus = few_sources()

    def work(team: Team) -> tuple[list[int], dict[str, Any]]:
        options = replace(OPTIONS, tokens=128, turns="q")
        run = finetune_run.Run(tiny_e5.make_weights(), corpus, options, team)
        for _ in range(3):
            run.learn()
            run.meet()
        return run.batches.places["quality"], run.trained

    (first, mine), (second, other) = both(work, teams(2, 2_000_000))
    assert (first, second) == ([0, 6], [0, 7])
    start = finetune_run.Run(tiny_e5.make_weights(), corpus, OPTIONS).trained
    assert all(torch.equal(mine[name], other[name]) for name in mine)
    assert not torch.equal(mine["layers.0.q.weight"], start["layers.0.q.weight"])


def test_only_the_first_writes_the_best(tmp_path: Path) -> None:
    corpus = few_sources()

    def work(team: Team) -> float:
        run = finetune_run.Run(tiny_e5.make_weights(), corpus, OPTIONS, team)
        run.keep_best(tmp_path / str(team.rank), 0.5)
        run.keep_best(tmp_path / "worse", 0.4)
        return run.best

    assert both(work, teams(2, 1)) == [0.5, 0.5]
    assert [path.name for path in tmp_path.iterdir()] == ["0"]


def report(team: Team, folder: str) -> None:
    """Write what a worker reads after the mean."""
    tensor = torch.tensor([10.0 * team.rank])
    team.mean([tensor])
    (Path(folder) / f"{team.rank}.txt").write_text(f"{tensor.item():g} {team.agree(team.rank + 3)}")


def test_processes_are_started_and_meet(tmp_path: Path) -> None:
    team, others = finetune_workers.start(2, 4, report, (str(tmp_path),))
    report(team, str(tmp_path))
    for process in others:
        process.join(120)
        assert process.exitcode == 0
    assert [(tmp_path / f"{i}.txt").read_text() for i in range(2)] == ["5 3", "5 3"]
