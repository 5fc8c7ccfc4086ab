"""Rules to list, to show and to measure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from mtcheck.core.config import RulesConfig
from mtcheck.core.rule_info import RuleInfo

if TYPE_CHECKING:
    from mtcheck.checks.measure import Pool
    from mtcheck.checks.registry import RuleSet


@dataclass(frozen=True, slots=True)
class RuleRate:
    """How often one rule fires on human text and on machine translation.

    Rates and intervals (95 %, Poisson) are findings per 1,000 segments; the machine's are None
    where no machine translations were given. ``human_graver`` counts findings above neutral only:
    a rule may call single hits graver or less grave than itself.
    """

    rule: str
    severity: str
    default: bool
    human: float
    human_interval: tuple[float, float]
    machine: float | None = None
    machine_interval: tuple[float, float] | None = None
    by_source: Mapping[str, float] | None = None
    human_graver: float = 0.0


@dataclass(frozen=True, slots=True)
class RuleRates:
    """Rates of all rules on the same texts."""

    lang: str
    human_segments: int
    machine_segments: int
    rates: tuple[RuleRate, ...]

    @property
    def default_minor_or_more(self) -> float:
        """Findings of default rules of severity minor or more per 1,000 human segments."""
        return sum(r.human_graver for r in self.rates if r.default)


def list_rules(
    *,
    group: str | None = None,
    lang: str | None = None,
    source: str | None = None,
    default: bool | None = None,
    user_paths: Sequence[str] = (),
) -> tuple[RuleInfo, ...]:
    """Return the rules that pass all filters given.

    Args:
        group: only this group.
        lang: only rules for this target language (any-language rules included).
        source: only rules that point to this source language.
        default: only rules that are on (True) or off (False) by default.
        user_paths: TOML rule files and folders besides the built-in ones.

    Raises:
        ConfigError: for a user rule that can't be read.
    """
    from mtcheck.checks.registry import load_rules

    return tuple(
        rule.info
        for rule in load_rules(user_paths)
        if (group is None or rule.info.group == group)
        and (lang is None or rule.serves(lang))
        and (source is None or source in rule.info.source_langs)
        and (default is None or rule.info.default is default)
    )


def rule_info(id_: str, *, user_paths: Sequence[str] = ()) -> RuleInfo:
    """Return one rule with its page in ``markdown``.

    Raises:
        ConfigError: ``unknown-rule`` naming the nearest id.
    """
    from mtcheck.checks.page import render
    from mtcheck.checks.registry import load_rules

    rule = load_rules(user_paths).rule(id_)
    return replace(rule.info, markdown=render(rule))


class RuleInfos(Mapping[str, RuleInfo]):
    """Descriptions of rules with their pages, which are written only when asked for."""

    def __init__(self, rules: RuleSet) -> None:
        self._rules = rules

    def __getitem__(self, id_: str) -> RuleInfo:
        if id_ not in self._rules:
            raise KeyError(id_)
        from mtcheck.checks.page import render

        rule = self._rules.rule(id_)
        return replace(rule.info, markdown=render(rule))

    def __iter__(self) -> Iterator[str]:
        return (rule.id for rule in self._rules)

    def __len__(self) -> int:
        return len(self._rules)


def rule_page(id_: str, *, user_paths: Sequence[str] = ()) -> str:
    """Return the Markdown page of one rule; see `rule_info` for what is raised."""
    return rule_info(id_, user_paths=user_paths).markdown


def write_pages(folder: str | Path) -> int:
    """Write one Markdown page a rule and an index; return the number of rules."""
    root = Path(folder)
    pages = rule_pages()
    for name, text in pages.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for path in root.rglob("*.md"):
        if path.relative_to(root).as_posix() not in pages:
            path.unlink()
    return len(pages) - 1


def rule_pages() -> dict[str, str]:
    """Return all pages by their path under the rules folder of the documentation."""
    from mtcheck.checks.page import index, render
    from mtcheck.checks.registry import load_rules

    rules = list(load_rules())
    return {"index.md": index(rules), **{f"{rule.id}.md": render(rule) for rule in rules}}


def evaluate_rules(
    clean_files: Sequence[str | Path], mt_files: Sequence[str | Path] = (), lang: str = "en"
) -> RuleRates:
    """Measure all rules for ``lang`` on human text and on machine translations.

    Args:
        clean_files: human text: plain text (ten lines a document), JSON Lines with ``text``, or
            such records with labels, of which ``human-original`` are taken.
        mt_files: machine translations likewise (label ``mt``); ``source_lang`` splits the rates.
        lang: language of all texts.

    Raises:
        UsageError: for a file that is missing or can't be read.
    """
    from mtcheck.checks.measure import Sample, measure, read_samples
    from mtcheck.checks.registry import load_rules

    rules = load_rules().select(RulesConfig(select=("ALL",)), lang, bilingual=False)
    human = measure(
        rules, (s for f in clean_files for s in read_samples(Path(f), lang, ("human-original",)))
    )
    by_source: dict[str, list[Sample]] = {}
    for file in mt_files:
        for sample in read_samples(Path(file), lang, ("mt",)):
            by_source.setdefault(sample.source_lang or "", []).append(sample)
    pools = {source: measure(rules, samples) for source, samples in by_source.items()}
    total = _joined(list(pools.values()))
    rates = tuple(
        RuleRate(
            rule=rule.id,
            severity=rule.info.severity.value,
            default=rule.info.default,
            human=human.rate(rule.id),
            human_interval=human.interval(rule.id),
            machine=total.rate(rule.id) if pools else None,
            machine_interval=total.interval(rule.id) if pools else None,
            by_source={s: p.rate(rule.id) for s, p in pools.items() if s} or None,
            human_graver=human.graver_rate(rule.id),
        )
        for rule in rules
    )
    return RuleRates(lang, human.segments, total.segments, rates)


def _joined(pools: Sequence[Pool]) -> Pool:
    from mtcheck.checks.measure import Pool

    hits: dict[str, int] = {}
    for pool in pools:
        for rule, count in pool.hits.items():
            hits[rule] = hits.get(rule, 0) + count
    return Pool(sum(pool.segments for pool in pools), hits)


def store_rates(measured: RuleRates, path: str | Path) -> None:
    """Merge measured rates (numbers only) into the JSON file that rule pages and votes read."""
    file = Path(path)
    kept = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    rules: dict[str, dict[str, float]] = kept.get("rules", {})
    for rate in measured.rates:
        entry = rules.setdefault(rate.rule, {})
        entry[f"human:{measured.lang}"] = round(rate.human, 3)
        if rate.machine is not None and measured.lang == "en":
            entry["mt"] = round(rate.machine, 3)
            for source, value in sorted((rate.by_source or {}).items()):
                entry[f"mt:{source}"] = round(value, 3)
    segments: dict[str, int] = kept.get("segments", {})
    segments[f"human:{measured.lang}"] = measured.human_segments
    if measured.machine_segments and measured.lang == "en":
        segments["mt"] = measured.machine_segments
    out = {"segments": dict(sorted(segments.items())), "rules": dict(sorted(rules.items()))}
    file.write_text(json.dumps(out, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
