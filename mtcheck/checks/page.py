"""A rule as a Markdown page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mtcheck.checks.registry import measured_rates
from mtcheck.checks.rule import Rule
from mtcheck.core.languages import name


def render(rule: Rule) -> str:
    """Return the page of one rule."""
    info = rule.info
    facts = [
        ("Severity", f"{info.severity.value} (confidence {info.confidence.value})"),
        ("MQM category", info.mqm),
        ("Target languages", _languages(info.langs) or "any"),
        ("Likely source languages", _languages(info.source_langs) or "any"),
        ("On by default", "yes" if info.default else "no"),
        ("Evidence that the text is", " and ".join(map(_spoken, info.speaks_to)) or "neither"),
        ("Rewrite", _fix(rule)),
    ]
    if rule.options:
        facts.append(("Options", ", ".join(f"`{k} = {v}`" for k, v in rule.options.items())))
    lines = [f"# {info.title}", "", f"`{info.id}`", "", info.why, "", "| | |", "|---|---|"]
    lines += [f"| {key} | {_cell(value)} |" for key, value in facts]
    if rule.evidence:
        lines += ["", "## In the source", "", rule.evidence]
    lines += ["", "## Examples", ""]
    lines += [_example(rule, i) for i in range(len(rule.raw_examples))]
    lines += ["", "## Measured", "", *_rates(measured_rates().get(info.id, {}))]
    return "\n".join(lines).rstrip() + "\n"


def index(rules: Iterable[Rule]) -> str:
    """Return the page that lists all rules by group."""
    groups: dict[str, list[Rule]] = {}
    for rule in rules:
        groups.setdefault(rule.info.group, []).append(rule)
    total = sum(map(len, groups.values()))
    lines = ["# Rules", "", f"{total} rules. `mtcheck rules show ID` prints a page."]
    for group in sorted(groups):
        lines += ["", f"## {group}", "", "| rule | finds | languages | severity | default |",
                  "|---|---|---|---|---|"]  # fmt: skip
        for rule in sorted(groups[group], key=lambda r: r.id):
            info = rule.info
            link = f"[{info.id.split('/')[-1]}]({info.id}.md)"
            lines.append(
                f"| {link} | {_cell(info.title)} | {', '.join(info.langs) or 'any'} |"
                f" {info.severity.value} | {'yes' if info.default else 'no'} |"
            )
    return "\n".join(lines) + "\n"


def _languages(tags: tuple[str, ...]) -> str:
    return ", ".join(name(tag) for tag in tags)


def _spoken(question: str) -> str:
    return {"translated": "a translation", "machine": "a machine's"}[question]


def _fix(rule: Rule) -> str:
    words = rule.info.rewrite or "none"
    if rule.safe:
        return f"{words} (`--fix` applies it)"
    return f"{words} (suggested)" if rule.info.fixable else words


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _example(rule: Rule, i: int) -> str:
    table = rule.raw_examples[i]
    text = table["text"].replace("\n", " ↵ ")
    mark = "✗" if "⟦" in text else "✓"
    line = f"- {mark} {_code(text)}"
    if "source" in table:
        line += f"\n  source: {_code(table['source'])}"
    if "fixed" in table:
        fixed = table["fixed"].replace("\n", " ↵ ")
        line += f"\n  → {_code(fixed)}"
    return line


def _code(text: str) -> str:
    # Invisible characters are shown by number; back quotes need a longer fence.
    shown = "".join(c if c.isprintable() else f"⟨U+{ord(c):04X}⟩" for c in text)
    return f"`` {shown} ``" if "`" in shown else f"`{shown}`"


def _rates(pools: Mapping[str, Any]) -> list[str]:
    if not pools:
        return ["Not measured."]
    lines = ["Findings per 1,000 segments (95 % interval where one was kept).", "",
             "| text | rate |", "|---|---|"]  # fmt: skip
    for pool, rate in pools.items():
        if isinstance(rate, int | float):
            lines.append(f"| {_pool(pool)} | {rate:.2f} |")
    return lines


def _pool(pool: str) -> str:
    kind, _, lang = pool.partition(":")
    if kind == "human":
        return f"human news, {name(lang)}"
    if kind == "reference":
        return "human translations into English"
    if not lang:
        return "machine translation into English, mean over source languages"
    return f"machine translation into English from {name(lang)}"
