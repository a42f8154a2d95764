"""A small llama: RMS norm, rotary positions in adjacent pairs, SwiGLU, input and output embedding shared.

Shapes: tokens [batch, time] int32 -> logits [batch, time, vocabulary] float32. Weight matrices are [out, in], as in GGUF.
"""
from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp

Weights = dict[str, jax.Array]


@dataclass(frozen=True)
class Shape:
    vocabulary: int = 1024
    width: int = 128
    layers: int = 6
    heads: int = 4
    hidden: int = 384
    rope_base: float = 10000.0
    epsilon: float = 1e-5

    @property
    def head_width(self) -> int:
        return self.width // self.heads


def initial_weights(shape: Shape, seed: int) -> Weights:
    """Weights named as llama.cpp names them."""
    sizes: dict[str, tuple[int, ...]] = {"token_embd.weight": (shape.vocabulary, shape.width), "output_norm.weight": (shape.width,)}
    for layer in range(shape.layers):
        at = f"blk.{layer}."
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            sizes[f"{at}{name}.weight"] = (shape.width, shape.width)
        sizes[f"{at}ffn_gate.weight"] = sizes[f"{at}ffn_up.weight"] = (shape.hidden, shape.width)
        sizes[f"{at}ffn_down.weight"] = (shape.width, shape.hidden)
        sizes[f"{at}attn_norm.weight"] = sizes[f"{at}ffn_norm.weight"] = (shape.width,)
    keys = jax.random.split(jax.random.key(seed), len(sizes))
    weights: Weights = {}
    for key, (name, size) in zip(keys, sizes.items()):
        if len(size) == 1:
            weights[name] = jnp.ones(size)
            continue
        spread = 0.02 if name == "token_embd.weight" else size[1] ** -0.5
        if name.endswith(("attn_output.weight", "ffn_down.weight")):
            spread /= (2 * shape.layers) ** 0.5
        weights[name] = jax.random.normal(key, size) * spread
    return weights


def norm(x: jax.Array, gain: jax.Array, epsilon: float) -> jax.Array:
    return x * jax.lax.rsqrt(jnp.mean(x * x, axis=-1, keepdims=True) + epsilon) * gain


def rotate(x: jax.Array, base: float) -> jax.Array:
    """x [batch, time, heads, head width]: adjacent pairs are turned by their position."""
    half = x.shape[-1] // 2
    angle = jnp.arange(x.shape[1])[:, None] * base ** (-jnp.arange(half) / half)
    cos, sin = jnp.cos(angle)[:, None, :], jnp.sin(angle)[:, None, :]
    even, odd = x[..., 0::2], x[..., 1::2]
    return jnp.stack([even * cos - odd * sin, even * sin + odd * cos], axis=-1).reshape(x.shape)


def logits(weights: Weights, tokens: jax.Array, shape: Shape) -> jax.Array:
    batch, time = tokens.shape
    x = weights["token_embd.weight"][tokens]
    mask = jnp.tril(jnp.ones((time, time), bool))
    for layer in range(shape.layers):
        at = f"blk.{layer}."

        def project(name: str, value: jax.Array, at: str = at) -> jax.Array:
            return value @ weights[f"{at}{name}.weight"].T

        h = norm(x, weights[f"{at}attn_norm.weight"], shape.epsilon)
        split = (batch, time, shape.heads, shape.head_width)
        q = rotate(project("attn_q", h).reshape(split), shape.rope_base)
        k = rotate(project("attn_k", h).reshape(split), shape.rope_base)
        v = project("attn_v", h).reshape(split)
        score = jnp.einsum("bthd,bshd->bhts", q, k) * shape.head_width**-0.5
        attention = jax.nn.softmax(jnp.where(mask, score, -1e9), axis=-1)
        x = x + project("attn_output", jnp.einsum("bhts,bshd->bthd", attention, v).reshape(batch, time, shape.width))
        h = norm(x, weights[f"{at}ffn_norm.weight"], shape.epsilon)
        x = x + project("ffn_down", jax.nn.silu(project("ffn_gate", h)) * project("ffn_up", h))
    return norm(x, weights["output_norm.weight"], shape.epsilon) @ weights["token_embd.weight"].T
