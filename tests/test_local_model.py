"""A model of transformers in this process: a tiny one with made-up weights, whose words mean nothing."""

from __future__ import annotations

import importlib.util
import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import rag.generation.local
from rag.config import GenerateSettings
from rag.errors import GeneratorError, SettingsError
from rag.generation.backends import make_generator
from rag.generation.model_places import Place, find_place, model_folder
from rag.generation.records import Message
from rag.generation.torch_model import TorchModel, _without_gguf_bar
from rag.generation.waiting import Stopped, unless_stopped

TEMPLATE = "{% for m in messages %}<{{ m['role'] }}>{{ m['content'] }}\n{% endfor %}<assistant>"
NO_SYSTEM = "{% if messages[0]['role'] == 'system' %}{{ raise_exception('no system') }}{% endif %}" + TEMPLATE
MESSAGES = [Message("system", "Quy tắc."), Message("user", "Bão số 3?")]


@pytest.fixture(scope="module")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Llama of two layers over bytes, that never ends by itself."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("models") / "tiny"
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={sign: place for place, sign in enumerate(alphabet)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="</s>").save_pretrained(folder)  # noqa: S106
    torch.manual_seed(3)
    config = LlamaConfig(
        vocab_size=257,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=512,
        eos_token_id=256,
        bos_token_id=None,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    return folder


@pytest.fixture
def chat_folder(tiny_folder: Path, tmp_path: Path) -> Path:
    return _with_template(tiny_folder, tmp_path / "chat", TEMPLATE)


def _with_template(tiny: Path, folder: Path, template: str) -> Path:
    folder.mkdir()
    for file in tiny.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    (folder / "chat_template.jinja").write_text(template, encoding="utf-8")
    return folder


def local(folder: Path | str, **settings: Any) -> Any:
    return make_generator(GenerateSettings(generator=str(folder), **settings))


def said(generator: Any, *, max_tokens: int = 24, stop: threading.Event | None = None) -> str:
    return "".join(generator.stream(MESSAGES, max_tokens=max_tokens, stop=stop or threading.Event()))


def prompt_of(generator: Any) -> str:
    model = generator._loaded()
    return str(model._tokenizer.decode(model.encode(MESSAGES)))


def test_words_come_and_are_the_same_each_time(chat_folder: Path) -> None:
    generator = local(chat_folder)
    assert generator.name == "chat"
    first = said(generator)
    assert first
    assert said(generator) == first
    assert len(said(generator, max_tokens=6)) < len(first)


def test_the_prompt_is_of_the_chat_template(chat_folder: Path, tiny_folder: Path, tmp_path: Path) -> None:
    assert prompt_of(local(chat_folder)) == "<system>Quy tắc.\n<user>Bão số 3?\n<assistant>"
    strict = local(_with_template(tiny_folder, tmp_path / "strict", NO_SYSTEM))
    assert prompt_of(strict) == "<user>Quy tắc.\n\nBão số 3?\n<assistant>"


def test_a_base_model_goes_on_from_plain_text(tiny_folder: Path) -> None:
    assert prompt_of(local(tiny_folder)) == "Quy tắc.\n\nBão số 3?\n\nTrả lời:"


def test_a_base_models_answer_ends_at_an_empty_line() -> None:
    from rag.generation.torch_model import _Cut

    words: list[str] = []
    cut = _Cut(words.append, "\n\n")
    for each in ("\n\n ", "Có ", "[1].\n", "\nCâu hỏi: ", "khác"):
        cut.take(each)
    assert ("".join(words), cut.ended) == ("Có [1].\n", True)


def test_the_context_is_what_the_model_states(chat_folder: Path) -> None:
    assert local(chat_folder).context_tokens == 512
    assert local(chat_folder, context_tokens=100).context_tokens == 100
    assert local(chat_folder, context_tokens=9_999).context_tokens == 512


def test_tokens_are_the_models_own(chat_folder: Path) -> None:
    generator = local(chat_folder)
    assert generator.count_tokens(MESSAGES) == len("<system>Quy tắc.\n<user>Bão số 3?\n<assistant>".encode())


def test_a_prompt_without_room_is_refused(chat_folder: Path) -> None:
    with pytest.raises(GeneratorError, match="has room for 20"):
        said(local(chat_folder, context_tokens=20))
    generator = local(chat_folder, context_tokens=60)
    assert len(said(generator, max_tokens=500).encode()) <= 3 * 60


def test_stop_ends_it_between_words(chat_folder: Path) -> None:
    generator = local(chat_folder)
    said(generator)
    stop = threading.Event()
    words = generator.stream(MESSAGES, max_tokens=400, stop=stop)
    next(words)
    stop.set()
    assert list(words) == []


def test_stop_ends_the_reading_of_the_prompt(chat_folder: Path) -> None:
    generator = local(chat_folder)
    said(generator)
    layer = generator._loaded()._model.model.layers[0]
    inside = threading.Event()

    def slow(module: object, inputs: object) -> None:
        inside.set()
        time.sleep(0.3)

    layer.register_forward_pre_hook(slow)
    last: list[int] = []
    generator._loaded()._model.model.layers[1].register_forward_hook(lambda *_: last.append(1))
    stop = threading.Event()
    words = generator.stream(MESSAGES, max_tokens=50, stop=stop)
    threading.Thread(target=lambda: (inside.wait(10), stop.set())).start()
    assert list(words) == []
    with generator._turn:
        assert not last, "the second layer was not begun"


def test_stop_is_heeded_while_the_model_loads_which_is_kept_for_the_next_time(
    chat_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, loads = threading.Event(), []

    def slow(folder: Path) -> TorchModel:
        loads.append(folder)
        assert go_on.wait(60)
        return TorchModel(folder)

    monkeypatch.setattr(rag.generation.local, "TorchModel", slow)
    generator = local(chat_folder)
    for _ in range(3):
        stop = threading.Event()
        threading.Timer(0.2, stop.set).start()
        begun = time.monotonic()
        with pytest.raises(Stopped):
            unless_stopped(lambda: generator.count_tokens(MESSAGES), stop)
        assert list(generator.stream(MESSAGES, max_tokens=2, stop=stop)) == []
        assert time.monotonic() - begun < 10
    go_on.set()
    assert said(generator, max_tokens=2)
    assert len(loads) == 1


def test_a_model_that_is_loading_holds_up_no_end(chat_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside, go_on = threading.Event(), threading.Event()

    def slow(folder: Path) -> TorchModel:
        inside.set()
        assert go_on.wait(60)
        return TorchModel(folder)

    monkeypatch.setattr(rag.generation.local, "TorchModel", slow)
    generator = local(chat_folder)
    loading = threading.Thread(target=generator.open)
    loading.start()
    assert inside.wait(30)
    begun = time.monotonic()
    generator.close()
    assert time.monotonic() - begun < 10
    go_on.set()
    loading.join(60)
    assert generator._model is None


def test_who_leaves_frees_the_model(chat_folder: Path) -> None:
    generator = local(chat_folder)
    words = generator.stream(MESSAGES, max_tokens=400, stop=threading.Event())
    next(words)
    words.close()
    begun = time.monotonic()
    said(generator, max_tokens=2)
    assert time.monotonic() - begun < 5


def test_what_fails_inside_is_told(chat_folder: Path) -> None:
    generator = local(chat_folder)

    def fail(*_: object) -> None:
        raise RuntimeError("out of memory")

    generator._loaded()._model.model.layers[0].register_forward_pre_hook(fail)
    with pytest.raises(GeneratorError, match="out of memory"):
        said(generator)


def test_a_template_that_fails_is_told(tiny_folder: Path, tmp_path: Path) -> None:
    broken = local(_with_template(tiny_folder, tmp_path / "broken", "{{ messages[9]['content'] }}"))
    for attempt in (lambda: broken.count_tokens(MESSAGES), lambda: said(broken)):
        with pytest.raises(GeneratorError, match="chat template fails") as caught:
            attempt()
        assert caught.value.problem == "template"


def test_templates_of_models_that_think_are_told_not_to(tiny_folder: Path, tmp_path: Path) -> None:
    template = "{% if enable_thinking is not defined or enable_thinking %}<think>{% endif %}" + TEMPLATE
    thinking = local(_with_template(tiny_folder, tmp_path / "thinking", template))
    assert prompt_of(thinking) == "<system>Quy tắc.\n<user>Bão số 3?\n<assistant>"


def test_a_model_that_only_thinks_is_told_as_one(chat_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    generator = local(chat_folder)

    def thinks(tokens: object, put: Callable[[str], None], **_: object) -> None:
        put("<think>")
        put("ừm ừm")

    monkeypatch.setattr(generator._loaded(), "generate", thinks)
    with pytest.raises(GeneratorError, match="on thoughts") as caught:
        said(generator)
    assert caught.value.problem == "thoughts"


def test_a_closed_model_is_not_loaded_again(chat_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[Path] = []

    def counted(folder: Path) -> TorchModel:
        loaded.append(folder)
        return TorchModel(folder)

    monkeypatch.setattr(rag.generation.local, "TorchModel", counted)
    generator = local(chat_folder)
    generator.open()
    generator.close()
    for attempt in (
        generator.open,
        lambda: generator.context_tokens,
        lambda: generator.count_tokens(MESSAGES),
        lambda: said(generator),
    ):
        with pytest.raises(GeneratorError, match="is closed"):
            attempt()
    assert len(loaded) == 1


def test_whatever_keeps_a_model_from_loading_is_told(chat_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(folder: Path) -> TorchModel:
        raise OSError(f"no room for {folder.name}")

    monkeypatch.setattr(rag.generation.local, "TorchModel", failing)
    with pytest.raises(GeneratorError, match="no room for chat") as caught:
        local(chat_folder).open()
    assert caught.value.problem == "load"


@pytest.mark.parametrize(
    "name", ["~nosuchuser/model", "x" * 300, "a/" + "b/" * 3_000, "owner/a--b", "owner/a..b", "a\0b", "owner/-a"]
)
def test_a_name_that_none_can_have_is_told_at_once(name: str) -> None:
    with pytest.raises(SettingsError, match="no language model is at"):
        find_place(name)


def test_a_folder_of_another_model_is_refused(tiny_folder: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    folder = _with_template(tiny_folder, tmp_path / "torn", TEMPLATE)
    weights = {name: each for name, each in load_file(folder / "model.safetensors").items() if "layers.1" not in name}
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(GeneratorError, match="its weights lack"):
        said(local(folder))
    (folder / "config.json").write_text(json.dumps({"model_type": "nothing"}), encoding="utf-8")
    with pytest.raises(GeneratorError, match="cannot load it as a language model"):
        said(local(folder))


def test_what_is_no_model_is_told_at_once(tmp_path: Path) -> None:
    for setting in (str(tmp_path), str(tmp_path / "no.gguf"), "just-a-name", "a/b/c", "ftp://host/v1"):
        with pytest.raises(SettingsError):
            local(setting)
    with pytest.raises(SettingsError, match="no language model is named"):
        local(" ")
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    with pytest.raises(SettingsError, match="safetensors"):
        local(tmp_path)


def test_gguf_files_are_found_and_need_their_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "one.Q4.gguf"
    file.write_bytes(b"GGUF")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    for setting in (str(file), str(tmp_path), "owner/name/one.Q4.gguf"):
        with pytest.raises(GeneratorError, match=r"hoibao\[models\]"):
            local(setting)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object())
    assert find_place(str(tmp_path)) == Place("one.Q4", gguf=file)
    assert find_place("owner/name/a/one.gguf") == Place("a/one.gguf", hub_id="owner/name", hub_file="a/one.gguf")
    assert find_place("owner/name") == Place("owner/name", hub_id="owner/name")
    (tmp_path / "two.gguf").write_bytes(b"GGUF")
    with pytest.raises(SettingsError, match="several"):
        find_place(str(tmp_path))


def test_a_gguf_file_is_unpacked_once_wherever_a_copy_of_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    unpacked: list[str] = []

    def unpack(file: Path, folder: Path) -> None:
        unpacked.append(file.name)
        (folder / "config.json").write_text("{}", encoding="utf-8")

    monkeypatch.setenv("HOIBAO_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("rag.generation.torch_model.unpack_gguf", unpack)
    one, copy, other = (tmp_path / name for name in ("one.gguf", "copy.gguf", "other.gguf"))
    one.write_bytes(b"GGUF" + bytes(200_000))
    copy.write_bytes(one.read_bytes())
    os.utime(copy, (1, 1))
    other.write_bytes(b"GGUF" + bytes(199_999) + b"1")
    folders = [model_folder(Place(file.stem, gguf=file)) for file in (one, one, copy, other)]
    assert unpacked == ["one.gguf", "other.gguf"]
    assert folders[0] == folders[1] == folders[2] != folders[3]
    said = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert [line.count("chỉ lần đầu") for line in said] == [1, 1]


def test_reading_a_gguf_file_shows_no_bar(capfd: pytest.CaptureFixture[str]) -> None:
    from transformers import modeling_gguf_pytorch_utils as reading

    shown = reading.tqdm
    with _without_gguf_bar():
        assert list(reading.tqdm([1, 2], desc="Converting and de-quantizing GGUF tensors...")) == [1, 2]
    assert reading.tqdm is shown
    assert capfd.readouterr().err == ""


def test_a_hub_id_that_cannot_be_had(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import huggingface_hub

    from rag.weights import offline

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
    generator = local("owner/name")
    with offline(), pytest.raises(GeneratorError, match="cannot be downloaded"):
        said(generator)
