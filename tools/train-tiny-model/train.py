"""Trains the toy model and writes it as GGUF. Usage: python train.py OUTPUT.gguf [--steps N]. See README.md."""
from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

import bpe
import corpus
from model import Shape, Weights, initial_weights, logits
from write_gguf import write_gguf

SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
START, END = 1, 2
SEED = 20260101


def make_tokenizer(vocabulary: int) -> bpe.Bpe:
    source = corpus.chats(random.Random(SEED))
    text = "\n".join(words for chat in (next(source) for _ in range(12000)) for _, words in chat)
    merges = bpe.train("system\nuser\nassistant\n" * 2000 + text, vocabulary - 256 - len(SPECIAL))
    return bpe.Bpe(merges, first_id=len(SPECIAL))


def encode_chat(tokenizer: bpe.Bpe, chat: corpus.Chat) -> tuple[list[int], list[float]]:
    """Token ids, and how much each counts in the loss: what the assistant says counts most."""
    ids: list[int] = []
    weights: list[float] = []
    newline = tokenizer.encode("\n")
    for role, text in chat:
        head = [START, *tokenizer.encode(role + "\n")]
        body = [*tokenizer.encode(text), END]
        ids += head + body + newline
        weights += [0.0] * len(head) + [1.0 if role == "assistant" else 0.05] * len(body) + [0.0] * len(newline)
    return ids, weights


def batches(tokenizer: bpe.Bpe, rng: random.Random, size: int, length: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Rows of whole chats one after the other, [size, length + 1]; a chat that does not fit is cut."""
    source = corpus.chats(rng)
    while True:
        tokens = np.zeros((size, length + 1), np.int32)
        weights = np.zeros((size, length + 1), np.float32)
        for row in range(size):
            at = 0
            while at <= length:
                ids, loss = encode_chat(tokenizer, next(source))
                take = min(len(ids), length + 1 - at)
                tokens[row, at : at + take], weights[row, at : at + take] = ids[:take], loss[:take]
                at += take
        yield tokens, weights


@partial(jax.jit, static_argnames="shape", donate_argnums=(0, 1, 2))
def step(weights: Weights, mean: Weights, square: Weights, tokens: jax.Array, loss_weights: jax.Array,
         rate: jax.Array, count: jax.Array, shape: Shape) -> tuple[Weights, Weights, Weights, jax.Array]:
    """One AdamW step with gradients clipped to norm 1."""
    def loss_of(w: Weights) -> jax.Array:
        scores = jax.nn.log_softmax(logits(w, tokens[:, :-1], shape))
        picked = jnp.take_along_axis(scores, tokens[:, 1:, None], axis=-1)[..., 0]
        return -jnp.sum(picked * loss_weights[:, 1:]) / jnp.sum(loss_weights[:, 1:])

    loss, grads = jax.value_and_grad(loss_of)(weights)
    total = jnp.sqrt(sum(jnp.sum(g * g) for g in grads.values()))
    new_weights, new_mean, new_square = {}, {}, {}
    for name, grad in grads.items():
        grad = grad * jnp.minimum(1.0, 1.0 / total)
        new_mean[name] = 0.9 * mean[name] + 0.1 * grad
        new_square[name] = 0.98 * square[name] + 0.02 * grad * grad
        update = new_mean[name] / (1 - 0.9**count) / (jnp.sqrt(new_square[name] / (1 - 0.98**count)) + 1e-8)
        decay = 0.05 if grad.ndim == 2 else 0.0
        new_weights[name] = weights[name] - rate * (update + decay * weights[name])
    return new_weights, new_mean, new_square, loss


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("output", type=Path)
    parser.add_argument("--steps", type=int, default=1600)
    parser.add_argument("--rate", type=float, default=3e-3)
    options = parser.parse_args()

    shape = Shape()
    tokenizer = make_tokenizer(shape.vocabulary)
    weights = initial_weights(shape, SEED)
    print(f"{sum(w.size for w in weights.values()):,} weights", file=sys.stderr)
    mean = {name: jnp.zeros_like(w) for name, w in weights.items()}
    square = {name: jnp.zeros_like(w) for name, w in weights.items()}
    # Short rows first, because they are cheap; long ones at the end, for long stories and for counting far.
    short = batches(tokenizer, random.Random(SEED + 1), 16, 192)
    long = batches(tokenizer, random.Random(SEED + 2), 6, 640)
    began = time.monotonic()
    for count in range(1, options.steps + 1):
        warm = min(1.0, count / 100)
        rate = options.rate * warm * (0.02 + 0.98 * 0.5 * (1 + np.cos(np.pi * count / options.steps)))
        tokens, loss_weights = next(short if count <= 0.84 * options.steps else long)
        weights, mean, square, loss = step(weights, mean, square, tokens, loss_weights, jnp.float32(rate), jnp.float32(count), shape)
        if count % 50 == 0 or count == 1:
            print(f"step {count}/{options.steps} loss {float(loss):.4f} {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
        if count % 500 == 0:
            write_gguf(options.output, {n: np.asarray(w) for n, w in weights.items()}, shape, tokenizer, SPECIAL)
    write_gguf(options.output, {name: np.asarray(w) for name, w in weights.items()}, shape, tokenizer, SPECIAL)


if __name__ == "__main__":
    main()
