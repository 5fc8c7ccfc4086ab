"""Documents and windows of them as features of the origin models."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from judge import records as files
from mtcheck.checks.engine import check
from mtcheck.checks.registry import load_rules
from mtcheck.core.config import RulesConfig
from mtcheck.core.documents import Document
from mtcheck.core.findings import Finding
from mtcheck.engines import judge_features as jf
from mtcheck.engines.judge_origin import STYLE_SCALE
from mtcheck.run.rule_evidence import rule_evidence, speaking_rules
from mtcheck.text.segment import segment

MACHINE = "mt"
MIN_LEXICAL = 8  # documents that an n-gram of all words is in
DENSE_SCRIPTS = {"zh", "ja"}


@dataclass(slots=True)
class Texts:
    """Documents and random windows of them, as features.

    ``x`` is TF-IDF (the parts of characters, function words and all words of a row each of length
    one), ``plain`` the number of its columns before those of all words,
    ``style`` the scaled densities, ``rules`` the findings by group, ``doc`` the document's index,
    ``whole`` marks whole documents, ``words`` lengths, ``segments`` are the lines themselves.
    """

    x: sp.csr_matrix
    plain: int
    style: NDArray[np.float32]
    rules: NDArray[np.int64]
    doc: NDArray[np.int64]
    whole: NDArray[np.bool_]
    words: NDArray[np.int64]
    segments: list[list[str]]


def read(path: Path, langs: Sequence[str]) -> list[dict[str, Any]]:
    """Return the records of a JSONL file (plain or .xz) in the languages wanted."""
    return [r for r in files.records(path) if r["lang"] in langs]


def masks_names(lang: str) -> bool:
    """Tell whether a capital means a name; in German it means any noun."""
    return lang != "de"


def function_words(records: list[dict[str, Any]], lang: str, size: int = 250) -> NDArray[np.uint32]:
    """Return the keys of the words that most human documents use; none for dense scripts."""
    if lang in DENSE_SCRIPTS:
        return np.zeros(0, np.uint32)
    counts: Counter[str] = Counter()
    for r in records:
        if r["label"] != MACHINE:
            clean = jf.normalise(r["text"], mask_names=masks_names(lang))
            counts.update({w for w in jf.words(clean) if w[0].isalpha()})
    return np.unique(np.array([jf.word_key(w) for w, _ in counts.most_common(size)], np.uint32))


class Findings:
    """Runs the default rules of a language over documents."""

    def __init__(self, lang: str) -> None:
        self._lang = lang
        rules = load_rules()
        self._rules = rules.select(RulesConfig(), lang, bilingual=False)
        self.speaking = speaking_rules(rules, lang)

    def of(self, lines: Sequence[str]) -> list[list[Finding]]:
        """Return the findings of each line of one document that speak to origin."""
        out: list[list[Finding]] = [[] for _ in lines]
        document = segment(Document.plain("\n".join(lines), lang=self._lang))
        for finding in check(document, self._rules).findings:
            if finding.rule in self.speaking:
                out[finding.line - 1].append(finding)
        return out

    def count(self, by_line: Sequence[Sequence[Finding]]) -> tuple[int, ...]:
        """Return the counts of `mtcheck.run.rule_evidence` over some lines."""
        found = [finding for line in by_line for finding in line]
        return rule_evidence(found, self.speaking).counts


def texts(
    records: Sequence[dict[str, Any]], *, windows: int, seed: int
) -> Iterator[tuple[list[str], list[tuple[int, int]]]]:
    """Yield each document's lines and what is taken of them: all, then random windows."""
    rng = random.Random(seed)
    for r in records:
        # Other line ends than these would shift the findings' lines.
        lines = [" ".join(s.splitlines()) for s in r["text"].split("\n") if s.strip()]
        places = [(0, len(lines))]
        for _ in range(windows):
            n = min(len(lines), rng.choice((1, 2, 3, 4, 6, 8)))
            a = rng.randrange(len(lines) - n + 1)
            places.append((a, a + n))
        yield lines, places


