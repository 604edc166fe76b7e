"""Evidence that a set names by its place is taken from the article, or the set is refused."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from eval.metrics import locate_evidence
from eval.run import evaluate_set
from eval.sets_io import EvalQuestion, EvidenceItem, EvidenceSpan
from eval.spans import has_spans, resolve_spans
from rag.config import AnswerSettings, Settings
from rag.errors import LoadError
from rag.pipeline import build
from tests.fakes import HashingEmbedder

CAPTION = "Người dân đi lại trên cầu Long Biên sáng nay. Ảnh: Nguyễn Văn An"
QUICK = Settings(answer=AnswerSettings(reader="sentences"))
QUOTE = "Giá xăng tăng 500 đồng mỗi lít từ chiều nay theo quyết định của liên bộ."
TEXT = (
    f"Liên bộ Công Thương và Tài chính vừa điều chỉnh giá xăng dầu trong nước.\n{CAPTION}\n{QUOTE}\nGiá dầu giữ nguyên."
)
START = TEXT.index(QUOTE)


def span(start: int = START, end: int = START + len(QUOTE), quote: str = QUOTE) -> EvidenceSpan:
    return EvidenceSpan(start, end, hashlib.sha256(quote.encode()).hexdigest())


def question(*evidence: EvidenceItem) -> EvalQuestion:
    return EvalQuestion("d1", "fact", "Giá xăng tăng bao nhiêu?", (), True, (("500 đồng",),), evidence)


def test_the_quote_comes_from_the_article() -> None:
    asked = question(EvidenceItem("r1", "", 0, span()), EvidenceItem("r2", "Đã có."))
    assert has_spans([asked])
    (found,) = resolve_spans([asked], {"r1": [TEXT], "r2": ["Đã có."]})
    assert [item.quote for item in found.evidence] == [QUOTE, "Đã có."]
    assert not has_spans([found])


def test_of_two_articles_of_a_name_the_one_with_these_characters_is_meant() -> None:
    (found,) = resolve_spans([question(EvidenceItem("r1", "", 0, span()))], {"r1": ["Bài khác.", TEXT]})
    assert found.evidence[0].quote == QUOTE


@pytest.mark.parametrize("text", ["x" + TEXT, TEXT[: START + 5], TEXT.replace("500", "700")])
def test_an_article_that_has_changed_is_refused(text: str) -> None:
    with pytest.raises(LoadError, match=r"r1: characters \d+ to \d+ are not those that question 'd1' was written on"):
        resolve_spans([question(EvidenceItem("r1", "", 0, span()))], {"r1": [text]})


def test_evidence_of_a_missing_article_stands_nowhere() -> None:
    (found,) = resolve_spans([question(EvidenceItem("r1", "", 0, span()))], {"r2": [TEXT]})
    assert found.evidence[0].quote == ""
    assert locate_evidence(found.evidence, {"x.jsonl#r1": TEXT}) == []


def write_set(path: Path, place: EvidenceSpan) -> Path:
    evidence = {"file": "r1", "start": place.start, "end": place.end, "sha256": place.sha256}
    asked = {
        "id": "d1",
        "kind": "fact",
        "question": "Giá xăng tăng bao nhiêu một lít?",
        "history": [],
        "answerable": True,
        "answers": ["500 đồng"],
        "evidence": [evidence],
    }
    path.write_text(json.dumps(asked) + "\n", "utf-8")
    return path


@pytest.fixture
def library(tmp_path: Path) -> Path:
    corpus = tmp_path / "tin.jsonl"
    corpus.write_text(json.dumps({"id": "r1", "title": "Giá xăng", "text": TEXT}) + "\n", "utf-8")
    settings = Settings()
    settings = settings.model_copy(update={"load": settings.load.model_copy(update={"min_article_chars": 1})})
    assert build([corpus], tmp_path / "library", settings, embedder=HashingEmbedder()).new == 1
    return tmp_path / "library"


def test_a_run_finds_the_place_in_the_article_from_which_a_caption_was_removed(tmp_path: Path, library: Path) -> None:
    set_path = write_set(tmp_path / "set.jsonl", span())
    summary = evaluate_set(set_path, library, tmp_path / "out", QUICK, embedder=HashingEmbedder())
    assert (summary["lost_evidence"], summary["notes"]) == ([], [])
    assert summary["overall"]["evidence_recall@1"] == 1.0
    record = json.loads((tmp_path / "out" / "records.jsonl").read_text("utf-8"))
    assert record["evidence"][0]["text"] == QUOTE
    # The caption is not part of what is searched: the offsets of the set and of the library differ.
    assert CAPTION not in (tmp_path / "out" / "answers.jsonl").read_text("utf-8")


def test_a_run_over_other_articles_of_the_same_names_is_refused(tmp_path: Path, library: Path) -> None:
    set_path = write_set(tmp_path / "set.jsonl", span(START + 1, START + 1 + len(QUOTE)))
    with pytest.raises(LoadError, match="are not those that question 'd1' was written on"):
        evaluate_set(set_path, library, tmp_path / "out", QUICK, embedder=HashingEmbedder())
