"""Made-up texts, pairs and weights for tests of the judge's recipe."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sklearn")
pytest.importorskip("scipy")
sys.path.insert(0, str(Path(__file__).parents[3] / "models" / "recipes"))

SUBJECTS = ["a farmer", "the mayor", "her aunt", "one driver", "the bank", "a pilot", "the crew"]
VERBS = ["sold", "painted", "lost", "found", "broke", "hid", "bought"]
OBJECTS = ["a boat", "the clock", "two chairs", "a lamp", "the map", "old coins", "a piano"]
SAY = {
    "human-original": "{s}'d {v} {o}, mind you, {y}.",
    "human-translation": "{s} {v} {o}, as was {y} the custom.",
    "mt": "{s} {v} {o} in view of the fact of the {y}.",
}
FROM = {"de": "namely", "ru": "thereby", "cs": "then again", "ja": "as for that", "zh": "moreover"}


def make_text(label: str, source: str, rng: random.Random) -> str:
    lines = []
    for _ in range(rng.randint(3, 9)):
        text = SAY[label].format(
            s=rng.choice(SUBJECTS), v=rng.choice(VERBS), o=rng.choice(OBJECTS), y="time"
        )
        if label != "human-original":
            text = f"{FROM[source]}, {text}"
        lines.append(text[0].upper() + text[1:])
    return "\n".join(lines)


def make_records(n: int, seed: int) -> list[dict[str, Any]]:
    rng = random.Random(seed)
    records = []
    for i in range(n):
        label = rng.choice(list(SAY))
        source = rng.choice(list(FROM))
        records.append(
            {
                "text": make_text(label, source, rng),
                "lang": "en",
                "label": label,
                "year": 2020 + i % 3,
                "domain": "news",
                "source_lang": "en" if label == "human-original" else source,
                "group": str(i),
            }
        )
    return records


def make_pairs(n: int, seed: int) -> list[dict[str, Any]]:
    """Pairs whose score falls with the number of letters missing from the target."""
    rng = random.Random(seed)
    pairs = []
    for i in range(n):
        source = " ".join(rng.choice(SUBJECTS + VERBS + OBJECTS) for _ in range(6))
        lost = rng.randint(0, 12)
        words = source.replace("the", "die").split()
        for _ in range(lost):
            if len(words) > 2:
                words.pop(rng.randrange(len(words)))
        pairs.append(
            {
                "src": source, "mt": " ".join(words).swapcase() + ".", "score": -float(lost),
                "dataset": f"set{i % 2}", "lp": "en-de", "human": lost == 0, "system": "s",
                "score_type": "da-z",
            }
        )  # fmt: skip
    return pairs


def write_jsonl(path: Path, records: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")


@pytest.fixture(scope="session")
def origin_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("origin")
    write_jsonl(folder / "en_train.jsonl", make_records(360, 1))
    write_jsonl(folder / "en_dev.jsonl", make_records(90, 2))
    return folder


@pytest.fixture(scope="session")
def quality_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("quality")
    write_jsonl(folder / "train.jsonl", make_pairs(300, 3))
    write_jsonl(folder / "dev.jsonl", make_pairs(80, 4))
    return folder
