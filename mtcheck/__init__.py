"""mtcheck: does this text read like machine translation, how good is it, what must be fixed?

>>> import mtcheck
>>> report = mtcheck.check("The minister spoke this Friday (11).", lang="en")
>>> [finding.rule for finding in report.findings]
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mtcheck.api.checker import Checker, check
    from mtcheck.core.config import Config
    from mtcheck.core.documents import Article, Meta
    from mtcheck.core.errors import ConfigError, InputError, ModelError, MtcheckError, UsageError
    from mtcheck.core.findings import Finding, Severity
    from mtcheck.core.report import Report, Verdict
    from mtcheck.core.scores import Score
    from mtcheck.core.spans import Span

__version__ = "0.1.0"

# Resolved on first use: `import mtcheck` stays under 0.3 s whatever the engines weigh.
_EXPORTS = {
    "Checker": "mtcheck.api.checker",
    "check": "mtcheck.api.checker",
    "Config": "mtcheck.core.config",
    "Article": "mtcheck.core.documents",
    "Meta": "mtcheck.core.documents",
    "ConfigError": "mtcheck.core.errors",
    "InputError": "mtcheck.core.errors",
    "ModelError": "mtcheck.core.errors",
    "MtcheckError": "mtcheck.core.errors",
    "UsageError": "mtcheck.core.errors",
    "Finding": "mtcheck.core.findings",
    "Severity": "mtcheck.core.findings",
    "Report": "mtcheck.core.report",
    "Verdict": "mtcheck.core.report",
    "Score": "mtcheck.core.scores",
    "Span": "mtcheck.core.spans",
}

__all__ = [
    "Article",
    "Checker",
    "Config",
    "ConfigError",
    "Finding",
    "InputError",
    "Meta",
    "ModelError",
    "MtcheckError",
    "Report",
    "Score",
    "Severity",
    "Span",
    "UsageError",
    "Verdict",
    "__version__",
    "check",
]


def __getattr__(name: str) -> Any:
    if name in _EXPORTS:
        return getattr(importlib.import_module(_EXPORTS[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
