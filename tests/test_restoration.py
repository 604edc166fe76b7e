"""How restoring is measured: spoiling, comparing, and the whole run on a few hand-written passages."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

import pytest
from click.testing import CliRunner

from eval.restoration import bare, compare, edited, in_telex, main, spoiled, swapped, toned, without_accents

PASSAGES = {
    "reader_train/viquad1_vi": ("Sông Hồng chảy qua Hà Nội rồi ra biển.", "Sông Hồng chảy qua đâu?"),
    "reader_dev/viquad1_vi": ("Đỉnh Fansipan cao 3.143 mét.", "Đỉnh Fansipan cao bao nhiêu?"),
    "reader_train/news_vi": ("Giá vàng chạm 90 triệu đồng.", "Giá vàng bao nhiêu?"),
    "reader_dev/news_vi": ("Bão số 3 đổ bộ Quảng Ninh.", "Bão số 3 vào đâu?"),
    "reader_dev/mailong_vi": ("Ông Nam là thủ tướng.", "Ai là thủ tướng Nhật Bản?"),
}


def test_comparing_counts_syllables_alone() -> None:
    assert compare("Tổng thống Putin thăm Nga", "tổng thông putn thăm nga") == (1, 4)
    assert compare("Hòa bình ở Kĩ nghệ", "hoà bình ở kỹ nghệ") == (0, 5)
    # One word more: what stands between the matching blocks is wrong.
    assert compare("giá xăng tăng", "giá xăng dầu tăng") == (0, 3)
    assert compare("giá xăng tăng", "giá xe lên tăng") == (1, 3)


def test_taking_diacritics_away() -> None:
    assert bare("Đường") == "Duong"
    chance = random.Random(0)  # noqa: S311
    assert without_accents("Tổng thống NƯỚC Nga?", 1.0, chance) == "Tong thong NUOC Nga?"
    assert without_accents("Tổng thống", 0.0, chance) == "Tổng thống"


def test_mistakes_are_of_their_kind() -> None:
    chance = random.Random(0)  # noqa: S311
    assert all(len(edited("nước", chance)) in (3, 4, 5) for _ in range(50))
    assert swapped("ab", 1) == "ba"
    assert {toned("hoà", chance) for _ in range(50)} == {"hoá", "hoả", "hoã", "hoạ"}
    assert toned("Nga", chance) == "Nga"
    assert (in_telex("Thương", chance), in_telex("đất", chance)) == ("Thuwowng", "ddaats")
    assert spoiled("Tô đi", "edit", bool, chance) is None
    assert spoiled("Putin và Minsk", "name", lambda word: word == "minsk", chance) not in (None, "Putin và Minsk")
    assert spoiled("Putin và Minsk", "name", lambda word: False, chance) is None
    changed = spoiled("Nga thăm Minsk", "tone", bool, chance)
    assert changed is None  # "thăm" has no tone to change


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for name, (context, question) in PASSAGES.items():
        answer = {"text": context.split()[0], "answer_start": 0}
        asked = [{"question": question, "is_impossible": False, "answers": [answer]}]
        document = {"data": [{"title": name, "paragraphs": [{"context": context, "qas": asked}]}]}
        file = tmp_path / f"{name}.json.gz"
        file.parent.mkdir(exist_ok=True)
        with gzip.open(file, "wt", encoding="utf-8") as handle:
            json.dump(document, handle)
    (tmp_path / "news").mkdir()
    with gzip.open(tmp_path / "news" / "large.jsonl.gz", "wt", encoding="utf-8") as handle:
        print(json.dumps({"title": "Tin", "sapo": "Mở đầu.", "text": "Nội dung."}), file=handle)
    return tmp_path


def test_a_whole_run(data: Path) -> None:
    result = CliRunner().invoke(main, ["--data", str(data), "--show"])
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    full = next(line for line in lines if line.startswith("| news_vi | + passages"))
    assert full.split(" | ")[2:4] == ["100.00%", "100.0%"]
    assert full.endswith("0 of 1 |")
    assert sum(line.startswith("| mailong_vi | telex | 1 |") for line in lines) == 1
