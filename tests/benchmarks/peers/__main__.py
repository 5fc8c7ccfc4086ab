"""Runs one measurement with a peer, in the peer's own environment; knows nothing of mtcheck.

    PYTHON peers < JOB.json

Run as a folder, whose modules then import each other. The job is a JSON object with ``peer`` and
what that peer's function takes. The result is the last line of the output: ``{"seconds": …,
"tokens": …}`` or ``{"missing": why}``.
"""

from __future__ import annotations

import importlib
import json
import os
import sys

MODULES = {
    "ctranslate2": "translators",
    "argostranslate": "translators",
    "pymarian": "translators",
    "transformers": "torch_translators",
    "easynmt": "torch_translators",
    "encoder": "arithmetic",
    "gemm": "arithmetic",
    "proselint": "linters",
    "pofilter": "linters",
}


def main():
    """Run the job on standard input."""
    job = json.load(sys.stdin)
    out = os.dup(1)
    os.dup2(2, 1)  # what peers print is not the result
    try:
        module = importlib.import_module(MODULES[job["peer"]])
        result = getattr(module, job["peer"])(job)
    except ImportError as error:
        result = {"missing": str(error)}
    except Exception as error:
        result = {"failed": f"{type(error).__name__}: {str(error).strip().splitlines()[0][:200]}"}
    os.write(out, (json.dumps(result) + "\n").encode())


if __name__ == "__main__":
    main()