class Extractor:
    """Counts sentences once, then sums them to documents and windows."""

    def __init__(
        self, lang: str, function_words: NDArray[np.uint32], size: int, lexical: int = 0
    ) -> None:
        self.function_words, self.size, self.mask_names = function_words, size, masks_names(lang)
        self.lexical = lexical
        self.findings = Findings(lang)
        self.keys = np.zeros(0, np.uint32)
        self.idf = np.zeros(0, np.float32)
        self.mean = self.spread = np.zeros(0, np.float32)

    def transform(
        self, records: list[dict[str, Any]], *, windows: int, seed: int, fit: bool = False
    ) -> Texts:
        """Return the features of all documents and of ``windows`` random windows of each."""
        cut = list(texts(records, windows=windows, seed=seed))
        sentences = [line for lines, _ in cut for line in lines]
        found = [x for lines, _ in cut for x in self.findings.of(lines)]
        starts = np.cumsum([0, *(len(lines) for lines, _ in cut)]).tolist()
        spans = [
            (i, starts[i] + a, starts[i] + b, k == 0)
            for i, (_, places) in enumerate(cut)
            for k, (a, b) in enumerate(places)
        ]
        counted = [
            jf.count(s, self.function_words, mask_names=self.mask_names, lexical=bool(self.lexical))
            for s in sentences
        ]
        whole = np.array([w for *_, w in spans])
        if fit:
            self._choose(counted, [s for s in spans if s[3]])
        table = self._table(counted)
        ends = np.cumsum([0, *(b - a for _, a, b, _ in spans)])
        pick = np.concatenate([np.arange(a, b) for _, a, b, _ in spans])
        total = sp.csr_matrix((np.ones(len(pick), np.float32), pick, ends),
                              shape=(len(spans), len(sentences))) @ table  # fmt: skip
        style = np.array([jf.style(sentences[a:b]) for _, a, b, _ in spans])
        if fit:
            self.mean, self.spread = style[whole].mean(0), style[whole].std(0) + 1e-6
        sizes = np.array([jf.n_words(s) for s in sentences])
        return Texts(
            x=self._tfidf(total.tocsr()),
            plain=self.plain,
            style=(np.clip((style - self.mean) / self.spread, -4, 4) * STYLE_SCALE).astype(
                np.float32
            ),
            rules=np.array([self.findings.count(found[a:b]) for _, a, b, _ in spans]),
            doc=np.array([i for i, *_ in spans]),
            whole=whole,
            words=np.array([sizes[a:b].sum() for _, a, b, _ in spans]),
            segments=[sentences[a:b] for _, a, b, _ in spans],
        )

    def _choose(self, counted: list[jf.Counts], spans: list[tuple[int, int, int, bool]]) -> None:
        # By document frequency, not by label: labels of held-out years must not leak in here.
        per_doc = [np.unique(np.concatenate([counted[j].keys for j in range(a, b)]))
                   for _, a, b, _ in spans]  # fmt: skip
        keys, df = np.unique(np.concatenate(per_doc), return_counts=True)
        order = np.argsort(-df, kind="stable")
        lexical = (keys[order] >= jf.LEXICAL_KEYS) & bool(self.lexical)
        rare = df[order] < np.where(lexical, MIN_LEXICAL, 3)
        places = [order[part & ~rare] for part in (~lexical, lexical)]
        order = np.sort(np.concatenate([places[0][: self.size], places[1][: self.lexical]]))
        self.keys = keys[order]
        idf = np.log((1 + len(spans)) / (1 + df[order])) + 1
        self.idf = idf.astype(np.float16).astype(np.float32)

    @property
    def plain(self) -> int:
        """Number of features before the n-grams of all words."""
        return int((self.keys < jf.LEXICAL_KEYS).sum()) if self.lexical else len(self.keys)

    def _table(self, counted: list[jf.Counts]) -> sp.csr_matrix:
        columns, values, ends = [], [], [0]
        for c in counted:
            at = np.searchsorted(self.keys, c.keys).clip(max=len(self.keys) - 1)
            hit = self.keys[at] == c.keys
            columns.append(at[hit].astype(np.int32))
            values.append(c.counts[hit])
            ends.append(ends[-1] + int(hit.sum()))
        return sp.csr_matrix((np.concatenate(values), np.concatenate(columns), ends),
                             shape=(len(counted), len(self.keys)))  # fmt: skip

    def _tfidf(self, counts: sp.csr_matrix) -> sp.csr_matrix:
        x = counts.astype(np.float32)
        x.data = (np.log(x.data) + 1) * self.idf[x.indices]
        first = int((self.keys < jf.WORD_KEYS).sum())
        parts = (x[:, :first], x[:, first : self.plain], x[:, self.plain :])
        return sp.hstack([unit_rows(part) for part in parts]).tocsr()


def unit_rows(x: sp.csr_matrix) -> sp.csr_matrix:
    """Return ``x`` with rows of length one."""
    norm = np.sqrt(np.asarray(x.multiply(x).sum(1)).ravel())
    return (sp.diags((1 / np.maximum(norm, 1e-9)).astype(np.float32)) @ x).tocsr()


def grammar(x: sp.csr_matrix, keys: NDArray[np.uint32]) -> sp.csr_matrix:
    """Return the columns of word n-grams; their rows have length one already."""
    return x[:, np.flatnonzero(keys >= jf.WORD_KEYS)]
