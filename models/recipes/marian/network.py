"""The network: loading and saving with the encoder's own positions, and one training loss."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from transformers import MarianMTModel

from .share import SIDES, shared

POSITIONS = "model.encoder.embed_positions.weight"
"""Positions of the encoder: weights, not sinusoids; `save_pretrained` leaves them out."""


def load(folder: Path, dropout: float = 0.0, share: str = "none") -> Any:
    """Model of a folder in Hugging Face layout, in float32, encoder positions included.

    With `share`, one embedding for both sides, see `shared`; a model that has one keeps it.
    """
    # In bfloat16 the backward pass of PyTorch's own attention takes a quarter of a training step.
    model = MarianMTModel.from_pretrained(
        folder, dropout=dropout, dtype=torch.float32, attn_implementation="eager"
    )
    stored = load_file(folder / "model.safetensors").get(POSITIONS)
    if stored is not None:
        with torch.no_grad():
            model.model.encoder.embed_positions.weight.copy_(stored)
    if share != "none" and not model.config.share_encoder_decoder_embeddings:
        model = shared(model, share)
    return model


def save(model: Any, folder: Path, dropout: float = 0.1) -> None:
    """Write config and fp16 weights, one tensor for each parameter, positions included."""
    folder.mkdir(parents=True, exist_ok=True)
    model.config.dropout = dropout
    model.config.save_pretrained(folder)
    config = json.loads((folder / "config.json").read_text("utf-8"))
    config.pop("_attn_implementation_autoset", None)
    config["dtype"] = "float16"
    text = json.dumps(config, indent=2, sort_keys=True) + "\n"
    (folder / "config.json").write_text(text, "utf-8")
    model.generation_config.save_pretrained(folder)
    tied = {"lm_head.weight"}
    if model.config.share_encoder_decoder_embeddings:
        tied.update(SIDES)
    tensors = {
        name: tensor.detach().half().contiguous()
        for name, tensor in model.state_dict().items()
        if name not in tied
    }
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})


class Output(NamedTuple):
    """What logits are made of: `states @ weightᵀ + bias`."""

    states: Tensor
    """[target tokens, width]"""
    weight: Tensor
    """[pieces, width]"""
    bias: Tensor
    """[pieces]"""

    def logits(self, part: slice) -> Tensor:
        """Logits [tokens of the part, pieces], in float32."""
        states = self.states[part]
        weight, bias = self.weight.to(states.dtype), self.bias.to(states.dtype)
        return torch.addmm(bias, states, weight.t()).float()


class Network(nn.Module):
    """Marian's encoder and decoder with the output bias as a trained parameter."""

    def __init__(self, model: Any, frozen_layers: int = 0) -> None:
        """With `frozen_layers`, that many lowest encoder layers and its embeddings stay as is.

        An embedding that the encoder shares with the decoder is trained all the same.
        """
        super().__init__()
        self.model = model
        self.bias = nn.Parameter(model.final_logits_bias[0].detach().clone())
        positions = (model.model.encoder.embed_positions, model.model.decoder.embed_positions)
        for module in positions:
            module.weight.requires_grad_(False)
        if frozen_layers:
            if not model.config.share_encoder_decoder_embeddings:
                model.model.encoder.embed_tokens.weight.requires_grad_(False)
            model.model.encoder.layers[:frozen_layers].requires_grad_(False)

    def trained(self) -> dict[str, nn.Parameter]:
        """Trained parameters by name."""
        return {name: p for name, p in self.named_parameters() if p.requires_grad}

    def is_encoder(self, name: str) -> bool:
        """Whether a parameter belongs to the pretrained encoder."""
        return name.startswith("model.model.encoder.")

    def keep_pad_zero(self, pad: int) -> None:
        """Drop the gradient of the pad's vector: decoding starts from it, and it must be zero."""
        gradient = self.model.model.decoder.embed_tokens.weight.grad
        if gradient is not None:
            gradient[pad] = 0.0

    def states(self, source: Tensor, target: Tensor, pad: int) -> Tensor:
        """Decoder states [target tokens, width] at every position of target that is no padding."""
        seen = source != pad
        start = torch.full((len(target), 1), pad)
        given = torch.cat([start, target[:, :-1]], dim=1)
        encoded = self.model.model.encoder(input_ids=source, attention_mask=seen)
        decoded = self.model.model.decoder(
            input_ids=given,
            encoder_hidden_states=encoded.last_hidden_state,
            encoder_attention_mask=seen,
            use_cache=False,
        )
        states: Tensor = decoded.last_hidden_state[target != pad]
        return states

    def output(self, source: Tensor, target: Tensor, pad: int) -> Output:
        """States at every position of target that is no padding, and the output layer."""
        weight: Tensor = self.model.model.decoder.embed_tokens.weight
        return Output(self.states(source, target, pad), weight, self.bias)

    def nats(self, source: Tensor, target: Tensor, pad: int) -> float:
        """Cross-entropy over all pieces, summed over the target's tokens (call in `no_grad`)."""
        output, wanted = self.output(source, target, pad), target[target != pad]
        output = output._replace(weight=output.weight.to(output.states.dtype))
        total = 0.0
        for start in range(0, len(wanted), CrossEntropy.chunk):
            part = slice(start, start + CrossEntropy.chunk)
            total += float(cross_entropy(output.logits(part), wanted[part], reduction="sum"))
        return total

    def loss(
        self,
        source: Tensor,
        target: Tensor,
        pad: int,
        smoothing: float,
        candidates: Tensor | None,
        teacher: Network | None = None,
        distil: float = 0.0,
    ) -> tuple[Tensor, float]:
        """Label-smoothed loss per token, and cross-entropy per token (nats) without smoothing.

        With `candidates` (distinct ids, the target's not needed) the softmax runs over the
        target's ids and these, corrected for the share of the vocabulary that they stand for.
        With a `teacher`, a share `distil` of the loss is the cross-entropy against its
        distribution over the same pieces.
        """
        output, wanted = self.output(source, target, pad), target[target != pad]
        taught = None
        if teacher is not None and distil:
            with torch.no_grad():
                taught = teacher.output(source, target, pad)
        if candidates is not None:
            present, wanted = torch.unique(wanted, return_inverse=True)
            sampled = candidates[~torch.isin(candidates, present)]
            rows = torch.cat([present, sampled])
            share = len(sampled) / max(1, len(self.bias) - len(present))
            correction = torch.log(
                torch.cat([torch.ones(len(present)), torch.full((len(sampled),), share)])
            )
            output, taught = (
                side and Output(side.states, side.weight[rows], side.bias[rows] - correction)
                for side in (output, taught)
            )
        made = CrossEntropy.apply(*output, wanted, smoothing, taught, distil)  # type: ignore[no-untyped-call]
        return made[0], float(made[1])


