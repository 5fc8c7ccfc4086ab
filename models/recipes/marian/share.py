"""One embedding for encoder, decoder and output from a model that has two."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import Tensor
from transformers import MarianMTModel

SIDES = ("model.encoder.embed_tokens.weight", "model.decoder.embed_tokens.weight")
SHARED = "model.shared.weight"
"""The one embedding, by its name in Hugging Face layout."""
STARTS = {"decoder": (0.0, 3.0), "encoder": (1.0, 0.5), "mean": (0.3, 3.0)}
"""What the one embedding starts from: the encoder's part in it, and the scale of the encoder.

On held-out text the untrained mean was best at these two: see the recipe's README.
"""
SHARES = ("none", *STARTS)


def shared(model: Any, start: str) -> Any:
    """The same model with one embedding, as near to both as can be.

    The two embeddings differ in scale and in centre. Neither says anything: the encoder computes
    the same if its input is scaled and its first attention scaled against that (a LayerNorm comes
    next), and if what all pieces share moves to its positions. So the encoder's embedding is
    brought to the decoder's scale and centre before the two are averaged. The decoder stays.

    Raises:
        ValueError: `start` is none of `STARTS`, or the sides do not have the same pieces.
    """
    if start not in STARTS:
        raise ValueError(f"share: {start!r} is none of {', '.join(SHARES)}")
    part, scale = STARTS[start]
    state = {name: value.clone() for name, value in model.state_dict().items()}
    encoder, decoder = (state[name] for name in SIDES)
    if encoder.shape != decoder.shape:
        raise ValueError("encoder and decoder have other pieces: they can't share an embedding")
    pad = model.config.pad_token_id
    centres = [centre(table, pad) for table in (encoder, decoder)]
    moved = scale * (encoder - centres[0]) + centres[1]
    table = part * moved + (1 - part) * decoder
    table[pad] = 0.0  # decoding starts from it
    positions = state["model.encoder.embed_positions.weight"]
    positions *= scale
    positions += model.model.encoder.embed_scale * (scale * centres[0] - centres[1])
    first = "model.encoder.layers.0.self_attn."
    for name in ("q_proj.weight", "k_proj.weight", "v_proj.weight"):
        state[first + name] /= scale
    for name in ("out_proj.weight", "out_proj.bias"):
        state[first + name] *= scale
    config = copy.deepcopy(model.config)
    config.share_encoder_decoder_embeddings = True
    one = MarianMTModel._from_config(config, dtype=torch.float32, attn_implementation="eager")
    one.load_state_dict(state | dict.fromkeys((SHARED, "lm_head.weight", *SIDES), table))
    one.tie_weights()
    one.generation_config = model.generation_config
    return one


def centre(table: Tensor, pad: int) -> Tensor:
    """Mean vector of an embedding [pieces, width] without the pad's."""
    return (table.sum(0) - table[pad]) / (len(table) - 1)
