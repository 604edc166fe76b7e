"""Any question-answering model of transformers as the reader: a tiny one with random weights."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from rag.config import load_settings
from rag.errors import ModelError
from rag.models.question_answering import QuestionAnsweringModel
from rag.question import understand
from rag.reader import SpanReader, make_reader
from tests.fakes import HashingEmbedder

WORDS = [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "[MASK]",
    "xin",
    "chào",
    "thủ",
    "đô",
    "hà",
    "nội",
    "?",
    ".",
    ",",
    "là",
    "gì",
]
POSITIONS = 42
LONG = "Xin chào thủ đô, " * 30


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _saved(tmp_path_factory.mktemp("models") / "tiny-qa", "BertForQuestionAnswering")


def _saved(folder: Path, kind: str) -> Path:
    """A BERT of two layers with random weights and a tokenizer of whole words."""
    import torch
    import transformers
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(models.WordPiece({word: id_ for id_, word in enumerate(WORDS)}, unk_token="[UNK]"))  # noqa: S106
    tokenizer.normalizer = normalizers.BertNormalizer(strip_accents=False)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    names = {f"{name}_token": f"[{name.upper()}]" for name in ("pad", "unk", "cls", "sep", "mask")}
    transformers.PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
        **names,
    ).save_pretrained(folder)
    config = transformers.BertConfig(
        vocab_size=len(WORDS), hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32,
        max_position_embeddings=POSITIONS, initializer_range=1.0,
    )  # fmt: skip
    torch.manual_seed(3)
    getattr(transformers, kind)(config).save_pretrained(folder)
    return folder


def test_windows_cover_a_long_passage_and_overlap(folder: Path) -> None:
    windows = QuestionAnsweringModel(folder).score("Thủ đô là gì?", [LONG])[0]
    assert len(windows) > 2
    assert [len(w.starts) for w in windows] == [len(w.ends) for w in windows] == [len(w.offsets) for w in windows]
    places = [(int(w.offsets[0, 0]), int(w.offsets[-1, 1])) for w in windows]
    assert (places[0][0], places[-1][1]) == (0, LONG.rindex(",") + 1)
    assert all(before[1] > after[0] for before, after in pairwise(places))
    assert {LONG[start:end] for window in windows for start, end in window.offsets} == {"Xin", "chào", "thủ", "đô", ","}


def test_logits_and_the_score_of_none_are_the_models_own(folder: Path) -> None:
    import torch
    from transformers import AutoModelForQuestionAnswering

    window = QuestionAnsweringModel(folder).score("Thủ đô?", ["Hà Nội."])[0][0]
    # [CLS] thủ đô ? [SEP] hà nội . [SEP]
    ids = torch.tensor([[2, 7, 8, 11, 3, 9, 10, 12, 3]])
    model = AutoModelForQuestionAnswering.from_pretrained(folder).eval()
    with torch.no_grad():
        told = model(input_ids=ids, token_type_ids=torch.tensor([[0] * 5 + [1] * 4]))
    starts, ends = told.start_logits[0].numpy(), told.end_logits[0].numpy()
    np.testing.assert_allclose(window.starts, starts[5:8], atol=1e-4)
    np.testing.assert_allclose(window.ends, ends[5:8], atol=1e-4)
    assert (window.null_start, window.null_end) == pytest.approx((starts[0], ends[0]), abs=1e-4)
    lead = starts[5:8].max() + ends[5:8].max() - starts[0] - ends[0]
    assert (window.answerable, window.relevant) == pytest.approx((lead, lead), abs=1e-4)
    assert window.offsets.tolist() == [[0, 2], [3, 6], [6, 7]]


def test_a_passage_is_scored_the_same_in_any_company(folder: Path) -> None:
    model = QuestionAnsweringModel(folder)
    passages = ["Hà Nội.", "", " \n", LONG, "xin chào"]
    together = model.score("Thủ đô?", passages)
    assert together[1:3] == [[], []]
    for passage, windows in zip(passages, together, strict=True):
        alone = model.score("Thủ đô?", [passage])[0]
        assert len(alone) == len(windows)
        for one, other in zip(alone, windows, strict=True):
            np.testing.assert_allclose(one.starts, other.starts, atol=1e-4)


def test_a_text_that_spells_out_special_tokens_does_not_end_its_row(folder: Path) -> None:
    model = QuestionAnsweringModel(folder)
    text = "xin [SEP] chào \0\ud800 [CLS]thủ"
    rows = list(model._rows(0, "thủ [SEP] đô", text.replace("\0\ud800", "  ")))
    assert [id_ for row in rows for id_ in row.inputs["input_ids"] if id_ in (2, 3)] == [2, 3, 3]
    window = model.score("thủ [SEP] đô \ud800", [text])[0][0]
    assert [text[start:end] for start, end in window.offsets] == ["xin", "[SEP]", "chào", "[CLS]", "thủ"]


def test_a_long_question_leaves_room_for_the_passage(folder: Path) -> None:
    windows = QuestionAnsweringModel(folder).score("thủ đô " * 500, ["Hà Nội. " * 20])[0]
    assert min(len(window.offsets) for window in windows) > 10


def test_the_settings_name_it_and_it_reads(folder: Path) -> None:
    reader = make_reader(load_settings(None, {"answer.reader": str(folder)}), HashingEmbedder)
    assert isinstance(reader, SpanReader)
    passage = "Xin chào. Thủ đô là Hà Nội."
    span, probability = reader.read_passage(understand("Thủ đô là gì?"), passage)
    assert span is not None
    assert span.of(passage)
    assert 0 <= probability <= 1


def test_what_is_no_question_answering_model_is_refused_with_the_remedy(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"lack qa_outputs.*AutoModelForQuestionAnswering"):
        QuestionAnsweringModel(_saved(tmp_path / "encoder", "BertModel"))
    (tmp_path / "none").mkdir()
    with pytest.raises(ModelError, match=r"or leave out answer\.reader"):
        QuestionAnsweringModel(tmp_path / "none")
