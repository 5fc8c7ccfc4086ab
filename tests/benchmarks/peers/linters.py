"""Programs that check texts by rules."""

from __future__ import annotations

import time

from timing import timed


def proselint(job):
    """Proselint over a text on one core; checks are loaded before the clock starts."""
    import importlib.metadata

    from proselint.checks import __register__
    from proselint.config import DEFAULT
    from proselint.registry import CheckRegistry
    from proselint.tools import LintFile

    CheckRegistry().register_many(__register__)
    config = {**DEFAULT, "max_errors": 10**9}

    def run(text):
        return LintFile(content=text, source="text").lint(config)

    run(job["text"][:500])
    seconds, found = timed(lambda: run(job["text"]), clock=time.process_time)
    version = importlib.metadata.version("proselint")
    return {"seconds": seconds, "found": len(found), "version": version}


def pofilter(job):
    """The checks of translate-toolkit's pofilter (GNOME's and the common ones) over a PO file."""
    import importlib.metadata

    from translate.filters.checks import StandardUnitChecker, TeeChecker, projectcheckers
    from translate.storage import factory

    store = factory.getobject(job["path"])
    checker = TeeChecker(checkerclasses=[projectcheckers["gnome"], StandardUnitChecker])

    def check():
        return sum(len(checker.run_filters(unit)) for unit in store.units if unit.source)

    seconds, found = timed(check, clock=time.process_time)
    version = importlib.metadata.version("translate-toolkit")
    return {"seconds": seconds, "found": found, "version": version}
