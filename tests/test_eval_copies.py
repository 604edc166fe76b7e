"""Measuring how reprints are recognised: the edits, the halves, and what counts as wrong."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

import pytest

from eval import copies
from eval.copies import Sample, in_part, measure_edits, pool_of, read_judged, read_news
from eval.copies_edits import EDITS, Material, sentences_of
from tests.test_copies import BRIDGE, FLOOD, cut

MATERIAL = Material("Tít mới", "Câu mở đầu mới.", ("thay", "đổi"))
TEXT = "Một hai ba. Bốn năm sáu bảy. Tám chín mười.\nMười một mười hai. Theo Tuổi Trẻ."


def edited(name: str, text: str = TEXT) -> str:
    return EDITS[name](text, MATERIAL, random.Random(1))  # noqa: S311


def test_edits_do_what_they_are_called() -> None:
    parts = sentences_of(TEXT)
    assert sorted(sentences_of(edited("sentences moved"))) == sorted(parts) != sentences_of(edited("sentences moved"))
    assert sorted(edited("paragraphs moved").split("\n")) == sorted(TEXT.split("\n"))
    assert edited("new headline") == f"Tít mới\n{TEXT}"
    assert edited("lead left out") == " ".join(parts[1:])
    assert edited("new lead") == " ".join(["Câu mở đầu mới.", *parts[1:]])
    signed = edited("other outlet")
    name = signed[1 : signed.index(")")]
    assert signed.startswith(f"({name}) - {TEXT.replace('Tuổi Trẻ', name)}\nTheo {name}\nẢnh: ")
    assert 0.35 < len(edited("cut to 40 %", BRIDGE)) / len(BRIDGE) < 0.55
    words, changed = BRIDGE.split(" "), edited("10 % of words replaced", BRIDGE).split(" ")
    assert 0.05 < sum(one != other for one, other in zip(words, changed, strict=True)) / len(words) < 0.15


def test_each_article_is_in_one_half() -> None:
    ids = [f"{number:06d}" for number in range(2_000)]
    halves = [{id_ for id_ in ids if in_part(id_, part)} for part in ("held-out", "development")]
    assert not halves[0] & halves[1]
    assert 900 < len(halves[0]) < 1_100
    assert sum(map(len, halves)) == 2_000


def test_pools_hold_pairs_of_one_group() -> None:
    samples = [
        Sample(id_, id_, text)
        for id_, text in (("b", BRIDGE), ("a", BRIDGE.replace("\n", " ")), ("c", cut(BRIDGE, 0.45)), ("d", FLOOD))
    ]
    pool = pool_of(samples)
    assert pool.same_words == {("a", "b")}
    assert pool.other == {("a", "c"), ("b", "c")}
    assert pool.pairs == pool.same_words | pool.other


def test_pairs_of_two_articles_are_wrong_unless_they_were_judged_copies() -> None:
    articles = [Sample("1", "1", BRIDGE), Sample("2", "2", FLOOD), Sample("3", "3", cut(BRIDGE, 0.9))]
    figures = measure_edits(articles, {})
    assert sum(made for _, made in figures.recall.values()) == sum(r for r, _ in figures.recall.values()) >= 2
    assert ("1", "3") in figures.wrong
    assert all("2" not in pair for pair in figures.wrong)
    judged = measure_edits(articles, {("1", "3"): True})
    assert judged.wrong == []
    assert judged.right == figures.right + len(figures.wrong)


def test_news_is_read_as_it_is_indexed(tmp_path: Path) -> None:
    records = {
        "large": {"id": "1", "title": "Cầu", "sapo": "Câu dẫn.", "text": BRIDGE},
        "dated": {"id": "2", "url": "x", "date": "20210101", "title": "Cầu", "text": BRIDGE},
        "same_event_clusters": {
            "cluster": "cluster_1",
            "docs": [
                {"id": "9", "info": "LINK: x\nTITLE: Lũ_lụt \n", "text": FLOOD},
                {"id": "8", "info": "", "text": ""},
            ],
        },
    }
    (tmp_path / "news").mkdir()
    for name, record in records.items():
        with gzip.open(tmp_path / "news" / f"{name}.jsonl.gz", "wt", encoding="utf-8") as file:
            file.write(json.dumps(record))
    assert [(s.id, s.text) for s in read_news(tmp_path, "large")] == [("1", f"Câu dẫn.\n{BRIDGE}")]
    assert [(s.id, s.text) for s in read_news(tmp_path, "dated")] == [("2", BRIDGE)]
    assert [(s.id, s.text) for s in read_news(tmp_path, "same_event_clusters")] == [("cluster_1/9", FLOOD)]


def test_the_command_prints_recall_precision_and_what_is_merged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "news").mkdir()
    lines = [
        json.dumps({"id": f"{n}", "title": "t", "sapo": "", "text": text}) for n, text in enumerate((BRIDGE, FLOOD))
    ]
    cluster = {
        "cluster": "c",
        "docs": [{"id": "1", "info": "", "text": BRIDGE}, {"id": "2", "info": "", "text": cut(BRIDGE, 0.6)}],
    }
    for name, text in (("large", "\n".join(lines)), ("dated", lines[0]), ("same_event_clusters", json.dumps(cluster))):
        with gzip.open(tmp_path / "news" / f"{name}.jsonl.gz", "wt", encoding="utf-8") as file:
            file.write(text)
    monkeypatch.setattr("sys.argv", ["copies", "--data", str(tmp_path)])
    copies.main()
    out = capsys.readouterr().out
    assert "precision" in out
    assert "pairs that tell of the same event: 1" in out
    assert "not judged: c/1 ~ c/2" in out


@pytest.mark.parametrize("collection", copies.COLLECTIONS)
def test_the_verdicts_can_be_read(collection: str) -> None:
    judged = read_judged(collection)
    assert judged
    assert all(one < other for one, other in judged)
