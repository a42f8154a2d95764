"""Writes the weights, the tokenizer and the chat template as one GGUF file, matrices in Q8_0."""
from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np

from bpe import Bpe
from model import Shape

CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def write_gguf(path: Path, weights: dict[str, np.ndarray], shape: Shape, tokenizer: Bpe, special: list[str]) -> None:
    """`special` holds end of text, start of turn and end of turn, in the order of their ids from 0."""
    out = gguf.GGUFWriter(path, "llama")
    out.add_name("Avow Tiny")
    out.add_author("The Avow contributors")
    out.add_license("Apache-2.0")
    out.add_description("A toy model for tests, trained on generated chats. Do not rely on anything that it says.")
    out.add_context_length(2048)
    out.add_embedding_length(shape.width)
    out.add_block_count(shape.layers)
    out.add_feed_forward_length(shape.hidden)
    out.add_head_count(shape.heads)
    out.add_head_count_kv(shape.heads)
    out.add_layer_norm_rms_eps(shape.epsilon)
    out.add_rope_dimension_count(shape.head_width)
    out.add_rope_freq_base(shape.rope_base)
    out.add_vocab_size(shape.vocabulary)
    out.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
    out.add_tokenizer_model("gpt2")
    out.add_tokenizer_pre("gpt-2")
    out.add_token_list([*special, *tokenizer.tokens])
    kinds = [gguf.TokenType.CONTROL] * len(special) + [gguf.TokenType.NORMAL] * len(tokenizer.tokens)
    out.add_token_types(kinds)
    out.add_token_merges([f"{left} {right}" for left, right in tokenizer.merges])
    out.add_bos_token_id(0)
    out.add_eos_token_id(2)
    out.add_pad_token_id(0)
    out.add_add_bos_token(False)
    out.add_add_space_prefix(False)
    out.add_chat_template(CHAT_TEMPLATE)
    for name, value in weights.items():
        if value.ndim == 1:
            out.add_tensor(name, value.astype(np.float32))
        else:
            kind = gguf.GGMLQuantizationType.Q8_0
            out.add_tensor(name, gguf.quants.quantize(value.astype(np.float32), kind), raw_dtype=kind)
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()
