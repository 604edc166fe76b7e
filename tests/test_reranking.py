"""How often the right passage stands first before and after reading, over a small pool and the real networks."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from eval.reader.reranking import FirstShares, measure_reranking, reranking_as_markdown
from rag.config import Settings

TEXTS = {
    "wikipedia": (
        "Sông Hồng bắt nguồn từ tỉnh Vân Nam và dài 1.149 km.",
        "Sông Hồng chảy qua Hà Nội. Chiều dài của sông được đo nhiều lần.",
        "1.149 km",
        "Sông Hồng dài bao nhiêu?",
    ),
    "news": (
        "Chiều 5/10, ông Trần Văn Bình được bầu làm chủ tịch hội đồng quản trị công ty Hòa An.",
        "Chủ tịch công ty Hòa An đã từ chức. Công ty Hòa An chưa bầu chủ tịch.",
        "Trần Văn Bình",
        "Ai được bầu làm chủ tịch công ty Hòa An?",
    ),
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    def write(path: Path, content: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(content.encode()))

    for name, (right, wrong, answer, question) in TEXTS.items():
        file = {"wikipedia": "viquad1_vi", "news": "news_vi"}[name]
        asked = {"id": name, "question": question, "is_impossible": False}
        asked["answers"] = [{"text": answer, "answer_start": right.index(answer)}]
        paragraphs = [{"context": right, "qas": [asked]}]
        write(tmp_path / f"reader_dev/{file}.json.gz", json.dumps({"data": [{"title": "x", "paragraphs": paragraphs}]}))
        training = {"id": "t", "question": "Nói về gì?", "answers": [{"text": wrong[:9], "answer_start": 0}]}
        others = [{"context": wrong, "qas": [training | {"is_impossible": False}]}]
        write(tmp_path / f"reader_train/{file}.json.gz", json.dumps({"data": [{"title": "y", "paragraphs": others}]}))
    news = {"id": "1", "title": "Giá vàng", "text": "Giá vàng tăng nhẹ trong phiên sáng nay. " * 20}
    write(tmp_path / "news/large.jsonl.gz", json.dumps(news) + "\n")
    return tmp_path


@pytest.mark.model
def test_the_shares_of_all_three_rankings_are_counted(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eval.reader.reranking.default_folder", lambda: data / "vectors")
    said: list[str] = []
    found = measure_reranking(data, Settings(), said.append)
    assert {name: one.questions for name, one in found.items()} == {"wikipedia": 1, "news": 1}
    assert all(one.read == 1.0 for one in found.values())
    assert len(said) == 4


def test_the_table_has_a_line_for_each_kind_of_text() -> None:
    table = reranking_as_markdown({"news": FirstShares(382, 0.8, 0.85, 0.9)})
    assert table.splitlines()[-1] == "| news | 382 | 0.800 | 0.850 | 0.900 |"
