"""Reads rule files: one TOML or Python file a rule, checked key by key."""

from __future__ import annotations

import hashlib
import importlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mtcheck.checks import kinds
from mtcheck.checks.plan import PLAN_KEYS
from mtcheck.checks.rule import Rule
from mtcheck.core.errors import ConfigError
from mtcheck.core.findings import Confidence, Severity
from mtcheck.core.rule_info import RuleInfo

RULES = Path(__file__).parent / "rules"
_COMMON = {
    "title", "why", "message", "langs", "source_langs", "severity", "confidence", "mqm", "since",
    "speaks_to", "default", "safe", "rewrite", "evidence", "formerly", "kind", "examples",
    "options", "bilingual", "fixable",
}  # fmt: skip
_REQUIRED = ("title", "why", "mqm")


def rule_files(folder: Path) -> list[Path]:
    """Return the rule files under ``folder``, sorted."""
    found = [*folder.rglob("*.toml"), *folder.rglob("*.py")]
    return sorted(f for f in found if not f.name.startswith(("_", ".")))


def rule_id(file: Path, root: Path) -> str:
    """Return ``group/name``: the place of the file; ``_`` in Python file names stands for ``-``."""
    name = file.stem.replace("_", "-") if file.suffix == ".py" else file.stem
    group = file.relative_to(root).parent.as_posix()
    return name if group == "." else f"{group}/{name}"


def record(file: Path, id_: str, *, user: bool = False) -> dict[str, Any]:
    """Return a rule file as a JSON-ready record: description, prepared data, examples.

    Raises:
        ConfigError: ``bad-rule`` and the codes of the kinds, naming file, line and key.
    """
    where = str(file)
    if file.suffix == ".py":
        if user:
            raise ConfigError("bad-rule", "user rules are TOML files", where=where)
        name = ".".join(file.relative_to(Path(__file__).parents[2]).with_suffix("").parts)
        table = {**importlib.import_module(name).INFO, "kind": "python", "module": name}
    else:
        table = _read_toml(file)
    try:
        prepared = _record(table, id_, where)
        if user:
            _compile(prepared["data"], where)
        return prepared
    except ConfigError as error:
        raise _with_line(error, file) from None


def _compile(data: Mapping[str, Any], where: str) -> None:
    """Compile a user's patterns; those of mtcheck are compiled on first use, and by its tests."""
    for i, item in enumerate(data.get("patterns", ())):
        try:
            re.compile(item["pattern"])
        except re.error as error:
            raise ConfigError(
                "bad-pattern",
                f"patterns[{i}].pattern is no regular expression: {error}",
                where=where,
                try_="see https://docs.python.org/3/library/re.html",
            ) from None


def _read_toml(file: Path) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        line = re.search(r"line (\d+)", str(error))
        where = f"{file}:{line[1]}" if line else str(file)
        raise ConfigError("bad-rule", f"can't read the rule file: {error}", where=where) from None


def _record(table: Mapping[str, Any], id_: str, where: str) -> dict[str, Any]:
    for key in _REQUIRED:
        if not isinstance(table.get(key), str):
            raise ConfigError("missing-key", f"{key} is missing", where=where, try_=f'{key} = "…"')
    kind = table.get("kind") or _kind_of(table)
    try:
        module = kinds.module(kind)
    except KeyError:
        raise ConfigError("bad-value", f"kind is {kind!r}", where=where,
                          try_=", ".join(kinds.names())) from None  # fmt: skip
    extra = {"module"} if kind == "python" else set()
    if unknown := sorted(set(table) - _COMMON - module.KEYS - extra):
        raise ConfigError("unknown-key", f"unknown key {unknown[0]!r}", where=where,
                          try_=", ".join(sorted(module.KEYS)))  # fmt: skip
    langs = _strings(table, "langs", where)
    info = {
        "title": table["title"],
        "why": table["why"],
        "mqm": table["mqm"],
        "langs": langs,
        "source_langs": _strings(table, "source_langs", where),
        "speaks_to": _strings(table, "speaks_to", where),
        "severity": _one_of(table, "severity", "minor", [s.value for s in Severity], where),
        "confidence": _one_of(table, "confidence", "medium", [c.value for c in Confidence], where),
        "default": bool(table.get("default", True)),
        "bilingual": bool(table.get("bilingual", kind in {"bilingual", "glossary"})),
        "rewrite": table.get("rewrite"),
    }
    data = module.prepare(table, lang=langs[0] if langs else "en", where=where)
    return {
        "id": id_,
        "kind": kind,
        "origin": where,
        "info": info,
        "message": table.get("message", table["why"]),
        "safe": bool(table.get("safe", False)),
        "fixable": _suggests(table),
        "evidence": table.get("evidence"),
        "formerly": _strings(table, "formerly", where),
        "options": table.get("options", {}),
        "digest": _digest(table, data),
        "data": data,
        "examples": [_json_ready(e) for e in table.get("examples", [])],
    }


