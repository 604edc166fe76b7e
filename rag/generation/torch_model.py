"""A causal language model of transformers. The only module here that imports torch and transformers."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from rag.errors import GeneratorError
from rag.generation.records import Message
from rag.models.torch_runtime import quiet
from rag.weights import offline

# What a base model goes on from; an empty line ends its answer.
_ANSWER_CUE = "Trả lời:"
_BASE_MODEL_END = "\n\n"


class Halted(Exception):
    """Nobody waits for these words any longer."""


class TorchModel:
    """A model with its tokenizer. One answer at a time: who shares it waits outside."""

    def __init__(self, folder: Path) -> None:
        """Raises GeneratorError for a folder that holds no such model, whole, with its tokenizer."""
        with offline(), quiet():
            import torch
            from transformers import AutoModelForCausalLM, AutoTokenizer

            options = {"local_files_only": True, "trust_remote_code": False}
            try:
                self._tokenizer: Any = AutoTokenizer.from_pretrained(folder, **options)
                loaded: Any = AutoModelForCausalLM.from_pretrained(
                    folder, dtype=_precision(), use_safetensors=True, output_loading_info=True, **options
                )
                model, found = loaded
                # transformers makes up what is not there.
                if lacking := sorted(found["missing_keys"]):
                    raise ValueError(f"its weights lack {', '.join(lacking[:3])}")
                self._model: Any = model.eval().to("cuda" if torch.cuda.is_available() else "cpu")
            except Exception as error:  # the library raises many kinds
                raise _unloadable(folder, error) from error
        self._halted: Callable[[], bool] = lambda: False
        self._watch()

    @property
    def stated_context(self) -> int | None:
        """What prompt and answer may share, in tokens, as the model states it."""
        config = self._model.config.get_text_config()
        stated = getattr(config, "max_position_embeddings", None) or getattr(config, "n_positions", None)
        return stated if isinstance(stated, int) and stated > 0 else None

    def encode(self, messages: Sequence[Message]) -> list[int]:
        """The prompt's tokens: by the model's chat template, plain text where it has none (a base model)."""
        if not self._tokenizer.chat_template:
            text = "\n\n".join([*(message.text for message in messages), _ANSWER_CUE])
            return list(self._tokenizer(text)["input_ids"])
        told = [{"role": message.role, "content": message.text} for message in messages]
        try:
            prompt = self._as_template(told)
        except Exception:  # templates raise what they like; many know no system message
            try:
                prompt = self._as_template(_without_system(told))
            except Exception as error:
                raise GeneratorError(
                    f"the model's chat template fails ({error})",
                    where=str(self._tokenizer.name_or_path),
                    remedy="Take another build of the model, or start it on a server",
                    problem="template",
                ) from error
        return list(self._tokenizer(prompt, add_special_tokens=False)["input_ids"])

    def _as_template(self, told: list[dict[str, str]]) -> Any:
        # Templates of models that can think take this name; others heed no names but their own.
        return self._tokenizer.apply_chat_template(
            told, tokenize=False, add_generation_prompt=True, enable_thinking=False
        )

    def generate(
        self,
        tokens: Sequence[int],
        put: Callable[[str], None],
        *,
        max_tokens: int,
        temperature: float,
        halted: Callable[[], bool],
    ) -> None:
        """The words that follow, handed to `put` as they come; raises Halted soon after `halted()` is true."""
        import torch
        from transformers import TextStreamer

        cut = _Cut(put, None if self._tokenizer.chat_template else _BASE_MODEL_END)

        class Streamer(TextStreamer):
            def on_finalized_text(self, text: str, stream_end: bool = False) -> None:
                cut.take(text)

        self._halted = lambda: cut.ended or halted()
        ids = torch.tensor([list(tokens)], device=self._model.device)
        try:
            with torch.inference_mode():
                self._model.generate(
                    input_ids=ids,
                    attention_mask=torch.ones_like(ids),
                    generation_config=self._wanted(max_tokens, temperature),
                    streamer=Streamer(self._tokenizer, skip_prompt=True, skip_special_tokens=True),
                )
        except Halted:
            if not cut.ended:
                raise
        finally:
            self._halted = lambda: False

    def _wanted(self, max_tokens: int, temperature: float) -> Any:
        wanted = copy.deepcopy(self._model.generation_config)
        wanted.max_length, wanted.max_new_tokens = None, max_tokens
        wanted.do_sample = temperature > 0
        wanted.temperature = temperature or None
        if not wanted.do_sample:
            wanted.top_k = wanted.top_p = None
        return wanted

    def _watch(self) -> None:
        """Between any two layers it is asked whether to go on: reading a long prompt takes a processor many seconds."""
        from torch.nn import ModuleList

        def look(module: Any, inputs: Any) -> None:
            if self._halted():
                raise Halted

        for module in self._model.modules():
            if isinstance(module, ModuleList):
                for layer in module:
                    layer.register_forward_pre_hook(look)


class _Cut:
    """Words on their way out, until the mark that ends them."""

    def __init__(self, put: Callable[[str], None], mark: str | None) -> None:
        self.ended = False
        self._put = put
        self._mark = mark
        self._written = ""

    def take(self, words: str) -> None:
        if self.ended or not words:
            return
        before = len(self._written)
        self._written = self._written + words if self._written else words.lstrip()
        if self._mark and (end := self._written.find(self._mark)) >= 0:
            self.ended = True
            self._written = self._written[:end]
        if new := self._written[before:]:
            self._put(new)


def unpack_gguf(file: Path, folder: Path) -> None:
    """A GGUF file's model and tokenizer as transformers saves them, in full precision. Raises GeneratorError."""
    with offline(), quiet(), _without_gguf_bar():
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

        options = {"gguf_file": file.name, "local_files_only": True, "trust_remote_code": False}
        try:
            AutoTokenizer.from_pretrained(file.parent, **options).save_pretrained(folder)
            model = AutoModelForCausalLM.from_pretrained(
                file.parent, dtype=torch.bfloat16, quantization_config=GgufConfig(dequantize=True), **options
            )
            model.save_pretrained(folder)
        except OSError:
            raise
        except Exception as error:  # the library raises many kinds
            raise _unloadable(file, error) from error


@contextmanager
def _without_gguf_bar() -> Iterator[None]:
    """The reader of GGUF files has a bar of its own, which no setting switches off."""
    reading: Any = import_module("transformers.modeling_gguf_pytorch_utils")
    shown = reading.tqdm
    reading.tqdm = lambda tensors, **_: tensors
    try:
        yield
    finally:
        reading.tqdm = shown


def _precision() -> Any:
    """bfloat16 where the processor multiplies it; elsewhere it is far slower than float32."""
    import torch

    from rag.models.openvino_runtime import supports_bfloat16

    if torch.cuda.is_available():
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    return torch.bfloat16 if supports_bfloat16() else torch.float32


def _without_system(told: list[dict[str, str]]) -> list[dict[str, str]]:
    """The rules at the head of the first question, for templates that know no system message."""
    rules = "\n\n".join(message["content"] for message in told if message["role"] == "system")
    rest = [dict(message) for message in told if message["role"] != "system"]
    if rest and rules:
        rest[0]["content"] = f"{rules}\n\n{rest[0]['content']}"
    return rest


def _unloadable(place: Path, error: Exception) -> GeneratorError:
    return GeneratorError(
        f"transformers cannot load it as a language model ({error})",
        where=str(place),
        remedy="Name a model that AutoModelForCausalLM loads without remote code, or start it on a server and name "
        "the server's address",
        problem="load",
    )
