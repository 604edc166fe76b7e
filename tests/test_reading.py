"""Windows, decoding, tidying, the facts beside the weights, and the networks against each other."""

from __future__ import annotations

import json
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from eval.reader.export import renamed, write_bfloat16
from rag.config import EmbedSettings
from rag.datatypes import Span
from rag.errors import ModelError, SettingsError
from rag.models.bert import map_weights
from rag.models.model_cache import file_sha256
from rag.models.unpack import unpack
from rag.reading.decode import spans
from rag.reading.facts import SIGNALS, UNFITTED, facts_of, fit_of
from rag.reading.records import Window
from rag.reading.scorers import open_scorer
from rag.reading.tidy import tidy
from tests import tiny_model
from tests.tiny_reader import write_tiny_reader

LONG = "xin chào thủ đô, " * 20
FLOAT32 = EmbedSettings(runtime="openvino-float32")


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "tiny-e5"
    folder.mkdir()
    unpack(tiny_model.packed_bytes(), folder, {"query": "query: ", "passage": "passage: "}, lambda step: None)
    return folder


@pytest.fixture
def weights(tmp_path: Path, encoder: Path) -> Path:
    return write_tiny_reader(tmp_path, encoder)


# Windows and networks


def test_windows_cover_a_long_passage_and_overlap(weights: Path) -> None:
    scorer, facts = open_scorer(FLOAT32, weights)
    windows = scorer.score("xin chào", [LONG])[0]
    assert len(windows) > 2
    places = [(int(w.offsets[0, 0]), int(w.offsets[-1, 1])) for w in windows]
    assert places[0][0] == 0
    assert places[-1][1] == LONG.rindex(",") + 1
    assert all(before[1] > after[0] for before, after in pairwise(places))
    lengths = {len(w.offsets) for w in windows}
    assert len(lengths) == 1
    assert lengths.pop() < facts.window_tokens


def test_offsets_are_those_of_the_text_as_it_is(weights: Path) -> None:
    scorer, _ = open_scorer(FLOAT32, weights)
    text = "xin\0 \ud800chào  thủ ﬁn"
    for window in scorer.score("a \ud800", [text])[0]:
        assert window.offsets.max() == len(text)
        assert len(window.starts) == len(window.ends) == len(window.offsets)
    assert scorer.score("xin", ["", " \n", "chào"])[:2] == [[], []]


@pytest.mark.parametrize("mark", ["</s>", "<s>", "<mask>", "<pad>", "＜/s＞", "</s> <s>"])
def test_a_text_that_spells_out_special_tokens_does_not_end_its_row(weights: Path, mark: str) -> None:
    scorer, _ = open_scorer(FLOAT32, weights)
    encoding = scorer._encoding
    text = f"xin {mark} chào{mark}thủ \U0001f600 đô"
    asked = encoding.question(f"thủ {mark} đô")
    rows = list(encoding.rows(asked, text))
    special = [tiny_model.PIECES.index(piece) for piece in ("<s>", "</s>", "<pad>", "<mask>")]
    for row in rows:
        places = [place for place, token in enumerate(row.ids) if token in special]
        assert places == [0, row.second - 1, len(row.ids) - 1]
    read = {tuple(place) for row in rows for place in row.offsets.tolist()}
    words = {word: text.index(word) for word in ("xin", "chào", "đô", "\U0001f600")}
    for word, start in words.items():
        assert any(begin == start or end == start + len(word) for begin, end in read), word


def test_a_passage_is_scored_the_same_in_any_company(weights: Path) -> None:
    scorer, _ = open_scorer(FLOAT32, weights)
    passages = ["xin chào", LONG, "thủ đô a b c"]
    together = scorer.score("thủ đô", passages)
    for passage, windows in zip(passages, together, strict=True):
        alone = scorer.score("thủ đô", [passage])[0]
        for one, other in zip(alone, windows, strict=True):
            np.testing.assert_allclose(one.starts, other.starts, atol=1e-4)
            assert one.answerable == pytest.approx(other.answerable, abs=1e-4)


