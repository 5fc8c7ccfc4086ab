"""Sentences of documents and their translations."""

from __future__ import annotations

import json
import lzma
from pathlib import Path
from typing import Any

from marian.documents import aligned, chosen, read

GREETING, ANSWER = "Good morning to all of you.", "Guten Morgen euch allen zusammen."


def record(label: str, lang: str, lines: list[str], **more: Any) -> dict[str, Any]:
    return {"label": label, "lang": lang, "text": "\n".join(lines), "group": "g1", **more}


def translation(lines: list[str], **more: Any) -> dict[str, Any]:
    return record("human-translation", "de", lines, source_lang="en", **more)


ORIGINAL = record("human-original", "en", [GREETING, "Hi."])


def test_lines_are_paired_and_short_ones_left_out() -> None:
    found = aligned([ORIGINAL, translation([ANSWER, "Hallo zusammen, wie geht es?"])])
    assert found == {("en", "de"): [(GREETING, ANSWER)]}


def test_other_numbers_of_lines_edited_machines_and_other_groups_are_left_out() -> None:
    assert not any(aligned([ORIGINAL, translation([ANSWER])]).values())
    assert not any(aligned([ORIGINAL, translation([ANSWER, "x"], pe_suspect=True)]).values())
    assert not any(aligned([ORIGINAL, translation([ANSWER, "x"], group="g2")]).values())


def test_a_direction_without_originals_is_measured_backwards() -> None:
    found = chosen({("en", "de"): [(GREETING, ANSWER)]}, limit=5)
    assert found == {("en", "de"): [(GREETING, ANSWER)], ("de", "en"): [(ANSWER, GREETING)]}


def test_limit_and_order_follow_from_the_seed() -> None:
    rows = [(f"{GREETING} {i}", ANSWER) for i in range(50)]
    one, other = (chosen({("en", "de"): rows}, limit=7)["en", "de"] for _ in range(2))
    assert one == other and len(set(one)) == 7


def test_reads_plain_and_packed(tmp_path: Path) -> None:
    line = json.dumps(ORIGINAL) + "\n"
    (tmp_path / "a.jsonl").write_text(line, "utf-8")
    with lzma.open(tmp_path / "b.jsonl.xz", "wt", encoding="utf-8") as file:
        file.write(line)
    assert list(read(sorted(tmp_path.iterdir()))) == [ORIGINAL, ORIGINAL]
