"""Errors that say what, where and what to try.

MtcheckError
├── UsageError     2   wrong arguments, no such file
├── ConfigError    2   configuration, baseline, user rule or glossary that can't be used
├── InputError     4   a document that can't be read or processed
└── ModelError     3   a model or backend that is missing or damaged
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of the command line; stable."""

    OK = 0
    GATE_FAILED = 1
    USAGE = 2
    MODEL = 3
    INPUTS = 4
    INTERRUPTED = 130


class MtcheckError(Exception):
    """Base of all errors that mtcheck raises on purpose.

    Args:
        code: stable kebab-case identifier, for programs.
        what: one sentence for people.
        where: file, line, key or step, if there is one.
        try_: what to do about it, if that is known.
    """

    exit_code = ExitCode.USAGE

    def __init__(
        self, code: str, what: str, *, where: str | None = None, try_: str | None = None
    ) -> None:
        super().__init__(what)
        self.code = code
        self.what = what
        self.where = where
        self.try_ = try_

    def __reduce__(self) -> tuple[object, ...]:
        # Keyword-only fields are lost by Exception's own pickling; worker processes need them.
        return _rebuild, (type(self), self.code, self.what, self.where, self.try_)

    def to_dict(self) -> dict[str, str | None]:
        """Return the fields as JSON-ready values."""
        return {"code": self.code, "what": self.what, "where": self.where, "try": self.try_}

    def __str__(self) -> str:
        parts = [self.what]
        if self.where:
            parts.append(f"at {self.where}")
        if self.try_:
            parts.append(f"try: {self.try_}")
        return "; ".join(parts)


def _rebuild(
    kind: type[MtcheckError], code: str, what: str, where: str | None, try_: str | None
) -> MtcheckError:
    return kind(code, what, where=where, try_=try_)


class UsageError(MtcheckError):
    """Wrong arguments or a path that does not exist."""


class ConfigError(MtcheckError):
    """Configuration, baseline, glossary or user rule that can't be used."""


class InputError(MtcheckError):
    """A document that can't be read or processed."""

    exit_code = ExitCode.INPUTS


class ModelError(MtcheckError):
    """A model or backend that is missing, damaged or serves no such language."""

    exit_code = ExitCode.MODEL
