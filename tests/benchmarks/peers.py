"""Runs one measurement with a peer, in the peer's own environment; knows nothing of mtcheck.

    PYTHON peers.py < JOB.json

The job is a JSON object with ``peer`` and what that peer's function takes. The result is the last
line of the output: ``{"seconds": …, "tokens": …}`` or ``{"missing": why}``.
"""

from __future__ import annotations

import json
import os
import sys
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


def ctranslate2(job):
    """Plain CTranslate2 with sentencepiece: the fastest of several settings."""
    import ctranslate2
    import sentencepiece

    pieces = sentencepiece.SentencePieceProcessor(model_file=job["folder"] + "/source.spm")
    front = [job["token"]] if job["token"] else []

    def run(model, texts, batch, beam):
        sources = [[*front, *pieces.encode(t, out_type=str), "</s>"] for t in texts]
        results = model.translate_batch(
            sources,
            beam_size=beam,
            max_batch_size=batch,
            batch_type="tokens",
            max_decoding_length=job["length"] or 150,
            return_scores=True,
        )
        for r in results:
            pieces.decode(r.hypotheses[0])
        return sum(len(r.hypotheses[0]) + (not job["length"]) for r in results)

    made = {}
    for inter, intra, batches in job["settings"]:
        model = ctranslate2.Translator(
            job["folder"] + "/ct2", compute_type="int8", inter_threads=inter, intra_threads=intra
        )
        for batch in batches:
            found = by_beam(
                job, lambda texts, beam, m=model, b=batch: run(m, texts, b, beam),
                ctranslate2.__version__,
            )  # fmt: skip
            for beam, r in found.items():
                best = made.setdefault(beam, r)
                if r["seconds"] / r["tokens"] < best["seconds"] / best["tokens"]:
                    made[beam] = r
    return made


def transformers(job):
    """MarianMTModel.generate in batches of sentences of like length."""
    import torch
    import transformers

    torch.set_num_threads(job["threads"])
    tokenizer = transformers.MarianTokenizer.from_pretrained(job["folder"])
    model = transformers.MarianMTModel.from_pretrained(
        job["folder"], dtype=getattr(torch, job["type"])
    ).eval()
    front = job["token"] + " " if job["token"] else ""
    length = {"max_new_tokens": job["length"] or 150}

    def run(texts, beam):
        tokens = 0
        texts = sorted(texts, key=len)
        for i in range(0, len(texts), job["batch"]):
            batch = tokenizer(
                [front + t for t in texts[i : i + job["batch"]]], return_tensors="pt", padding=True
            )
            with torch.inference_mode():
                out = model.generate(
                    **batch, num_beams=beam, do_sample=False, max_length=None,
                    forced_eos_token_id=None, **length,
                )  # fmt: skip
            tokenizer.batch_decode(out, skip_special_tokens=True)
            tokens += count(out, model.config)
        return tokens

    return by_beam(job, run, transformers.__version__, runs=1)


def count(out, config):
    """Return the target tokens of a batch, end tokens included."""
    return int((out[:, 1:] != config.pad_token_id).sum())


def easynmt(job):
    """EasyNMT's translate with its OpusMT class, which loads the model from a folder here."""
    import importlib.metadata

    import torch
    from easynmt import EasyNMT
    from easynmt.models import OpusMT

    torch.set_num_threads(job["threads"])
    tokens = 0

    class Local(OpusMT):
        def load_model(self, model_name):
            tokenizer, model = super().load_model(job["folder"])
            if not hasattr(model, "counted"):
                generate = model.generate

                def counting(*args, **kwargs):
                    nonlocal tokens
                    out = generate(*args, **kwargs)
                    tokens += count(out, model.config)
                    return out

                model.generate, model.counted = counting, True
            return tokenizer, model

    model = EasyNMT(translator=Local(), device="cpu")
    front = job["token"] + " " if job["token"] else ""
    options = {"max_new_tokens": job["length"] or 150, "max_length": None,
               "forced_eos_token_id": None}  # fmt: skip

    def run(texts, beam):
        nonlocal tokens
        tokens = 0
        model.translate(
            [front + t for t in texts], target_lang="pt", source_lang="en", beam_size=beam,
            batch_size=job["batch"], perform_sentence_splitting=False, **options,
        )  # fmt: skip
        return tokens

    return by_beam(job, run, importlib.metadata.version("easynmt"), runs=1)


