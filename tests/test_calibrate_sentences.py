"""The fitting of the sentence reader, on examples small enough to know the outcome."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from numpy.typing import NDArray

from eval import calibrate_sentences as calibrate
from eval.calibrate_sentences import Example, _fit_answerable, _fit_ranking, _operating_point
from rag.reader import FEATURES
from tests.fakes import HashingEmbedder


def rows(*similarities: float) -> NDArray[np.float64]:
    features = np.zeros((len(similarities), len(FEATURES)))
    features[:, 0] = similarities
    return features


def test_ranking_learns_what_tells_right_sentences_from_wrong_ones() -> None:
    examples = [Example("x", rows(0.9, 0.5, 0.4), np.array([True, False, False]), True) for _ in range(20)]
    ranking = _fit_ranking(examples)
    assert ranking[0] > 0
    assert np.allclose(ranking[1:], 0, atol=1e-6)


def test_the_operating_point_has_the_best_f1_of_refusing() -> None:
    logits = np.array([0.1, 0.2, 0.3, 0.6, 0.7, 0.8, 0.9, 1.0])
    labels = np.array([False, False, False, False, True, True, True, True])
    assert _operating_point(logits, labels) == 0.7


def test_the_intercept_puts_the_operating_point_at_one_half() -> None:
    silent = [Example("x", rows(s, 0.1), np.array([False, False]), True) for s in (0.30, 0.35, 0.40, 0.45)]
    stated = [Example("x", rows(s, 0.1), np.array([True, False]), True) for s in (0.70, 0.75, 0.80, 0.85)]
    ranking = np.zeros(len(FEATURES))
    ranking[0] = 1.0
    fitted = _fit_answerable([*silent, *stated], ranking)
    logits = [e.features[e.best(ranking)] @ fitted[:-1] + fitted[-1] for e in (*silent, *stated)]
    assert max(logits[:4]) < 0
    assert min(logits[4:]) >= -1e-9


def squad(path: Path, passages: dict[str, list[tuple[str, str | None]]]) -> None:
    paragraphs = [
        {
            "context": context,
            "qas": [
                {
                    "id": f"{path.name}-{number}-{position}",
                    "question": question,
                    "is_impossible": answer is None,
                    "answers": [] if answer is None else [{"text": answer, "answer_start": context.index(answer)}],
                }
                for position, (question, answer) in enumerate(questions)
            ],
        }
        for number, (context, questions) in enumerate(passages.items())
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as out:
        json.dump({"data": [{"title": "t", "paragraphs": paragraphs}]}, out, ensure_ascii=False)


def test_the_command_fits_and_writes_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    places = ["Huế", "Vinh", "Đà Lạt", "Cần Thơ", "Sa Pa", "Quy Nhơn", "Hội An", "Nha Trang"]
    news = {
        f"Đêm qua mưa lớn ở {place} kéo dài. Hơn {number}00 trường học ở {place} đóng cửa. Chợ {place} vẫn họp.": [
            (f"Bao nhiêu trường học ở {place} đóng cửa?", f"Hơn {number}00 trường học"),
            (f"Cầu nào ở {place} bị sập?", None),
        ]
        for number, place in enumerate(places, 2)
    }
    sources = (("reader_train/news", 8, 8),)
    squad(tmp_path / "data/reader_train/news.json.gz", news)
    (tmp_path / "data/news").mkdir()
    with gzip.open(tmp_path / "data/news/large.jsonl.gz", "wt", encoding="utf-8") as out:
        for number in range(5):
            record = {
                "id": str(number),
                "title": "Bóng đá",
                "text": f"Đội số {number} thắng trận thứ {number} tại sân nhà.",
            }
            out.write(json.dumps(record) + "\n")
    monkeypatch.setattr(calibrate, "FITTED", sources)
    monkeypatch.setattr(calibrate, "HELD_APART", sources)
    monkeypatch.setattr(calibrate, "DISTRACTORS", 5)
    monkeypatch.setattr(calibrate, "WEIGHTS_FILE", tmp_path / "weights.json")
    for module in ("rag.pipeline", "rag.engine"):
        monkeypatch.setattr(f"{module}.open_embedder", lambda settings: HashingEmbedder())
    done = CliRunner().invoke(calibrate.main, ["--data", str(tmp_path / "data"), "--work", str(tmp_path / "work")])
    assert done.exit_code == 0, done.output
    assert "accented: right sentence first 1.000 of 8 retrieved" in done.output
    written = json.loads((tmp_path / "weights.json").read_text(encoding="utf-8"))
    assert len(written["accented"]["ranking"]) == len(FEATURES)
    assert set(written) == {"features", "accented", "unaccented"}
