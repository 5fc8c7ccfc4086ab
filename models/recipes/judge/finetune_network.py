"""The network that is fine-tuned: the shortened encoder and one small head a task, in torch."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

PAD = 1
MARKS = 3  # ids below are no text: <s>, <pad>, </s>
HIDDEN_UNITS = 256
# What each head reads of the encoder, see `Network.pooled`, and how many numbers it gives.
HEADS = {"quality": (5, 1), "fluency": (2, 1), "origin": (2, 3)}
PAIR_PARTS = 5  # of a head that reads pairs; it reads likenesses as well
LIKENESSES, LIKENESS_SCALE = 4, 4.0
_LINEAR = {"q": "q", "k": "k", "v": "v", "ao": "out", "fi": "up", "fo": "down"}
_NORMS = {"aln": "attention_norm", "oln": "out_norm"}


class Layer(nn.Module):
    """One post-norm BERT layer.

    Attention is written out: torch's fused attention is several times slower backwards in
    bfloat16 on a CPU.
    """

    def __init__(self, width: int, heads: int, inner: int, epsilon: float) -> None:
        super().__init__()
        self.heads = heads
        self.q, self.k, self.v = (nn.Linear(width, width) for _ in range(3))
        self.out = nn.Linear(width, width)
        self.attention_norm = nn.LayerNorm(width, eps=epsilon)
        self.up, self.down = nn.Linear(width, inner), nn.Linear(inner, width)
        self.out_norm = nn.LayerNorm(width, eps=epsilon)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Return new states for ``x`` (batch, pieces, width); ``mask`` is added to the logits."""
        n, size, width = x.shape

        # One product for all three: x is cast to bfloat16 once.
        three = functional.linear(
            x,
            torch.cat([self.q.weight, self.k.weight, self.v.weight]),
            torch.cat([self.q.bias, self.k.bias, self.v.bias]),
        )
        q, k, v = three.view(n, size, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        logits = q @ k.transpose(-1, -2) * (width // self.heads) ** -0.5 + mask.to(q.dtype)
        mixed = torch.softmax(logits, dim=-1) @ v
        x = self.attention_norm(x + self.out(mixed.transpose(1, 2).reshape(n, size, width)))
        return self.out_norm(x + self.down(functional.gelu(self.up(x))))


def likenesses(states: Tensor, ids: Tensor, kinds: Tensor) -> Tensor:
    """Return how well each side's pieces are matched by the other's, shape (batch, 4).

    A piece is matched by the piece of the other side whose state has the highest cosine (as in
    BERTScore, Zhang et al. 2020). The mean over the source's pieces, over the target's, and the
    least of each; zeros where a side is empty.
    """
    text = ids >= MARKS
    source, target = text & (kinds == 0), text & (kinds == 1)
    unit = functional.normalize(states, dim=-1)
    both = (source[:, :, None] & target[:, None, :]).to(states.dtype)
    cosine = unit @ unit.transpose(1, 2) * both - 2 * (1 - both)
    out = []
    for side, best in ((source, cosine.amax(2)), (target, cosine.amax(1))):
        out.append((best * side).sum(1) / side.sum(1).clamp(min=1))
        out.append(best.masked_fill(~side, 2.0).amin(1))
    found = torch.stack([out[0], out[2], out[1], out[3]], dim=1) * LIKENESS_SCALE
    return found * (source.any(1) & target.any(1))[:, None]


class Network(nn.Module):
    """Encoder and heads.

    Args:
        tensors: weights by the names of `judge.encoder.Weights`; ``emb.word`` has only the pieces
            that are kept.
        layers: lowest layers that are used.
        heads: attention heads.
        epsilon: of the layer norms.
        frozen: lowest layers that are not trained. Word embeddings never are: languages that the
            judgements lack must keep their place beside those that they have.
        seed: of the heads' first weights.
        spec: parts that each head reads and how many numbers it gives.
    """

    def __init__(
        self,
        tensors: Mapping[str, NDArray[np.float32]],
        *,
        layers: int,
        heads: int,
        epsilon: float,
        frozen: int = 0,
        seed: int = 0,
        spec: Mapping[str, tuple[int, int]] = HEADS,
    ) -> None:
        super().__init__()
        self.spec = dict(spec)
        width = tensors["emb.word"].shape[1]
        inner = tensors["l0.fi.w"].shape[0]
        self.frozen = frozen
        self.word = nn.Embedding(*tensors["emb.word"].shape)
        self.place = nn.Embedding(*tensors["emb.pos"].shape)
        self.kind = nn.Embedding(*tensors["emb.type"].shape)
        self.norm = nn.LayerNorm(width, eps=epsilon)
        self.layers = nn.ModuleList(Layer(width, heads, inner, epsilon) for _ in range(layers))
        self.read(tensors)
        for parameter in (self.word.weight, self.place.weight):
            parameter.requires_grad_(False)
        for layer in self.layers[:frozen]:
            layer.requires_grad_(False)
        torch.manual_seed(seed)
        self.heads = nn.ModuleDict(
            {
                name: nn.Sequential(
                    nn.Linear(parts * width + LIKENESSES * (parts == PAIR_PARTS), HIDDEN_UNITS),
                    nn.Tanh(),
                    nn.Linear(HIDDEN_UNITS, out),
                )
                for name, (parts, out) in self.spec.items()
            }
        )
        self.read_heads(tensors)

    def states(self, ids: Tensor, kinds: Tensor) -> Tensor:
        """Return the last layer's states; ``ids`` and ``kinds`` have shape (batch, pieces)."""
        places = torch.arange(ids.shape[1])
        mask = torch.zeros(ids.shape).masked_fill(ids == PAD, -1e4)[:, None, None, :]
        x = self.norm(self.word(ids) + self.place(places) + self.kind(kinds))
        for layer in self.layers:
            x = layer(x, mask)
        return x

    @staticmethod
    def pooled(states: Tensor, ids: Tensor, kinds: Tensor, parts: int) -> Tensor:
        """Return what a head reads, shape (batch, parts · width).

        Two parts: the first state and the mean over the target; three more: the mean over the
        source, the distance of both means, and their product; then `likenesses`.
        """
        inside = (ids != PAD).float()

        def mean(weights: Tensor) -> Tensor:
            total = weights.sum(1, keepdim=True).clamp(min=1)
            return (states * weights[..., None]).sum(1) / total

        target = mean(inside * (kinds == 1))
        if parts == 2:
            return torch.cat([states[:, 0], target], dim=1)
        source = mean(inside * (kinds == 0))
        parts_ = [states[:, 0], target, source, (target - source).abs(), target * source]
        return torch.cat([*parts_, likenesses(states, ids, kinds)], dim=1)

    def forward(self, ids: Tensor, kinds: Tensor, head: str) -> Tensor:
        """Return the outputs of one head, shape (batch, outputs), in float32."""
        states = self.states(ids, kinds).float()
        pooled = self.pooled(states, ids, kinds, self.spec[head][0])
        with torch.autocast("cpu", enabled=False):
            out: Tensor = self.heads[head](pooled)
        return out

    def read(self, tensors: Mapping[str, NDArray[np.float32]]) -> None:
        """Take the encoder's weights from arrays."""
        with torch.no_grad():
            for name, parameter in self.named().items():
                parameter.copy_(torch.from_numpy(np.array(tensors[name], np.float32)))

    def write(self) -> dict[str, NDArray[np.float32]]:
        """Return the encoder's weights as arrays, by the names that `read` takes."""
        return {name: p.detach().float().numpy().copy() for name, p in self.named().items()}

    def named(self) -> dict[str, Tensor]:
        """Return the encoder's parameters by the names of `judge.encoder.Weights`."""
        out = {
            "emb.word": self.word.weight,
            "emb.pos": self.place.weight,
            "emb.type": self.kind.weight,
            "emb.ln.w": self.norm.weight,
            "emb.ln.b": self.norm.bias,
        }
        for i, layer in enumerate(self.layers):
            for short, long in {**_LINEAR, **_NORMS}.items():
                part = getattr(layer, long)
                out[f"l{i}.{short}.w"], out[f"l{i}.{short}.b"] = part.weight, part.bias
        return out

    def read_heads(self, arrays: Mapping[str, NDArray[np.float32]]) -> None:
        """Take the weights of heads that are among arrays by the names of `head_arrays`."""
        with torch.no_grad():
            for name, head in self.heads.items():
                for i, part in ((1, head[0]), (2, head[2])):
                    if f"{name}_w{i}" in arrays:
                        part.weight.copy_(torch.from_numpy(arrays[f"{name}_w{i}"].T.copy()))
                        part.bias.copy_(torch.from_numpy(arrays[f"{name}_b{i}"].copy()))

    def head_arrays(self) -> dict[str, NDArray[np.float32]]:
        """Return the heads' weights: ``<head>_w1`` (inputs, units), ``_b1``, ``_w2``, ``_b2``."""
        out = {}
        for name, head in self.heads.items():
            for i, part in ((1, head[0]), (2, head[2])):
                out[f"{name}_w{i}"] = part.weight.detach().numpy().T.copy()
                out[f"{name}_b{i}"] = part.bias.detach().numpy().copy()
        return out