@pytest.mark.parametrize("runtime", ["torch-float32", "torch-bfloat16"])
@pytest.mark.model
def test_torch_gives_what_openvino_gives(weights: Path, runtime: str) -> None:
    expected, _ = open_scorer(FLOAT32, weights)
    try:
        scorer, _ = open_scorer(EmbedSettings(runtime=runtime), weights)
    except SettingsError:
        pytest.skip(f"{runtime} is not available here")
    # A bfloat16 has eight bits: of these logits, up to 8 in size, a single one may be off by more than most.
    typical, largest = (1e-4, 1e-3) if runtime == "torch-float32" else (0.1, 0.5)
    for one, other in zip(expected.score("thủ đô", [LONG])[0], scorer.score("thủ đô", [LONG])[0], strict=True):
        off = np.abs(np.concatenate([one.starts - other.starts, one.ends - other.ends]))
        assert np.sqrt(np.mean(off**2)) < typical
        assert off.max() < largest
        assert one.relevant == pytest.approx(other.relevant, abs=largest)


def test_the_graph_computes_bert_with_token_types(weights: Path, encoder: Path) -> None:
    scorer, _ = open_scorer(FLOAT32, weights)
    asked = scorer._encoding.question("xin")
    row = next(scorer._encoding.rows(asked, "chào thủ đô"))
    tokens, whole = scorer._network.logits([row.ids], [row.second])[0]
    tensors = {**map_weights(encoder / "model.safetensors"), **map_weights(weights)}
    # The reference knows one token type only: its vector is put into the positions, row by row.
    kinds = tensors["embeddings.token_type_embeddings.weight"]
    positions = tensors["embeddings.position_embeddings.weight"].copy()
    positions[row.second : len(row.ids)] += kinds[1] - kinds[0]
    tensors["embeddings.position_embeddings.weight"] = positions
    first = tiny_model.reference(tensors, row.ids.tolist(), pooling="cls")
    expected = tensors["cls.weight"] @ first + tensors["cls.bias"]
    np.testing.assert_allclose(whole, expected, atol=1e-4)
    np.testing.assert_allclose(tokens[0], tensors["span.weight"] @ first + tensors["span.bias"], atol=1e-4)


# What is refused


def test_missing_altered_and_foreign_weights_are_refused(tmp_path: Path, encoder: Path, weights: Path) -> None:
    with pytest.raises(ModelError, match=r"missing.*make reader"):
        open_scorer(FLOAT32, tmp_path / "none.safetensors")
    other = tmp_path / "other"
    other.mkdir()
    foreign = write_tiny_reader(other, encoder, encoder={"name": str(encoder), "weights_sha256": "0" * 64})
    with pytest.raises(ModelError, match="another version of the encoder"):
        open_scorer(FLOAT32, foreign)
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    with pytest.raises(ModelError, match="altered"):
        open_scorer(FLOAT32, weights)


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"sha256": 1, "encoder": 2}'])
def test_torn_facts_are_refused(weights: Path, content: str) -> None:
    weights.with_suffix(".json").write_text(content, encoding="utf-8")
    with pytest.raises(ModelError, match=r"reader\.json"):
        facts_of(weights)


def test_a_tensor_that_is_not_there_is_named(tmp_path: Path, encoder: Path, weights: Path) -> None:
    tensors = {name: array for name, array in map_weights(weights).items() if name != "span.bias"}
    write_bfloat16(tensors, weights)
    facts = json.loads(weights.with_suffix(".json").read_text(encoding="utf-8"))
    weights.with_suffix(".json").write_text(json.dumps({**facts, "sha256": file_sha256(weights)}), encoding="utf-8")
    with pytest.raises(ModelError, match=r"lack span\.bias"):
        open_scorer(FLOAT32, weights)


def test_an_unknown_runtime_is_a_setting_error(weights: Path) -> None:
    with pytest.raises(SettingsError, match="no such runtime"):
        open_scorer(EmbedSettings(runtime="abacus"), weights)


def test_a_fit_names_its_signals() -> None:
    fit = fit_of({**UNFITTED, "ranking": {"margin": 2.0}})
    assert fit.ranking.tolist() == [2.0 if name == "margin" else 0.0 for name in SIGNALS]
    with pytest.raises(ValueError, match="no such signal: luck"):
        fit_of({**UNFITTED, "ranking": {"luck": 1.0}})


# The exported file


def test_bfloat16_is_rounded_to_nearest_even_and_read_back(tmp_path: Path) -> None:
    values = np.array([1.0, 1.00390625, 1.01171875, -2.5, 0.0], dtype=np.float32)
    write_bfloat16({"a.weight": values, "b": np.ones((2, 3), np.float32)}, tmp_path / "x.safetensors")
    stored = map_weights(tmp_path / "x.safetensors")
    assert stored["a.weight"].tolist() == [1.0, 1.0, 1.015625, -2.5, 0.0]
    assert stored["b"].shape == (2, 3)
    assert map_weights(tmp_path / "x.safetensors", widen=False)["b"].dtype == np.uint16