def _digest(table: Mapping[str, Any], data: Mapping[str, Any]) -> str:
    """Return a hash of all that a rule says: its table, word lists put in; not of how it is run."""
    said = repr(sorted(table.items())) + repr(_said(data))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _said(data: Any) -> Any:
    if isinstance(data, Mapping):
        return [(key, _said(data[key])) for key in sorted(data) if key not in PLAN_KEYS]
    return [_said(one) for one in data] if isinstance(data, list) else data


def _kind_of(table: Mapping[str, Any]) -> str:
    """Return the kind that a table without ``kind`` must be of, by its keys."""
    for key, kind in (("phrases", "phrase"), ("phrase", "phrase"), ("terms", "terms")):
        if key in table:
            return kind
    return "pairs" if "pairs" in table else "pattern"


def _suggests(table: Mapping[str, Any]) -> bool:
    if table.get("fixable") or table.get("suggest") or table.get("pairs"):
        return True
    items = [*table.get("patterns", []), *table.get("phrase", [])]
    if any("suggest" in item for item in items if isinstance(item, Mapping)):
        return True
    if any(table.get("terms", {}).values()):
        return True
    return any("fixed" in e for e in table.get("examples", []))


def _strings(table: Mapping[str, Any], key: str, where: str) -> list[str]:
    value = table.get(key, [])
    if isinstance(value, str) or not all(isinstance(v, str) for v in value):
        raise ConfigError("bad-value", f"{key} is {value!r}", where=where, try_='a list: ["en"]')
    return list(value)


def _one_of(table: Mapping[str, Any], key: str, default: str, values: list[str], where: str) -> str:
    value = table.get(key, default)
    if value not in values:
        raise ConfigError("bad-value", f"{key} is {value!r}", where=where, try_=", ".join(values))
    return str(value)


def _json_ready(table: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v.isoformat() if hasattr(v, "isoformat") else v for k, v in table.items()}


def _with_line(error: ConfigError, file: Path) -> ConfigError:
    """Add the line of the key that an error names, as far as the text shows it."""
    named = re.search(
        r"(?P<table>[a-z_]+)\[(?P<n>\d+)\]\.(?P<key>\w+)|'?(?P<only>[\w-]+)'? ", error.what
    )
    line = None
    if named and file.suffix == ".toml":
        key = named["key"] or named["only"]
        nth = int(named["n"]) if named["n"] else 0
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
        places = [i for i, text in enumerate(lines, 1) if re.match(rf"\s*\W?{key}\W?\s*=", text)]
        if not places and "unknown key" in error.what:
            name = error.what.split()[-1].strip("'")
            places = [i for i, text in enumerate(lines, 1) if name.split(".")[-1] in text]
        if places:
            line = places[min(nth, len(places) - 1)]
    where = f"{file}:{line}" if line else str(file)
    return ConfigError(error.code, error.what, where=where, try_=error.try_)


def to_rule(data: Mapping[str, Any], rates: Mapping[str, float]) -> Rule:
    """Return the rule of a prepared record."""
    info = data["info"]
    id_ = data["id"]
    return Rule(
        info=RuleInfo(
            id=id_,
            group=id_.split("/")[0] if "/" in id_ else "user",
            title=info["title"],
            severity=Severity(info["severity"]),
            mqm=info["mqm"],
            why=info["why"],
            langs=tuple(info["langs"]),
            source_langs=tuple(info["source_langs"]),
            confidence=Confidence(info["confidence"]),
            default=info["default"],
            bilingual=info["bilingual"],
            fixable=data["fixable"],
            rewrite=info["rewrite"],
            speaks_to=tuple(info["speaks_to"]),
            examples=tuple(e["text"] for e in data["examples"]),
            rates=rates,
        ),
        kind=data["kind"],
        data=data["data"],
        origin=data["origin"],
        message=data["message"],
        safe=data["safe"],
        evidence=data["evidence"],
        formerly=tuple(data["formerly"]),
        options=data["options"],
        digest=data["digest"],
        raw_examples=tuple(data["examples"]),
    )
