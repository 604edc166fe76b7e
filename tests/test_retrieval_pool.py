"""The pool experiment on a few hand-written passages: figures by hand, and the whole run with a hashing embedder."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from eval import retrieval_pool
from eval.retrieval_pool import Figures, Pool, figures, first_right, main, measure
from rag.datatypes import Scored
from tests.fakes import HashingEmbedder

PASSAGES = {
    "reader_train/viquad1_vi": (
        "train-1",
        "Sông Hồng chảy qua Hà Nội rồi ra biển.",
        "Sông Hồng chảy qua đâu?",
        "Hà Nội",
    ),
    "reader_dev/viquad1_vi": ("dev-1", "Đỉnh Fansipan cao 3.143 mét.", "Fansipan cao bao nhiêu?", "3.143 mét"),
    "reader_train/news_vi": ("Giá vàng tăng", "Giá vàng chạm 90 triệu đồng.", "Giá vàng bao nhiêu?", "90 triệu đồng"),
    "reader_dev/news_vi": ("Bão số 3", "Bão số 3 đổ bộ Quảng Ninh.", "Bão số 3 vào đâu?", "Quảng Ninh"),
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    root = tmp_path / "data"
    for name, (title, context, question, answer) in PASSAGES.items():
        asked = [
            {
                "question": question,
                "is_impossible": False,
                "answers": [{"text": answer, "answer_start": context.index(answer)}],
            },
            {"question": "Ai nói?", "is_impossible": True, "answers": []},
        ]
        document = {"data": [{"title": title, "paragraphs": [{"context": context, "qas": asked}]}]}
        file = root / f"{name}.json.gz"
        file.parent.mkdir(parents=True, exist_ok=True)
        with gzip.open(file, "wt", encoding="utf-8") as handle:
            json.dump(document, handle)
    (root / "news").mkdir()
    with gzip.open(root / "news" / "large.jsonl.gz", "wt", encoding="utf-8") as handle:
        for at in range(3):
            print(json.dumps({"title": f"Tin {at}", "sapo": "Mở đầu.", "text": f"Nội dung thứ {at}."}), file=handle)
    return root


def test_figures_worked_by_hand() -> None:
    # Ranks 1, 4, 20 and none: one of four at 1, two at 5 and at 10; (1 + 1/4) / 4.
    assert figures([1, 4, 20, None]) == Figures(0.25, 0.5, 0.5, 0.3125)
    assert figures([]) == Figures(0.0, 0.0, 0.0, 0.0)
    results = [Scored(5, 3.0), Scored(7, 2.0)]
    assert (first_right(results, frozenset({7, 9})), first_right(results, frozenset({1}))) == (2, None)


def test_the_pool_holds_the_passages_and_knows_which_are_right(data: Path, tmp_path: Path) -> None:
    embedder = HashingEmbedder()
    with Pool(data, embedder, tmp_path / "vectors", distractors=2) as pool:
        assert {name: [question.text for question in asked] for name, asked in pool.questions.items()} == {
            "wikipedia": ["Sông Hồng chảy qua đâu?", "Fansipan cao bao nhiêu?"],
            "news": ["Giá vàng bao nhiêu?"],
            "news dev": ["Bão số 3 vào đâu?"],
        }
        assert pool.library.manifest().articles == 6
        (right,) = pool.questions["news dev"][0].right
        chunk = pool.library.chunks([right])[right]
        assert pool.library.article(chunk.article_id).title == "Bão số 3"
        titles = {row.title: row.title_stated for row in pool.library.articles()}
        assert titles["Đỉnh Fansipan cao 3.143 mét."] is False
        assert titles["Giá vàng tăng"] is True
        folder = pool.library.folder
    assert not folder.exists()
    # Computed once, then taken from the folder.
    embedded = embedder.passages_embedded
    with Pool(data, embedder, tmp_path / "vectors", distractors=2):
        assert embedder.passages_embedded == embedded


def test_a_whole_run(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(retrieval_pool, "open_embedder", lambda _: HashingEmbedder())
    main(["--data", str(data), "--distractors", "1", "--limit", "2", "--out", str(tmp_path / "out.md")])
    printed = capsys.readouterr().out
    assert printed.strip() == (tmp_path / "out.md").read_text(encoding="utf-8").strip()
    assert "### news dev, no diacritics" in printed
    assert "| BM25 all, title ×0.25 | 1.000 | 1.000 | 1.000 | 1.000 |" in printed


def test_folded_questions_need_folded_terms(data: Path) -> None:
    with Pool(data, HashingEmbedder(), None, distractors=3) as pool:
        tables = measure(pool)
    table = tables["news, no diacritics"]
    assert table["BM25 folded, with bigrams"].r1 == 1.0
    assert table["BM25 all, title ×0"].r1 == 1.0
    assert table["BM25 syllables + bigrams"].r1 == 0.0
