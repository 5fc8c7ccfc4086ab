import multiprocessing
import os
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mtcheck.engines.base import EngineInfo, Translation
from mtcheck.engines.cache import (
    CachedTranslator,
    TranslationCache,
    default_cache_dir,
    fingerprint,
)
from tests.engines.mirror import MirrorTranslator

INFO = EngineInfo("translator", "m", "0", "b", "1", params={"beam": "1"})
PREFIX = fingerprint(INFO, "en", "pt")


def entry(text):
    return Translation(text[::-1], -0.5, len(text), ("split",) if len(text) > 5 else ())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.lists(st.text(max_size=12), max_size=20), st.lists(st.text(max_size=12), max_size=20))
def test_what_was_put_is_got_and_nothing_else(tmp_path, put, asked):
    cache = TranslationCache(tmp_path / os.urandom(8).hex())
    items = {t: entry(t) for t in put}
    cache.put_many(PREFIX, items)
    found = cache.get_many(PREFIX, [*put, *asked])
    cache.close()
    assert found == {t: items[t] for t in {*put, *asked} if t in items}


def test_entries_outlive_the_process_object(tmp_path):
    first = TranslationCache(tmp_path)
    first.put_many(PREFIX, {"a": entry("a")})
    first.close()
    assert TranslationCache(tmp_path).get_many(PREFIX, ["a"]) == {"a": entry("a")}


@pytest.mark.parametrize(
    "other",
    [
        EngineInfo("translator", "m", "1", "b", "1", params={"beam": "1"}),
        EngineInfo("translator", "m", "0", "b", "2", params={"beam": "1"}),
        EngineInfo("translator", "m", "0", "b", "1", params={"beam": "4"}),
        EngineInfo("translator", "m", "0", "b", "1", compute_type="int8", params={"beam": "1"}),
    ],
)
def test_another_engine_or_setting_is_another_entry(other):
    assert fingerprint(other, "en", "pt") != PREFIX
    assert fingerprint(INFO, "pt", "en") != PREFIX


def test_the_models_place_is_no_part_of_the_key():
    moved = EngineInfo("translator", "m", "0", "b", "1", params={"beam": "1"}, folder="/elsewhere")
    assert fingerprint(moved, "en", "pt") == PREFIX


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.lists(st.lists(st.text("abc", min_size=1, max_size=3), max_size=8), max_size=4))
def test_a_cached_translator_gives_what_the_bare_one_gives(tmp_path, calls):
    inner = MirrorTranslator()
    cached = CachedTranslator(inner, TranslationCache(tmp_path / os.urandom(8).hex()))
    for texts in calls:
        expected = MirrorTranslator().translate(texts, source="en", target="pt")
        assert cached.translate(texts, source="en", target="pt") == expected
    assert len(inner.seen) == len(set(inner.seen))  # nothing reached the model twice


def test_a_failure_half_way_keeps_what_is_done(tmp_path):
    class Failing(MirrorTranslator):
        def translate(self, texts, *, source, target):
            if "stop" in texts:
                raise KeyboardInterrupt
            return super().translate(texts, source=source, target=target)

    texts = [f"text {i}" for i in range(600)]
    cache = TranslationCache(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        CachedTranslator(Failing(), cache).translate([*texts, "stop"], source="en", target="pt")
    inner = MirrorTranslator()
    CachedTranslator(inner, cache).translate(texts, source="en", target="pt")
    assert 0 < len(inner.seen) < 600


def _fill(folder, start):
    cache = TranslationCache(Path(folder))
    for i in range(start, start + 40):
        cache.put_many(PREFIX, {f"t{j}": entry(f"t{j}") for j in range(i, i + 20)})
        cache.get_many(PREFIX, [f"t{j}" for j in range(i)])
    remarks = cache.remarks
    cache.close()
    return remarks


def test_two_processes_write_at_once(tmp_path):
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        remarks = pool.starmap(_fill, [(str(tmp_path), 0), (str(tmp_path), 30)])
    assert remarks == [(), ()]
    texts = [f"t{j}" for j in range(89)]
    assert TranslationCache(tmp_path).get_many(PREFIX, texts) == {t: entry(t) for t in texts}


def test_threads_share_a_cache(tmp_path):
    cache = TranslationCache(tmp_path)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda i: cache.put_many(PREFIX, {f"t{i}": entry(f"t{i}")}), range(40)))
    assert len(cache.get_many(PREFIX, [f"t{i}" for i in range(40)])) == 40
    assert cache.remarks == ()


