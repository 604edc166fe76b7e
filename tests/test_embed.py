"""One contract for every embedder, fake and real; then what is particular to the runtimes and to the choice of one."""

from __future__ import annotations

import subprocess
import sys
import unicodedata
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from rag import embed
from rag.config import EmbedSettings
from rag.datatypes import ModelIdentity
from rag.embed import RUNTIMES, Embedder, embedder_available_runtimes, measure_passages_per_second, open_embedder
from rag.errors import ModelError, SettingsError
from rag.models import runtime_choice, runtime_measure
from rag.models.bert import map_weights, read_spec
from rag.models.openvino_runtime import OpenVinoEncoder, batches_of_like_length, padded_length
from rag.models.runtime_choice import choose_runtime, usable
from rag.models.runtime_measure import Measured, as_json, from_json, measure_runtimes
from rag.models.unpack import unpack
from rag.weights import ModelFolder, resolve
from tests import tiny_model
from tests.fakes import HashingEmbedder

PACKAGED = "multilingual-e5-small"
SENTENCES = [
    "Xin chào thủ đô",
    "",
    "Lãi suất huy động giảm 0,3 điểm phần trăm so với tháng trước. " * 5,
    "gia xang dau tang",
    "Mưa lớn làm ngập nhiều tuyến phố. " * 100,
    "ở",
]


@pytest.fixture(scope="module")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "tiny-e5"
    folder.mkdir()
    unpack(tiny_model.packed_bytes(), folder, {"query": "query: ", "passage": "passage: "}, lambda step: None)
    return folder


@pytest.fixture(
    scope="module",
    params=[
        "hashing",
        "tiny openvino-float32",
        pytest.param("tiny torch-float32", marks=pytest.mark.model),
        pytest.param(f"{PACKAGED} openvino-bfloat16", marks=pytest.mark.model),
        pytest.param(f"{PACKAGED} openvino-float32", marks=pytest.mark.model),
    ],
)
def embedder(request: pytest.FixtureRequest) -> Embedder:
    model, _, runtime = str(request.param).partition(" ")
    if model == "hashing":
        return HashingEmbedder()
    if model == "tiny":
        model = str(request.getfixturevalue("tiny_folder"))
    elif any(one.name == runtime and one.unavailable for one in embedder_available_runtimes()):
        pytest.skip(f"{runtime} is not available here")
    return open_embedder(EmbedSettings(model=model, runtime=runtime))


def cosines(left: NDArray[np.float32], right: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray((left * right).sum(axis=1))


# The contract


def test_unit_vectors_one_a_text(embedder: Embedder) -> None:
    for vectors in (embedder.embed_passages(SENTENCES), embedder.embed_queries(SENTENCES)):
        assert vectors.shape == (len(SENTENCES), embedder.identity.dimension)
        assert vectors.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_no_texts_give_no_vectors(embedder: Embedder) -> None:
    assert embedder.embed_passages([]).shape == (0, embedder.identity.dimension)


def test_a_vector_does_not_depend_on_its_company(embedder: Embedder) -> None:
    together = embedder.embed_passages(SENTENCES)
    backwards = embedder.embed_passages(SENTENCES[::-1])[::-1]
    alone = np.concatenate([embedder.embed_passages([text]) for text in SENTENCES])
    assert cosines(together, backwards).min() >= 0.9995
    assert cosines(together, alone).min() >= 0.9995


def test_the_same_texts_give_the_same_vectors(embedder: Embedder) -> None:
    np.testing.assert_array_equal(embedder.embed_passages(SENTENCES), embedder.embed_passages(SENTENCES))


def test_different_texts_differ(embedder: Embedder) -> None:
    vectors = embedder.embed_passages(["Xin chào thủ đô", "gia xang dau tang"])
    assert float(vectors[0] @ vectors[1]) < 0.99


def test_both_unicode_forms_are_one_text(embedder: Embedder) -> None:
    text = "Thủ tướng nói: “Được ở Huế”"
    composed, decomposed = (embedder.embed_queries([unicodedata.normalize(form, text)]) for form in ("NFC", "NFD"))
    np.testing.assert_allclose(composed, decomposed, atol=1e-6)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(codec=None, categories=None), max_size=40))
