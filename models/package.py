"""Puts the embedded models into the wheel, under mtcheck/_models, and the prepared rules.

A model folder that is not there is left out, so that the code can be built without weights. Weights
that only the transformers backend reads stay out: a wheel holds the int8 form alone.
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# model → files that stay out of the wheel
MODELS = {"marian-mul-small": {"model.safetensors"}, "judge-small": set[str]()}


class EmbeddedModels(BuildHookInterface):  # type: ignore[type-arg]
    """Adds the files of each model that exists, and all rules in their prepared form."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Fill ``force_include``; an editable install reads ``models/`` in the checkout instead."""
        if version == "editable":
            return
        self._rules = tempfile.TemporaryDirectory()
        rules = Path(self._rules.name) / "prepared.json"
        command = [sys.executable, "-m", "mtcheck.checks.prepared", str(rules)]
        subprocess.run(command, cwd=self.root, check=True)  # noqa: S603 - no shell, own module
        build_data["force_include"][str(rules)] = "mtcheck/checks/prepared.json"
        root = Path(self.root) / "models"
        for model, left_out in MODELS.items():
            for path in sorted((root / model).rglob("*")):
                relative = path.relative_to(root)
                hidden = any(part.startswith((".", "__")) for part in relative.parts)
                if path.is_file() and path.name not in left_out and not hidden:
                    build_data["force_include"][str(path)] = f"mtcheck/_models/{relative}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the prepared rules from the temporary folder."""
        if version != "editable":
            self._rules.cleanup()