def test_a_checkpoint_gets_berts_names() -> None:
    merged = np.arange(12, dtype=np.float32).reshape(6, 2)
    tensors = renamed({"layers.3.qkv.weight": merged, "layers.3.n1.bias": merged[0], "word.weight": merged})
    assert sorted(tensors) == [
        "encoder.layer.3.attention.output.LayerNorm.bias",
        *(f"encoder.layer.3.attention.self.{part}.weight" for part in ("key", "query", "value")),
    ]
    assert tensors["encoder.layer.3.attention.self.value.weight"].tolist() == [[8.0, 9.0], [10.0, 11.0]]


# Decoding


def test_the_best_span_of_each_sentence() -> None:
    passage = "Mot hai. Ba bon nam."
    offsets = np.array([(0, 3), (3, 7), (7, 8), (8, 11), (11, 15), (15, 19), (19, 20)], dtype=np.int32)
    starts = np.array([0, 3, 0, 1, 5, 0, 0], dtype=np.float32)
    ends = np.array([9, 2, 0, 0, 1, 4, 0], dtype=np.float32)
    window = Window(offsets, starts, ends, 1.0, 1.5, 0.5, -0.5)
    found = spans(passage, [window], [Span(0, 8), Span(9, 20)], 2)
    # "Mot" alone: 0 + 9; of "Ba bon nam" bon nam: 5 + 4. An end before its start does not count.
    assert [one.span.of(passage) for one in found] == ["Mot", "bon nam"]
    assert [one.signals.difference for one in found] == [9 - 2.5, 9 - 2.5]
    total = np.log(np.exp([*starts, 1.0]).sum()) + np.log(np.exp([*ends, 1.5]).sum())
    assert found[0].signals.log_probability == pytest.approx(9 - total, abs=1e-5)


def test_a_span_has_at_most_so_many_tokens_and_no_empty_edge() -> None:
    passage = "a b c d"
    offsets = np.array([(0, 1), (1, 1), (2, 3), (4, 5), (6, 7)], dtype=np.int32)
    starts = np.array([5, 9, 0, 0, 0], dtype=np.float32)
    ends = np.array([0, 9, 1, 0, 6], dtype=np.float32)
    window = Window(offsets, starts, ends, 0.0, 0.0, 0.0, 0.0)
    assert [f.span.of(passage) for f in spans(passage, [window], [Span(0, 7)], 3)] == ["a b"]
    assert [f.span.of(passage) for f in spans(passage, [window], [Span(0, 7)], 5)] == ["a b c d"]
    assert [f.span.of(passage) for f in spans(passage, [window], [Span(0, 7)], 1)] == ["d"]


# Tidying


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("Có [ hơn 90 tấn, ]gạo.", "hơn 90 tấn"),
        ("Giá 2[,7] tỷ", "2,7"),
        ("Giá 2[,] tỷ", None),
        ("ở U[kra]ine nay", "Ukraine"),
        ("số 90[.000] người", "90.000"),
        ("gặp [“ông An] và", "ông An"),
        ("gặp [“ông An”] và", "“ông An”"),
        ("Liên minh [châu Âu (EU]) họp", "châu Âu (EU)"),
        ("Liên minh châu Âu ([EU)] họp", "EU"),
        ('nói ["không] biết"', "không"),
        ("lạnh [-5 độ] C", "-5 độ"),
        ("từ 3[-5 độ] C", "5 độ"),
        ("[– Ông An.] Rồi", "Ông An"),
        ("[ ... ]", None),
        ("[“(]", None),
        ("tăng [2,7%] nay", "2,7%"),
        ("dịch [Covid-19] nay", "Covid-19"),
    ],
)
def test_a_span_is_tidied(marked: str, expected: str | None) -> None:
    start, end = marked.index("["), marked.index("]") - 1
    text = marked.replace("[", "", 1).replace("]", "", 1)
    span = tidy(text, Span(start, end))
    assert (span.of(text) if span else None) == expected


@pytest.mark.parametrize("unit", ["(", "“", "a", "1,", "\"'", ")(", " ", "-1"])
def test_tidying_hostile_text_ends_soon(unit: str) -> None:
    text = unit * 2_000
    begun = time.perf_counter()
    for start in range(0, 200, 7):
        span = tidy(text, Span(start, start + 300))
        assert span is None or 0 <= span.start < span.end <= len(text)
    assert time.perf_counter() - begun < 5