def test_any_text_has_a_vector(embedder: Embedder, text: str) -> None:
    vector = embedder.embed_passages([text])[0]
    assert abs(float(np.linalg.norm(vector)) - 1.0) < 1e-4


@pytest.mark.parametrize(
    "text", ["\0", "\ud800", "xin \udc80 chào", "\0" * 1000, "a" * 50_000, "\u0301" * 3000, "😀" * 900]
)
def test_hostile_text_has_a_vector(embedder: Embedder, text: str) -> None:
    assert np.isfinite(embedder.embed_queries([text])).all()


def test_threads_may_share_it(embedder: Embedder) -> None:
    expected = embedder.embed_queries(SENTENCES)
    with ThreadPoolExecutor(4) as pool:
        for vectors in pool.map(lambda _: embedder.embed_queries(SENTENCES), range(8)):
            np.testing.assert_allclose(vectors, expected, atol=1e-3)


def test_speed_is_measured(embedder: Embedder) -> None:
    assert measure_passages_per_second(embedder, SENTENCES[:2]) > 0


# OpenVINO against the definition of BERT


@pytest.mark.parametrize(
    ("changes", "pooling", "first_position"),
    [({}, "mean", 0), ({"model_type": "xlm-roberta"}, "mean", 2), ({}, "cls", 0)],
)
def test_the_graph_computes_bert(tmp_path: Path, changes: dict[str, object], pooling: str, first_position: int) -> None:
    unpack(tiny_model.packed_bytes(7), tmp_path, {}, lambda step: None)
    tiny_model.edit_json(tmp_path / "config.json", **changes)
    tiny_model.edit_json(tmp_path / "1_Pooling" / "config.json", pooling_mode=pooling)
    tensors = map_weights(tmp_path / "model.safetensors")
    ids = [[0, 8, 9, 2], [0, 2], [0, *range(5, 30), 2], [0, 3, 2], [0, *range(4, 38), 2], [0, 20, 2]]
    vectors = OpenVinoEncoder(tmp_path, read_spec(tmp_path), "float32", threads=1).encode(ids)
    for row, tokens in enumerate(ids):
        expected = tiny_model.reference(tensors, tokens, first_position=first_position, pooling=pooling)
        np.testing.assert_allclose(vectors[row], expected, atol=2e-5)


def test_batches_are_of_like_length_longest_first_and_small() -> None:
    # 512 tokens: 1024 // 512 = 2 a batch; 16 tokens (1 padded up): at most 4.
    lengths = [1, 512, 16, 500, 3, 512, 2, 2]
    assert batches_of_like_length(lengths, 512) == [[1, 5], [3, 2], [4, 6, 7, 0]]
    assert batches_of_like_length([], 512) == []
    assert [padded_length(length, 40) for length in (1, 16, 17, 33)] == [16, 16, 32, 40]


def test_only_the_first_tokens_count(tiny_folder: Path) -> None:
    tiny = open_embedder(EmbedSettings(model=str(tiny_folder), runtime="openvino-float32", max_tokens=10))
    long, longer = tiny.embed_passages(["xin " * 20, "xin " * 20 + "thủ đô"])
    np.testing.assert_array_equal(long, longer)


def test_weights_that_lack_a_tensor(tmp_path: Path) -> None:
    unpack(tiny_model.packed_bytes(), tmp_path, {}, lambda step: None)
    tiny_model.edit_json(tmp_path / "config.json", num_hidden_layers=3)
    with pytest.raises(ModelError, match=r"lack encoder\.layer\.2"):
        open_embedder(EmbedSettings(model=str(tmp_path), runtime="openvino-float32"))


# Settings


