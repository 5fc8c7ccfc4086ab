"""The clock of all measurements with peers."""

from __future__ import annotations

import time


def timed(run, runs=2, clock=time.perf_counter):
    """Return (best seconds, last result)."""
    best = None
    for _ in range(runs):
        started = clock()
        result = run()
        seconds = clock() - started
        best = seconds if best is None else min(best, seconds)
    return best, result


def by_beam(job, run, version, runs=2):
    """Return the figures of ``run(texts, beam)`` for each beam of the job."""
    out = {}
    for beam in job["beams"]:
        run(job["texts"][:16], beam)
        seconds, tokens = timed(lambda b=beam: run(job["texts"], b), runs)
        out[str(beam)] = {"seconds": seconds, "tokens": tokens, "version": version}
    return out
