"""Snapshots of every writer, and the examples in docs/reports.md, which must be parts of them.

``UPDATE_SNAPSHOTS=1 pytest tests/reports/test_documentation.py`` writes the snapshots anew;
look at the difference before committing it.
"""

import io
import os
import re
from pathlib import Path

import openpyxl
import pytest

from mtcheck.reports.page.markup import asset
from mtcheck.reports.registry import formats, names
from tests.reports import sample
from tests.reports.harness import render, render_bytes

SNAPSHOTS = Path(__file__).parent / "snapshots"
DOCUMENT = Path(__file__).parents[2] / "docs" / "reports.md"


def written(name):
    """Return what the format writes for the small report, as text."""
    if name == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(render_bytes(name, sample.small())))
        lines = []
        for sheet in book:
            lines.append(f"[{sheet.title}]")
            for row in sheet.iter_rows(values_only=True):
                lines.append(" | ".join("" if v is None else str(v) for v in row).rstrip(" |"))
        return "\n".join(lines) + "\n"
    out = render(name, sample.small())
    if name == "html":  # style and script have files of their own
        out = out.replace(asset("report.css"), "…").replace(asset("report.js"), "…")
        out = re.sub(r"'sha256-[^']*'", "'sha256-…'", out)
    return out.replace("\r\n", "\n")


def test_snapshot(format_name):
    path = SNAPSHOTS / f"{format_name}.txt"
    out = written(format_name)
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(out, encoding="utf-8")
    assert out == path.read_text(encoding="utf-8")


def examples():
    text = DOCUMENT.read_text(encoding="utf-8")
    found = {}
    for part in re.split(r"^### ", text, flags=re.MULTILINE)[1:]:
        name = part.split("\n", 1)[0].strip()
        found[name] = re.findall(r"^```\w*\n(.*?)^```$", part, re.MULTILINE | re.DOTALL)
    return found


def test_every_format_has_its_section_and_its_row_in_the_table():
    text = DOCUMENT.read_text(encoding="utf-8")
    assert list(examples()) == sorted(names(), key=list(examples()).index)
    assert set(examples()) == set(names())
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", text, re.MULTILINE))
    for format_ in formats():
        assert f"`{format_.extension}`" in rows[format_.name]


@pytest.mark.parametrize("name", names())
def test_examples_are_what_the_writer_writes(name):
    out = [line.rstrip() for line in written(name).splitlines()]
    blocks = examples()[name]
    assert blocks
    for block in blocks:
        wanted = [line.rstrip() for line in block.splitlines()]
        # An example may leave lines out, at a line that holds only an ellipsis.
        at = 0
        part = []
        for line in [*wanted, "…"]:
            if line.strip() != "…":
                part.append(line)
                continue
            places = [i for i in range(at, len(out)) if out[i : i + len(part)] == part]
            assert places, "\n".join(part)
            at, part = places[0] + len(part), []