def test_identity_and_prefixes(tiny_folder: Path) -> None:
    tiny = open_embedder(EmbedSettings(model=str(tiny_folder), runtime="openvino-float32"))
    assert tiny.identity == ModelIdentity(
        name="tiny-e5",
        weights_sha256=resolve(str(tiny_folder)).weights_sha256,
        query_prefix="query: ",
        passage_prefix="passage: ",
        dimension=32,
        runtime="openvino",
        precision="float32",
    )
    assert not np.allclose(tiny.embed_queries(["xin"]), tiny.embed_passages(["xin"]))
    bare = EmbedSettings(model=str(tiny_folder), runtime="openvino-float32", query_prefix="", passage_prefix="a ")
    other = open_embedder(bare)
    assert (other.identity.query_prefix, other.identity.passage_prefix) == ("", "a ")
    np.testing.assert_allclose(other.embed_queries(["query: xin"]), tiny.embed_queries(["xin"]), atol=1e-6)


def test_an_unknown_runtime_lists_the_known_ones() -> None:
    with pytest.raises(SettingsError, match="openvino-bfloat16, openvino-float32, torch-bfloat16, torch-float32"):
        open_embedder(EmbedSettings(runtime="cuda"))


def test_a_runtime_that_cannot_run_the_model_says_why(tiny_folder: Path, tmp_path: Path) -> None:
    unpack(tiny_model.packed_bytes(), tmp_path, {}, lambda step: None)
    tiny_model.edit_json(tmp_path / "config.json", model_type="mpnet")
    with pytest.raises(SettingsError, match=r"openvino-float32 cannot be used.*mpnet"):
        open_embedder(EmbedSettings(model=str(tmp_path), runtime="openvino-float32"))


def test_bfloat16_needs_a_processor_that_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.models.openvino_runtime.supports_bfloat16", lambda: False)
    reasons = {one.name: one.unavailable for one in embedder_available_runtimes()}
    assert list(reasons) == list(RUNTIMES)
    assert reasons["openvino-float32"] is reasons["torch-float32"] is None
    assert reasons["openvino-bfloat16"] == reasons["torch-bfloat16"] == "this processor has no bfloat16 instructions"


def test_a_vector_without_direction_is_an_error() -> None:
    for bad in (np.zeros((1, 3), np.float32), np.array([[np.nan, 1, 1]], np.float32)):
        with pytest.raises(ModelError, match="without direction"):
            embed.normalised(bad)


# The choice


class Slow(HashingEmbedder):
    """A fake of a certain runtime."""

    def __init__(self, runtime: str, *, turned: bool = False) -> None:
        super().__init__(name=runtime)
        self._turned = turned

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = super().embed_passages(texts)
        return np.roll(vectors, 1, axis=1) if self._turned else vectors