def argostranslate(job):
    """argos-translate's own function for a package, paragraph by paragraph."""
    import importlib.metadata
    import types

    import ctranslate2
    import sentencepiece
    from argostranslate import settings, translate

    pieces = sentencepiece.SentencePieceProcessor(model_file=job["folder"] + "/source.spm")
    inner = ctranslate2.Translator(
        job["folder"] + "/ct2",
        inter_threads=settings.inter_threads,
        intra_threads=settings.intra_threads,
    )
    front = [job["token"]] if job["token"] else []
    tokens = 0

    class Counting:
        """Forces the length, which argos leaves at CTranslate2's limit of 256, and counts."""

        def translate_batch(self, sources, **options):
            nonlocal tokens
            results = inner.translate_batch(
                sources, max_decoding_length=job["length"] or 150, **options
            )
            tokens += sum(len(r.hypotheses[0]) + (not job["length"]) for r in results)
            return results

    class Tokenizer:
        def encode(self, text):
            return [*front, *pieces.encode(text, out_type=str), "</s>"]

        def decode(self, found):
            return pieces.decode(found)

    class Lines:
        """Sentences are lines here: their splitting is not what is measured."""

        def split_sentences(self, text):
            return text.split("\u2028")

    package = types.SimpleNamespace(
        tokenizer=Tokenizer(), target_prefix="", type="translate", from_code="en", to_code="pt"
    )

    def run(texts, beam):
        nonlocal tokens
        tokens = 0
        settings.beam_size = beam
        for i in range(0, len(texts), 4):
            translate.apply_packaged_translation(
                package, "\u2028".join(texts[i : i + 4]), Counting(), num_hypotheses=1,
                sentencizer=Lines(),
            )  # fmt: skip
        return tokens

    return by_beam(job, run, importlib.metadata.version("argostranslate"))


def pymarian(job):
    """Marian C++ on the CPU, float32, through its Python bindings; pieces in, pieces out."""
    import pymarian
    import sentencepiece

    folder = job["folder"]
    pieces = sentencepiece.SentencePieceProcessor(model_file=folder + "/source.spm")
    mean = sum(len(pieces.encode(t)) for t in job["texts"]) / len(job["texts"])
    models = {
        beam: pymarian.Translator(
            models=folder + "/marian.npz",
            vocabs=[folder + "/marian.yml", folder + "/marian.yml"],
            beam_size=beam,
            cpu_threads=job["threads"],
            mini_batch=job["batch"],
            maxi_batch=100,
            maxi_batch_sort="src",
            workspace=1000,
            max_length_factor=(job["length"] + 1) / mean,
            skip_cost=True,
            quiet=True,
        )
        for beam in job["beams"]
    }

    def run(texts, beam):
        out = models[beam].translate([" ".join(pieces.encode(t, out_type=str)) for t in texts])
        return sum(len(line.split()) for line in out)

    return by_beam(job, run, pymarian.__version__, runs=1)


def encoder(job):
    """A BERT of the judge's shape in transformers; segments are pairs as the judge reads them."""
    import torch
    import transformers

    torch.set_num_threads(job["threads"])
    config = transformers.BertConfig(**job["config"])
    model = transformers.BertModel(config).eval().to(getattr(torch, job["type"]))
    lengths = sorted(job["lengths"])

    def run():
        for i in range(0, len(lengths), job["batch"]):
            some = lengths[i : i + job["batch"]]
            ids = torch.randint(4, config.vocab_size, (len(some), max(some)))
            mask = torch.tensor([[1] * n + [0] * (max(some) - n) for n in some])
            with torch.inference_mode():
                model(input_ids=ids, attention_mask=mask)

    run()
    seconds, _ = timed(run)
    return {"seconds": seconds, "version": transformers.__version__}


def gemm(job):
    """Matrix products in torch: seconds of each shape."""
    import torch

    torch.set_num_threads(job["threads"])
    kind = job["type"]
    seconds = []
    for m, k, n in job["shapes"]:
        if kind == "int8":
            a = torch.randint(-127, 127, (m, k), dtype=torch.int8)
            b = torch.randint(-127, 127, (n, k), dtype=torch.int8).t()
            product = torch._int_mm
        elif kind == "int8-linear":
            a = torch.randn(m, k)
            b = torch.ao.quantization.quantize_dynamic(
                torch.nn.Sequential(torch.nn.Linear(k, n)), {torch.nn.Linear}, dtype=torch.qint8
            )
            product = lambda x, layer: layer(x)  # noqa: E731
        else:
            a = torch.randn(m, k).to(getattr(torch, kind))
            b = torch.randn(n, k).to(getattr(torch, kind)).t()
            product = torch.mm
        with torch.inference_mode():
            product(a, b)
            began = time.perf_counter()
            product(a, b)
            # About half a second a shape.
            times = max(1, int(0.2 / (time.perf_counter() - began)))
            best, _ = timed(
                lambda f=product, x=a, y=b, r=range(times): [f(x, y) for _ in r], runs=3
            )
        seconds.append(best / times)
    return {"seconds": seconds, "version": torch.__version__}


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


def main():
    """Run the job on standard input."""
    job = json.load(sys.stdin)
    out = os.dup(1)
    os.dup2(2, 1)  # what peers print is not the result
    try:
        result = globals()[job["peer"]](job)
    except ImportError as error:
        result = {"missing": str(error)}
    except Exception as error:
        result = {"failed": f"{type(error).__name__}: {str(error).strip().splitlines()[0][:200]}"}
    os.write(out, (json.dumps(result) + "\n").encode())


if __name__ == "__main__":
    main()
