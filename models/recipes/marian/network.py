"""The network: loading and saving with the encoder's own positions, and one training loss."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import MarianMTModel

POSITIONS = "model.encoder.embed_positions.weight"
"""Positions of the encoder: weights, not sinusoids; `save_pretrained` leaves them out."""
SIDES = ("model.encoder.embed_tokens.weight", "model.decoder.embed_tokens.weight")
SHARED = "model.shared.weight"
"""The one embedding of encoder, decoder and output, where there is one."""
SHARES = ("none", "decoder", "encoder", "mean")


def load(folder: Path, dropout: float = 0.0, share: str = "none") -> Any:
    """Model of a folder in Hugging Face layout, in float32, encoder positions included.

    With `share`, one embedding for both sides, which starts from the decoder's, the encoder's, or
    their mean. A folder whose model has one already keeps it.
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


def shared(model: Any, start: str) -> Any:
    """The same model with one embedding for encoder, decoder and output, see `load`.

    Raises:
        ValueError: `start` is unknown, or the sides do not have the same pieces.
    """
    state = model.state_dict()
    encoder, decoder = (state[name] for name in SIDES)
    starts = {"decoder": decoder, "encoder": encoder, "mean": (encoder + decoder) / 2}
    if start not in starts:
        raise ValueError(f"share: {start!r} is none of {', '.join(SHARES)}")
    if len(encoder) != len(decoder):
        raise ValueError("encoder and decoder have other pieces: they can't share an embedding")
    config = copy.deepcopy(model.config)
    config.share_encoder_decoder_embeddings = True
    one = MarianMTModel._from_config(config, dtype=torch.float32, attn_implementation="eager")
    one.load_state_dict(state | dict.fromkeys((SHARED, "lm_head.weight", *SIDES), starts[start]))
    one.tie_weights()
    one.generation_config = model.generation_config
    return one


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

    def loss(
        self, source: Tensor, target: Tensor, pad: int, smoothing: float, candidates: Tensor | None
    ) -> tuple[Tensor, float]:
        """Label-smoothed loss per token, and cross-entropy per token (nats) without smoothing.

        With `candidates` (distinct ids, the target's not needed) the softmax runs over the
        target's ids and these, corrected for the share of the vocabulary that they stand for.
        """
        states = self.states(source, target, pad)
        wanted = target[target != pad]
        weight: Tensor = self.model.model.decoder.embed_tokens.weight
        bias: Tensor = self.bias
        if candidates is not None:
            present, wanted = torch.unique(wanted, return_inverse=True)
            sampled = candidates[~torch.isin(candidates, present)]
            rows = torch.cat([present, sampled])
            share = len(sampled) / max(1, len(bias) - len(present))
            weight = weight[rows]
            bias = bias[rows] - torch.log(
                torch.cat([torch.ones(len(present)), torch.full((len(sampled),), share)])
            )
        made = CrossEntropy.apply(states, weight, bias, wanted, smoothing)  # type: ignore[no-untyped-call]
        return made[0], float(made[1])


class CrossEntropy(torch.autograd.Function):
    """Mean label-smoothed cross-entropy of `states @ weightᵀ + bias`, a chunk of rows at a time.

    The gradient is made in the forward pass, so that no [tokens, vocabulary] table is kept.
    """

    chunk = 512

    @staticmethod
    def forward(
        ctx: Any, states: Tensor, weight: Tensor, bias: Tensor, wanted: Tensor, smoothing: float
    ) -> tuple[Tensor, Tensor]:
        """Return (loss, cross-entropy), both per token."""
        count, size = len(states), len(weight)
        kind = states.dtype
        weight, grad_states = weight.to(kind), torch.empty_like(states)
        grad_weight = torch.zeros(weight.shape)
        grad_bias = torch.zeros(size)
        loss = entropy = 0.0
        for start in range(0, count, CrossEntropy.chunk):
            part = slice(start, start + CrossEntropy.chunk)
            rows, ids = states[part], wanted[part, None]
            logits = torch.addmm(bias.to(kind), rows, weight.t()).float()
            total = torch.logsumexp(logits, dim=1, keepdim=True)
            exact = float((total - logits.gather(1, ids)).sum())
            smooth = float((total[:, 0] - logits.mean(1)).sum())
            entropy += exact
            loss += (1 - smoothing) * exact + smoothing * smooth
            grad = logits.sub_(total).exp_().sub_(smoothing / size)
            grad.scatter_add_(1, ids, torch.full(ids.shape, smoothing - 1.0))
            grad /= count
            grad_bias += grad.sum(0)
            grad = grad.to(kind)
            grad_states[part] = grad @ weight
            grad_weight += (grad.t() @ rows).float()
        ctx.save_for_backward(grad_states, grad_weight, grad_bias)
        plain = torch.tensor(entropy / count)
        ctx.mark_non_differentiable(plain)
        return torch.tensor(loss / count), plain

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        """Scale the gradients made in `forward`."""
        states, weight, bias = ctx.saved_tensors
        return states * grads[0], weight * grads[0], bias * grads[0], None, None