def _open_fake(name: str, model: ModelFolder, settings: EmbedSettings) -> Embedder:
    return Slow(name)


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModelFolder:
    monkeypatch.setenv("HOIBAO_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(runtime_measure, "unavailable", lambda name, model: None)
    return ModelFolder("fake", tmp_path, "0" * 64)


def test_the_fastest_that_agrees_is_used_first() -> None:
    measured = [
        Measured("openvino-bfloat16", 90.0, 0.95),
        Measured("openvino-float32", 30.0, 1.0),
        Measured("torch-bfloat16", 60.0, 0.9995),
        Measured("torch-float32", error="broken"),
    ]
    assert usable(measured) == ["torch-bfloat16", "openvino-float32"]
    assert usable([]) == []


def test_within_noise_the_order_of_the_list_decides() -> None:
    # 80 * 1.25 = 100 >= 100, so the first two are equal; 79 * 1.25 = 98.75 is not.
    measured = [
        Measured("torch-bfloat16", 100.0, 1.0),
        Measured("openvino-float32", 79.0, 1.0),
        Measured("openvino-bfloat16", 80.0, 1.0),
    ]
    assert usable(measured) == ["openvino-bfloat16", "torch-bfloat16", "openvino-float32"]


def test_measured_once_and_kept(model: ModelFolder) -> None:
    calls: list[EmbedSettings] = []

    def measure(settings: EmbedSettings) -> tuple[Measured, ...]:
        calls.append(settings)
        return (Measured("torch-float32", 5.0, 1.0), Measured("openvino-float32", 30.0, 1.0))

    settings = EmbedSettings()
    assert runtime_choice.past_measurements(model, settings) == ()
    for _ in range(2):
        chosen = choose_runtime(model, settings, open_one=_open_fake, measure=measure)
        assert chosen.identity.name == "openvino-float32"
    assert len(calls) == 1
    assert runtime_choice.past_measurements(model, settings) == measure(settings)
    choose_runtime(model, EmbedSettings(threads=1), open_one=_open_fake, measure=measure)
    assert len(calls) == 3


def test_a_choice_that_no_longer_works_is_measured_again(model: ModelFolder, caplog: pytest.LogCaptureFixture) -> None:
    results = [(Measured("openvino-bfloat16", 60.0, 1.0),), (Measured("torch-float32", 5.0, 1.0),)]
    broken: set[str] = set()

    def open_one(name: str, model: ModelFolder, settings: EmbedSettings) -> Embedder:
        if name in broken:
            raise ModelError("gone")
        return Slow(name)

    def choose() -> str:
        return choose_runtime(
            model, EmbedSettings(), open_one=open_one, measure=lambda settings: results.pop(0)
        ).identity.name

    assert choose() == "openvino-bfloat16"
    broken.add("openvino-bfloat16")
    assert choose() == "torch-float32"
    assert "no longer works" in caplog.text


def test_without_a_measurement_float32_is_tried(model: ModelFolder) -> None:
    tried: list[str] = []

    def open_one(name: str, model: ModelFolder, settings: EmbedSettings) -> Embedder:
        tried.append(name)
        raise ModelError("does not load")

    with pytest.raises(ModelError, match=r"no runtime can run this model.*torch-float32: does not load"):
        choose_runtime(model, EmbedSettings(), open_one=open_one, measure=lambda settings: (Measured("x", error="y"),))
    assert tried == ["openvino-float32", "torch-float32"]
    assert runtime_choice.past_measurements(model, EmbedSettings()) == ()


def test_a_cache_that_cannot_be_written_is_no_failure(
    model: ModelFolder, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("HOIBAO_CACHE", "/dev/null/cache")
    measured = (Measured("torch-float32", 5.0, 1.0),)
    chosen = choose_runtime(model, EmbedSettings(), open_one=_open_fake, measure=lambda settings: measured)
    assert chosen.identity.name == "torch-float32"
    assert "cannot be kept" in caplog.text


def test_a_measuring_process_that_fails_gives_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert runtime_choice.measure_apart(EmbedSettings()) == ()
    assert "could not be measured" in caplog.text


def test_measuring_compares_every_runtime_with_float32(model: ModelFolder) -> None:
    def open_one(name: str, model: ModelFolder, settings: EmbedSettings) -> Embedder:
        if name == "torch-bfloat16":
            raise ModelError("does not load")
        return Slow(name, turned=name == "openvino-bfloat16")

    measured = {one.name: one for one in measure_runtimes(model, EmbedSettings(), open_one)}
    assert list(measured) == list(RUNTIMES)
    assert measured["openvino-bfloat16"].agreement < 0.9
    assert measured["openvino-float32"].agreement == pytest.approx(1.0, abs=1e-5)
    assert measured["openvino-float32"].passages_per_second > 0
    assert measured["torch-bfloat16"].error == "does not load"
    assert from_json(as_json(list(measured.values()))) == tuple(measured.values())


def test_without_the_reference_nothing_is_trusted(model: ModelFolder) -> None:
    def open_one(name: str, model: ModelFolder, settings: EmbedSettings) -> Embedder:
        if name == "torch-float32":
            raise ImportError("no torch")
        return Slow(name)

    measured = measure_runtimes(model, EmbedSettings(), open_one)
    assert usable(measured) == []
    assert {one.name: one.error for one in measured}["torch-float32"] == "no torch"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"measured": [{"nom": 1}]}', '{"measured": 3}'])
def test_a_spoilt_measurement_is_no_measurement(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_json(text)


def test_the_processor_is_part_of_the_key(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("model name\t: One\nflags\t\t: avx512_bf16\n", encoding="utf-8")
    (tmp_path / "b").write_text("model name\t: Two\nflags\t\t: avx2\n", encoding="utf-8")
    keys = {runtime_choice._processor(tmp_path / name) for name in ("a", "b", "missing")}
    assert len(keys) == 3


def _run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", program, *arguments],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )


def test_a_search_imports_no_torch_and_opens_no_connection(tiny_folder: Path) -> None:
    program = (
        "import socket, sys\n"
        "def refuse(*_): raise SystemExit('a connection was opened')\n"
        "socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse\n"
        "from rag.config import EmbedSettings\nfrom rag.embed import open_embedder\n"
        "assert 'numpy' in sys.modules and 'openvino' not in sys.modules\n"
        "open_embedder(EmbedSettings(model=sys.argv[1], runtime='openvino-float32')).embed_queries(['xin'])\n"
        "print(sorted({'torch', 'transformers', 'sentence_transformers', 'huggingface_hub'} & set(sys.modules)))"
    )
    assert _run(program, str(tiny_folder)).stdout == "[]\n"


# The real models


@pytest.mark.model
def test_torch_runs_the_tiny_model_like_openvino(tiny_folder: Path) -> None:
    ours, theirs = (
        open_embedder(EmbedSettings(model=str(tiny_folder), runtime=runtime)).embed_passages(SENTENCES)
        for runtime in ("openvino-float32", "torch-float32")
    )
    assert cosines(ours, theirs).min() >= 0.99999


@pytest.mark.model
def test_torch_is_told_to_stay_quiet_and_offline(tiny_folder: Path) -> None:
    program = (
        "import socket, sys\n"
        "def refuse(*_): raise SystemExit('a connection was opened')\n"
        "socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse\n"
        "from rag.config import EmbedSettings\nfrom rag.embed import open_embedder\n"
        "open_embedder(EmbedSettings(model=sys.argv[1], runtime='torch-float32', threads=1)).embed_queries(['xin'])\n"
    )
    done = _run(program.replace("-W error", ""), str(tiny_folder))
    assert (done.stdout, done.stderr) == ("", "")


@pytest.mark.model
def test_a_model_that_torch_cannot_load(tmp_path: Path) -> None:
    unpack(tiny_model.packed_bytes(), tmp_path, {}, lambda step: None)
    tiny_model.edit_json(tmp_path / "config.json", model_type="no-such-type")
    with pytest.raises(ModelError, match="sentence-transformers cannot load"):
        open_embedder(EmbedSettings(model=str(tmp_path), runtime="torch-float32"))


@pytest.mark.model
def test_the_real_runtimes_agree_with_float32() -> None:
    reference = open_embedder(EmbedSettings(runtime="torch-float32")).embed_passages(SENTENCES)
    for runtime in embedder_available_runtimes(EmbedSettings()):
        if runtime.unavailable is None and runtime.name.startswith("openvino"):
            vectors = open_embedder(EmbedSettings(runtime=runtime.name)).embed_passages(SENTENCES)
            assert cosines(vectors, reference).min() >= 0.9999, runtime.name


@pytest.mark.model
def test_the_real_model_finds_the_passage_that_answers() -> None:
    real = open_embedder(EmbedSettings())
    passages = [
        "Giá vàng miếng sáng nay tăng 500.000 đồng mỗi lượng so với hôm qua.",
        "Đội tuyển bóng đá nữ giành huy chương vàng sau loạt luân lưu.",
        "Bão gây mưa lớn, hàng nghìn hộ dân vùng ven biển phải sơ tán.",
    ]
    questions = ["Vì sao người dân phải rời nhà?", "Vàng đắt lên bao nhiêu?", "Ai vô địch môn bóng đá?"]
    nearest = (real.embed_queries(questions) @ real.embed_passages(passages).T).argmax(axis=1)
    assert nearest.tolist() == [2, 0, 1]


@pytest.mark.model
def test_the_real_choice_is_measured_in_another_process(
    tiny_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOIBAO_CACHE", str(tmp_path))
    chosen = open_embedder(EmbedSettings(model=str(tiny_folder)))
    measured = {one.name: one for one in runtime_choice.past_measurements(resolve(str(tiny_folder)), EmbedSettings())}
    assert list(measured) == list(RUNTIMES)
    assert measured["openvino-float32"].agreement == pytest.approx(1.0, abs=1e-4)
    assert f"{chosen.identity.runtime}-{chosen.identity.precision}" in usable(list(measured.values()))
