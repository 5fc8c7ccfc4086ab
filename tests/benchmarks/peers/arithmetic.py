"""Matrix products, and an encoder of the judge's shape, in torch."""

from __future__ import annotations

import time

from timing import timed


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
