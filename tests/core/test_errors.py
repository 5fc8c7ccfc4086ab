from __future__ import annotations

import pickle

import pytest

from mtcheck.core.errors import ConfigError, InputError, ModelError, MtcheckError, UsageError


@pytest.mark.parametrize("kind", [UsageError, ConfigError, InputError, ModelError])
def test_errors_survive_the_way_between_processes(kind: type[MtcheckError]) -> None:
    error = kind("some-code", "it broke", where="file:3", try_="mend it")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert again.to_dict() == error.to_dict()
    assert str(again) == "it broke; at file:3; try: mend it"
    assert int(kind.exit_code) in {2, 3, 4}
