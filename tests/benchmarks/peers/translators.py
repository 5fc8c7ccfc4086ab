"""Translation with peers that run on CTranslate2 or are a program of their own."""

from __future__ import annotations

from timing import by_beam


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
            no_repeat_ngram_size=job["no_repeat"],
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

    return by_beam(job, run, importlib.metadata.version("argostranslate"), runs=1)


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