class CrossEntropy(torch.autograd.Function):
    """Mean label-smoothed cross-entropy of `states @ weightᵀ + bias`, a chunk of rows at a time.

    The gradient is made in the forward pass, so that no [tokens, vocabulary] table is kept. With
    `taught`, a share `distil` of the loss is the cross-entropy against the teacher's softmax.
    """

    chunk = 512

    @staticmethod
    def forward(
        ctx: Any,
        states: Tensor,
        weight: Tensor,
        bias: Tensor,
        wanted: Tensor,
        smoothing: float,
        taught: Output | None = None,
        distil: float = 0.0,
    ) -> tuple[Tensor, Tensor]:
        """Return (loss, cross-entropy), both per token."""
        count, size = len(states), len(weight)
        kind = states.dtype
        own = Output(states, weight.to(kind), bias)
        if taught is not None:
            taught = taught._replace(weight=taught.weight.to(taught.states.dtype))
        exactly = (1 - distil) * (1 - smoothing)
        evenly = (1 - distil) * smoothing
        grad_states = torch.empty_like(states)
        grad_weight = torch.zeros(weight.shape)
        grad_bias = torch.zeros(size)
        loss = entropy = 0.0
        for start in range(0, count, CrossEntropy.chunk):
            part = slice(start, start + CrossEntropy.chunk)
            ids = wanted[part, None]
            logits = own.logits(part)
            total = torch.logsumexp(logits, dim=1, keepdim=True)
            exact = float((total - logits.gather(1, ids)).sum())
            smooth = float((total[:, 0] - logits.mean(1)).sum())
            entropy += exact
            loss += exactly * exact + evenly * smooth
            likely = None
            if taught is not None:
                likely = torch.softmax(taught.logits(part), dim=1)
                loss += distil * float(total.sum() - torch.dot(likely.view(-1), logits.view(-1)))
            grad = logits.sub_(total).exp_().sub_(evenly / size)
            if likely is not None:
                grad.sub_(likely, alpha=distil)
            grad.scatter_add_(1, ids, torch.full(ids.shape, -exactly))
            grad /= count
            grad_bias += grad.sum(0)
            grad = grad.to(kind)
            grad_states[part] = grad @ own.weight
            grad_weight += (grad.t() @ states[part]).float()
        ctx.save_for_backward(grad_states, grad_weight, grad_bias)
        plain = torch.tensor(entropy / count)
        ctx.mark_non_differentiable(plain)
        return torch.tensor(loss / count), plain

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        """Scale the gradients made in `forward`."""
        states, weight, bias = (made * grads[0] for made in ctx.saved_tensors)
        return states, weight, bias, None, None, None, None