def test_a_file_that_is_no_database_is_moved_aside(tmp_path):
    cache = TranslationCache(tmp_path)
    cache.path.write_bytes(b"not a database at all, but long enough to look at" * 100)
    assert cache.get_many(PREFIX, ["a"]) == {}
    cache.put_many(PREFIX, {"a": entry("a")})
    assert cache.get_many(PREFIX, ["a"]) == {"a": entry("a")}
    assert "moved to" in cache.remarks[0]
    assert len(list(tmp_path.glob("*.damaged-*"))) == 1


def test_damage_that_shows_later_loses_no_run(tmp_path):
    cache = TranslationCache(tmp_path)
    cache.put_many(PREFIX, {f"t{i}": entry(f"text {i}" * 50) for i in range(500)})
    cache.close()
    content = bytearray(cache.path.read_bytes())
    content[8192:] = b"\xa5" * (len(content) - 8192)
    cache.path.write_bytes(content)
    again = TranslationCache(tmp_path)
    model = CachedTranslator(MirrorTranslator(), again)
    texts = [f"t{i}" for i in range(500)]
    assert [t.text for t in model.translate(texts, source="en", target="pt")] == [
        t[::-1] for t in texts
    ]
    again.get_many(PREFIX, texts)
    assert "moved to" in again.remarks[0]
    again.put_many(PREFIX, {"new": entry("new")})
    assert again.get_many(PREFIX, ["new"]) == {"new": entry("new")}


def test_a_table_of_another_make_is_moved_aside(tmp_path):
    cache = TranslationCache(tmp_path)
    base = sqlite3.connect(cache.path)
    base.execute("CREATE TABLE translations (something TEXT)")
    base.commit()
    base.close()
    cache.put_many(PREFIX, {"a": entry("a")})
    assert cache.get_many(PREFIX, ["a"]) == {"a": entry("a")}
    assert "moved to" in cache.remarks[0]


def test_a_folder_that_cannot_be_made_costs_only_the_cache(tmp_path):
    (tmp_path / "file").write_text("in the way")
    cache = TranslationCache(tmp_path / "file" / "cache")
    model = CachedTranslator(MirrorTranslator(), cache)
    assert model.translate(["abc"], source="en", target="pt")[0].text == "cba"
    assert "not kept" in model.remarks[0]
    assert len(model.remarks) == 1


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_costs_only_the_cache(tmp_path):
    tmp_path.chmod(0o500)
    cache = TranslationCache(tmp_path)
    cache.put_many(PREFIX, {"a": entry("a")})
    assert "not kept" in cache.remarks[0]


def test_a_file_that_is_too_big_loses_its_older_half(tmp_path):
    cache = TranslationCache(tmp_path)
    items = {f"t{i}": Translation("x" * 400, None, 1) for i in range(1000)}
    cache.put_many(PREFIX, items)
    cache.close()
    small = TranslationCache(tmp_path, max_bytes=100_000)
    assert 400 < len(small.get_many(PREFIX, list(items))) < 600


def test_hits_are_fast(tmp_path):
    cache = TranslationCache(tmp_path)
    items = {f"A sentence of the usual length, number {i}.": entry("abcdef") for i in range(20_000)}
    cache.put_many(PREFIX, items)
    texts = list(items)
    started = time.perf_counter()
    assert len(cache.get_many(PREFIX, texts)) == 20_000
    # 50,000 hits a second is the promise; the margin is for a machine that has other work.
    assert time.perf_counter() - started < 2.0


def test_the_default_folder_follows_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("MTCHECK_CACHE_DIR", str(tmp_path / "own"))
    assert default_cache_dir() == tmp_path / "own"
    monkeypatch.delenv("MTCHECK_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_cache_dir() == tmp_path / "mtcheck"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert default_cache_dir() == Path.home() / ".cache" / "mtcheck"
