"""Translation with peers that run on torch."""

from __future__ import annotations

from timing import by_beam


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


def count(out, config):
    """Return the target tokens of a batch, end tokens included."""
    return int((out[:, 1:] != config.pad_token_id).sum())
