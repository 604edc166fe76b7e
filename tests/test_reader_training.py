"""Training of the span reader: windows, mixtures, a network of a few kilobytes that learns, written questions."""

from __future__ import annotations

import gzip
import json
import random
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from safetensors.torch import load_file, save_file

from eval.reader import __main__ as command
from eval.reader.encoder import load_weights, new_encoder, trained
from eval.reader.export import export
from eval.reader.figures import (
    REFUSING,
    Asked,
    Outcome,
    as_markdown,
    measure,
    outcomes_of,
    reading_of,
    refusing_of,
    word_f1,
)
from eval.reader.negatives import Mined, mine_training, read_mined, write_mined
from eval.reader.pairs import Pair, digest, few_per_question, read_squad
from eval.reader.plan import Phase, Plan, read_plan
from eval.reader.sampling import batches, mixture
from eval.reader.train import CHECKPOINT, MINED, RESULT, compute_losses, padded, train
from eval.reader.windows import Windows, disguised
from eval.reader.written import (
    HELD_APART,
    HELD_APART_FILE,
    NEWS,
    WRITTEN_FILE,
    Written,
    converted,
    load_written,
    passages,
    read_written,
)
from eval.sentences import DATA
from rag.datatypes import Span
from rag.errors import LoadError, ModelError, SettingsError
from rag.models.unpack import unpack
from rag.reading.facts import UNFITTED
from tests import tiny_model
from tests.fakes import HashingEmbedder
from tests.tiny_model import edit_json

needs_data = pytest.mark.skipif(not (DATA / "reader_dev").is_dir(), reason="the reader data is not here")
needs_news = pytest.mark.skipif(not (DATA / "news").is_dir(), reason="the news data is not here")
LETTERS = "abcdefghijklmnopqrst"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An encoder with random weights, 48 positions, and a token for each letter."""
    folder = tmp_path_factory.mktemp("tiny")
    unpack(tiny_model.packed_bytes(), folder, {"query": "query: ", "passage": "passage: "}, lambda step: None)
    return folder


def seeded(number: int) -> random.Random:
    return random.Random(number)  # noqa: S311 (a sample, no secret)


def squad(path: Path, passages: dict[str, list[dict[str, Any]]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    number = 0
    paragraphs = []
    for context, asked in passages.items():
        qas = []
        for one in asked:
            number += 1
            answers = [{"text": one["a"], "answer_start": context.index(one["a"])}] if one.get("a") else []
            plausible = [{"text": one["p"], "answer_start": context.index(one["p"])}] if one.get("p") else []
            qas.append(
                {
                    "id": f"{path.stem}-{number}",
                    "question": one["q"],
                    "is_impossible": not answers,
                    "answers": answers,
                    **({"plausible_answers": plausible} if plausible else {}),
                }
            )
        paragraphs.append({"context": context, "qas": qas})
    with gzip.open(path, "wt", encoding="utf-8") as file:
        json.dump({"data": [{"title": "", "paragraphs": paragraphs}]}, file)


def learnable(count: int, seed: int) -> dict[str, list[dict[str, Any]]]:
    """Passages of letters; the answer stands after "x", and passages without it do not answer."""
    rng = seeded(seed)
    found = {}
    for number in range(count):
        word = " ".join(rng.sample(LETTERS, 8))
        answer = "x " + rng.choice(LETTERS)
        text = f"{word} {answer} {' '.join(rng.sample(LETTERS, 5))}" if number % 3 else word
        found[text] = [{"q": "x", "a": answer} if number % 3 else {"q": "x", "p": word[:3]}]
    return found


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    squad(folder / "reader_train/one.json.gz", learnable(90, 1))
    squad(folder / "reader_train/mailong_vi.json.gz", {f"a b {c}": [{"q": "x"}] for c in LETTERS})
    return folder


def phase(**changes: Any) -> Phase:
    values: dict[str, Any] = {
        "seed": 1,
        "learning_rate": 3e-3,
        "schedule": "constant",
        "warm_up_steps": 2,
        "batch_windows": 6,
        "window_tokens": 40,
        "sets": {"one": 1.0},
    }
    return Phase(**(values | changes))


# ---- pairs and windows


def test_a_squad_file_gives_answers_and_misleading_spans(tmp_path: Path) -> None:
    path = tmp_path / "some.json.gz"
    squad(path, {"Hà Nội có hồ.": [{"q": "Ở đâu?", "a": "Hà Nội"}, {"q": "Bao nhiêu?", "p": "hồ"}]})
    answered, silent = read_squad(path, weight=0.5)
    assert (answered.kind, answered.answer, answered.weight, answered.origin) == ("answer", (0, 6), 0.5, "some")
    assert (silent.kind, silent.answer, silent.plausible) == ("adversarial", None, (10, 12))


def test_an_answer_that_does_not_stand_where_it_should_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "some.json"
    asked = {"id": "1", "question": "?", "is_impossible": False, "answers": [{"text": "Huế", "answer_start": 3}]}
    path.write_text(json.dumps({"data": [{"paragraphs": [{"context": "Hà Nội", "qas": [asked]}]}]}), encoding="utf-8")
    with pytest.raises(LoadError, match="does not stand"):
        read_squad(path)


def test_search_results_are_capped_for_each_question() -> None:
    pairs = [Pair("q", str(number), "other") for number in range(9)] + [Pair("q", "a", "answer", (0, 1))]
    assert Counter(pair.kind for pair in few_per_question(pairs, 6)) == {"other": 6, "answer": 1}


def test_windows_keep_the_answer_inside_wherever_it_stands(model: Path) -> None:
    windows = Windows(model, 40)
    rng = seeded(3)
    text = " ".join(rng.choice(LETTERS) for _ in range(150))
    kinds: Counter[str] = Counter()
    for start in range(0, 298, 2):
        pair = Pair("d", text, "answer", (start, start + 1))
        window = windows.to_train(pair, seeded(start))
        assert window is not None
        assert len(window.ids) == 40
        kinds[window.kind] += 1
        if window.kind == "answer":
            offsets = windows.tokenised(text)[1]
            shift = window.first - window.base
            first, last = offsets[window.start + shift][0], offsets[window.end + shift][1]
            assert text[first:last].strip() == text[start]
            assert window.base <= window.start < len(window.ids) - 1
        else:
            assert (window.kind, window.start, window.end) == ("elsewhere", 0, 0)
    assert kinds["answer"] > 100
    assert 0 < kinds["elsewhere"] < 40


def test_a_short_passage_is_whole_and_types_begin_after_the_question(model: Path) -> None:
    windows = Windows(model, 40)
    window = windows.to_train(Pair("d", "a b c", "other"), seeded(0))
    assert window is not None
    assert window.ids[0] == 0
    assert window.ids[window.question - 1] == window.ids[-1] == 2
    assert len(window.ids) - 1 - window.base == len(windows.tokenised("a b c")[0])
    batch = padded([window])
    assert batch.types[0].tolist()[: len(window.ids)] == [0] * window.question + [1] * (
        len(window.ids) - window.question
    )
    assert batch.allowed[0].nonzero().flatten().tolist() == [0, *range(window.base, len(window.ids) - 1)]


def test_questions_are_disguised_now_and_then() -> None:
    rng = seeded(1)
    seen = Counter(disguised("Ai ở Huế?", rng) for _ in range(2000))
    assert set(seen) == {"Ai ở Huế?", "ai o hue?", "ai ở huế", "Ai ở Huế"}
    assert 140 < seen["ai o hue?"] < 260


# ---- mixtures


def test_a_mixture_takes_sets_as_often_as_the_plan_says(data: Path, tmp_path: Path) -> None:
    write_mined([Mined("x", ("a a", "b b")), Mined("y", ("c c",))], tmp_path / MINED)
    wanted = phase(sets={"one": 2.5, "mailong_vi": 1}, mined=1)
    pairs = mixture(wanted, data, tmp_path / MINED, seeded(1))
    assert Counter(pair.origin for pair in pairs) == {"one": 225, "mailong_vi": 6, "mined": 1}
    assert next(pair for pair in pairs if pair.origin == "mined").kind == "other"
    again = mixture(wanted, data, tmp_path / MINED, seeded(1))
    assert pairs == again


def test_a_missing_file_is_named(data: Path, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="two"):
        mixture(phase(sets={"two": 1.0}), data, tmp_path / MINED, seeded(1))
    with pytest.raises(SettingsError, match="negatives"):
        mixture(phase(mined=3), data, tmp_path / MINED, seeded(1))


def test_batches_hold_every_pair_once_and_like_lengths(data: Path, model: Path) -> None:
    rng = seeded(1)
    pairs = mixture(phase(), data, Path("none"), rng)
    found = list(batches(pairs, Windows(model, 40), 6, rng))
    assert sum(map(len, found)) == 90
    spread = [max(len(w.ids) for w in batch) - min(len(w.ids) for w in batch) for batch in found]
    assert sorted(spread)[len(spread) // 2] <= 2


# ---- learning


def test_a_few_steps_lower_the_loss(model: Path, data: Path, tmp_path: Path) -> None:
    def loss(weights: Path | None) -> float:
        encoder = new_encoder(model, 1)
        if weights is not None:
            load_weights(encoder, weights)
        windows = Windows(model, 40)
        cut = [windows.to_train(pair, seeded(5)) for pair in read_squad(data / "reader_train/one.json.gz")]
        batch = padded([window for window in cut if window])
        with torch.no_grad():
            return float(compute_losses(encoder(batch.ids, batch.types, batch.mask), batch).total())

    told: list[str] = []
    plan = Plan(phases=(phase(sets={"one": 4.0}),), result="last")
    result = train(plan, data, model, tmp_path, told.append, tell_every=20)
    assert loss(result) < 0.7 * loss(None)
    assert any("step 20 of 60" in line and "minutes left" in line for line in told)
    assert not (tmp_path / CHECKPOINT).exists()


def test_going_on_after_a_stop_gives_the_same_as_not_stopping(model: Path, data: Path, tmp_path: Path) -> None:
    plan = Plan(
        phases=(phase(), phase(seed=2, schedule="linear", starts_from="average", mined=0)),
        result="last",
    )
    whole = train(plan, data, model, tmp_path / "whole", lambda what: None, save_every=4)

    def stop_at(step: str) -> Any:
        def say(what: str) -> None:
            if what.startswith(f"step {step} "):
                raise KeyboardInterrupt

        return say

    stopped = tmp_path / "stopped"
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            train(plan, data, model, stopped, stop_at("14"), save_every=4, tell_every=7)
        assert (stopped / CHECKPOINT).is_file()
    # From the checkpoint after step 12, through the rest of this phase, into the next one and stopped there again.
    told: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        train(plan, data, model, stopped, stop_at("6"), save_every=4, tell_every=6)
    again = train(plan, data, model, stopped, told.append, save_every=4)
    assert told[0] == "phase 1: done before"
    assert "going on after step 4" in told
    ones, others = load_file(whole), load_file(again)
    assert ones.keys() == others.keys()
    for name in ones:
        assert torch.equal(ones[name], others[name]), name


def test_a_checkpoint_of_another_plan_is_refused(model: Path, data: Path, tmp_path: Path) -> None:
    def stop(what: str) -> None:
        if what.startswith("step"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(Plan(phases=(phase(),), result="last"), data, model, tmp_path, stop, save_every=2, tell_every=3)
    with pytest.raises(SettingsError, match="another plan"):
        train(Plan(phases=(phase(seed=9),), result="last"), data, model, tmp_path, stop)


def test_word_embeddings_stay_and_all_else_is_trained(model: Path, tmp_path: Path, data: Path) -> None:
    encoder = new_encoder(model, 1)
    assert "word.weight" not in trained(encoder)
    assert {"pos.weight", "layers.0.qkv.weight", "span.bias", "cls.weight"} <= trained(encoder).keys()
    told: list[str] = []
    plan = Plan(phases=(phase(steps=4),), result="average")
    result = train(plan, data, model, tmp_path, told.append, tell_every=1)
    assert [line.partition(":")[0] for line in told[1:]] == [f"step {number} of 4" for number in (1, 2, 3, 4)]
    assert result.name == "phase-1-average.safetensors"
    assert all(not torch.equal(tensor, trained(encoder)[name]) for name, tensor in load_file(result).items())


def test_weights_of_another_shape_are_refused(model: Path, tmp_path: Path) -> None:
    (tmp_path / "torn.safetensors").write_bytes(b"\x10")
    with pytest.raises(ModelError, match="cannot be read"):
        load_weights(new_encoder(model, 1), tmp_path / "torn.safetensors")
    with pytest.raises(ModelError, match="not the trained tensors"):
        load_weights(new_encoder(model, 1), model / "model.safetensors")


def test_the_rate_rises_and_falls() -> None:
    falling = phase(schedule="linear", warm_up_steps=10, learning_rate=1.0)
    assert [falling.rate(step, 110) for step in (0, 9, 10, 60, 109)] == pytest.approx([0.1, 1.0, 1.0, 0.5, 0.02])
    assert phase(learning_rate=1.0).rate(500, 501) == 1.0


def test_the_plan_in_the_package_is_sound(tmp_path: Path) -> None:
    plan = read_plan()
    assert [one.schedule for one in plan.phases] == ["constant", "linear", "constant", "constant", "linear"]
    assert all(times > 0 for one in plan.phases for times in one.sets.values())
    assert all("written" in one.sets for one in plan.phases[1:])
    assert [one.steps for one in plan.phases] == [600, 1800, 700, 600, 1350]
    (tmp_path / "plan.json").write_text('{"phases": [], "result": "last"}', encoding="utf-8")
    with pytest.raises(SettingsError, match="not a training plan"):
        read_plan(tmp_path / "plan.json")


# ---- mined passages


def test_mined_passages_are_of_others_and_do_not_hold_the_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedder = HashingEmbedder()
    for module in ("rag.pipeline", "rag.engine"):
        monkeypatch.setattr(f"{module}.open_embedder", lambda settings: embedder)
    # There may be no weights yet: they are what is mined for.
    monkeypatch.setattr("rag.reading.scorers.open_scorer", lambda *_: pytest.fail("the span reader was opened"))
    own = "Cây cầu Rồng ở Đà Nẵng được khánh thành năm 2013. Cầu dài 666 mét."
    other = "Cây cầu Long Biên ở Hà Nội được khánh thành năm 1902. Cầu dài hơn 1600 mét."
    holding = "Năm 2013 ở Đà Nẵng có một cây cầu mới được khánh thành."
    for name in ("viquad1_vi", "news_vi", "wiki_vi", "law_vi", "regulation_vi"):
        squad(tmp_path / f"reader_train/{name}.json.gz", {})
    squad(tmp_path / "reader_train/news_vi.json.gz", {own: [{"q": "Cầu Rồng khánh thành khi nào?", "a": "năm 2013"}]})
    squad(tmp_path / "reader_train/viquad2_unanswerable_vi.json.gz", {other: [{"q": "?"}], holding: [{"q": "?"}]})
    (tmp_path / "news").mkdir()
    with gzip.open(tmp_path / "news/large.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(json.dumps({"id": "1", "title": "T", "sapo": "S.", "text": "Giá vàng hôm nay tăng."}) + "\n")
    told: list[str] = []
    mine_training(tmp_path, tmp_path / "out.jsonl", tmp_path / "work", told.append)
    (found,) = read_mined(tmp_path / "out.jsonl")
    assert found.text == "Cầu Rồng khánh thành khi nào?"
    assert other in found.passages
    assert not any("2013" in passage for passage in found.passages)


def test_a_torn_file_of_mined_passages_is_refused(tmp_path: Path) -> None:
    (tmp_path / "torn.jsonl").write_text('{"question": "a"}\n', encoding="utf-8")
    with pytest.raises(LoadError, match="not mined"):
        read_mined(tmp_path / "torn.jsonl")


# ---- written questions


@pytest.mark.parametrize(
    ("file", "least", "most_bytes"), [(WRITTEN_FILE, 15_000, 4_500_000), (HELD_APART_FILE, 1_000, 400_000)]
)
def test_written_questions_are_sound(file: Path, least: int, most_bytes: int) -> None:
    questions = load_written(file)
    assert len(questions) >= least
    assert file.stat().st_size < most_bytes
    assert {one.source for one in questions} == {
        NEWS,
        "reader_train/viquad1_vi",
        "reader_train/viquad2_unanswerable_vi",
    }
    assert len({(one.sha256, one.question) for one in questions}) == len(questions)
    answered = [one for one in questions if one.answer]
    assert 0.45 < len(answered) / len(questions) < 0.7
    for one in questions:
        assert len(one.sha256) == 16
        assert len(one.question) >= 8
        assert (one.place is None) == (one.source != NEWS)
        assert one.answer is None or one.plausible is None


@needs_data
@needs_news
def test_written_answers_stand_in_their_passages_and_none_is_a_development_passage() -> None:
    pairs = read_written(DATA)
    for pair in pairs:
        for start, end in filter(None, (pair.answer, pair.plausible)):
            assert end <= len(pair.passage)
            text = pair.passage[start:end]
            assert text == text.strip(), pair.question
    development = {
        digest(pair.passage) for path in sorted((DATA / "reader_dev").glob("*.json.gz")) for pair in read_squad(path)
    }
    assert development
    assert not development & {digest(pair.passage) for pair in pairs}


def test_nothing_is_trained_on_a_passage_whose_written_questions_are_held_apart() -> None:
    trained = {one.sha256 for one in load_written()}
    assert not trained & {one.sha256 for one in load_written(HELD_APART_FILE)}


def pack(folder: Path, lines: list[dict[str, Any]]) -> None:
    places = [
        {"n": 0, "ref": "large#7@2-24", "passage": "Ông A đến Huế, rồi Huế"},
        {"n": 1, "ref": "viquad1", "passage": "Sông Hương ở Huế."},
    ]
    (folder / "p.passages.jsonl").write_text("".join(json.dumps(one) + "\n" for one in places), encoding="utf-8")
    (folder / "p.written.jsonl").write_text("".join(json.dumps(one) + "\n" for one in lines), encoding="utf-8")


def test_packs_become_places_and_give_the_same_pairs_back(tmp_path: Path) -> None:
    pack(
        tmp_path,
        [
            {"p": 0, "q": "Rồi đến đâu?", "a": "Huế", "k": "where", "nth": 2},
            {"p": 1, "q": "Sông Hồng ở đâu?", "a": None, "k": "swap_place", "plausible": "Huế"},
            {"p": 1, "q": "Sông Hồng ở đâu?", "a": None, "k": "swap_place"},
            {"p": 1, "q": "Sông nào?", "a": "Hồng", "k": "which"},
        ],
    )
    refused: list[str] = []
    found = list(converted(tmp_path, refused.append))
    assert [line.partition(": ")[0] for line in refused] == ["p.written.jsonl:3", "p.written.jsonl:4"]
    (tmp_path / "written.jsonl").write_text("".join(one.line() + "\n" for one in found), encoding="utf-8")
    assert "Hương" not in (tmp_path / "written.jsonl").read_text(encoding="utf-8")
    assert load_written(tmp_path / "written.jsonl") == found
    (tmp_path / "news").mkdir()
    with gzip.open(tmp_path / "news/large.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(json.dumps({"id": "7", "text": "- Ông A đến Huế, rồi Huế."}) + "\n")
    squad(tmp_path / "reader_train/viquad1_vi.json.gz", {"Sông Hương ở Huế.": [{"q": "?"}]})
    first, second = read_written(tmp_path, tmp_path / "written.jsonl")
    assert (first.kind, first.passage[slice(*(first.answer or ()))], first.answer) == ("answer", "Huế", (19, 22))
    assert (second.kind, second.plausible) == ("adversarial", (13, 16))
    squad(tmp_path / "reader_train/viquad1_vi.json.gz", {"Sông Hương ở đó.": [{"q": "?"}]})
    with pytest.raises(LoadError, match="1 passages are missing"):
        passages(found, tmp_path)


# ---- figures


def test_words_are_compared_as_squad_does() -> None:
    assert word_f1("ông Nguyễn Văn A.", "Nguyễn Văn A") == pytest.approx(6 / 7)
    assert word_f1("Huế", "Hà Nội") == 0


def outcome(answers: tuple[str, ...], text: str, probability: float) -> Outcome:
    return Outcome(Asked("?", "", answers), text, probability)


def test_reading_and_refusing_are_counted() -> None:
    outcomes = [outcome(("a b", "c"), "c", 0.9), outcome(("d e",), "d", 0.5), outcome((), "f", 0.1)]
    read = reading_of(outcomes)
    assert (read.questions, read.f1, read.exact) == (2, pytest.approx((1 + 2 / 3) / 2), 0.5)
    refused = refusing_of(outcomes[:2], [outcome((), "", 0.1), outcome((), "", 0.6)])
    assert (refused.area, refused.refused) == (0.75, 0.5)


def test_figures_of_a_reader_that_knows_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, passage = "reader_train/viquad1_vi", "Cầu Rồng."
    squad(tmp_path / f"{source}.json.gz", {passage: [{"q": "?"}]})
    place = (source, None, None, digest(passage))
    apart = [Written(*place, "Cầu nào?", "which", (4, 8), None), Written(*place, "Ai?", "not_stated", None, None)]
    (tmp_path / "apart.jsonl").write_text("".join(one.line() + "\n" for one in apart), encoding="utf-8")
    monkeypatch.setattr("eval.reader.figures.HELD_APART_FILE", tmp_path / "apart.jsonl")
    for name in {name for pair in REFUSING.values() for name in pair} - {HELD_APART}:
        squad(tmp_path / f"reader_dev/{name}.json.gz", {"Cầu Rồng.": [{"q": "Cầu nào?", "a": "Rồng"}, {"q": "Ai?"}]})

    def read(question: Any, passage: str) -> tuple[Span | None, float]:
        return (Span(4, 8), 0.9) if "nào" in question.text else (None, 0.1)

    found = measure(tmp_path, read, [Mined("Cầu nào?", ("Sông.",))], lambda what: None)
    assert all((one.f1, one.exact) == (1.0, 1.0) for one in found.reading.values())
    assert all(one.area == 1.0 for name, one in found.refusing.items() if "found for" not in name)
    assert "| `viquad1_vi` | 1 | 1.000 | 1.000 |" in as_markdown(found)
    assert outcomes_of([Asked("Ai?", "Cầu Rồng.", ())], read)[0].text == ""


# ---- the command


def test_the_commands_go_from_data_to_weights(
    model: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Folder:
        path = model

    monkeypatch.setattr("rag.weights.resolve", lambda name: Folder)
    work = tmp_path / "work"
    plan = tmp_path / "plan.json"
    plan.write_text(Plan(phases=(phase(),), result="last").model_dump_json(), encoding="utf-8")
    options = ["--work", str(work), "--data", str(data), "--plan", str(plan), "--threads", "1"]
    before = torch.get_num_threads()
    try:
        result = CliRunner().invoke(command.main, ["train", *options])
    finally:
        torch.set_num_threads(before)
        torch.set_flush_denormal(False)
    assert result.exit_code == 0, result.output
    assert load_file(work / RESULT).keys() == trained(new_encoder(model, 1)).keys()


def test_what_was_fitted_stays_with_the_weights_that_it_was_fitted_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Folder:
        weights_sha256 = "0" * 64

    monkeypatch.setattr("eval.reader.export.resolve", lambda name: Folder)
    path = tmp_path / "reader.json"

    def fit_after(bias: float, *, keep_fit: bool = False) -> object:
        fitted = export({"span.bias": np.full(2, bias, np.float32)}, tmp_path / "reader.safetensors", keep_fit=keep_fit)
        fit = json.loads(path.read_text(encoding="utf-8"))["fit"]
        assert fitted == (fit != UNFITTED)
        return fit

    assert fit_after(1.0) == UNFITTED
    own = {**UNFITTED, "read_threshold": 0.25}
    edit_json(path, fit=own)
    assert fit_after(1.0) == own
    assert fit_after(2.0, keep_fit=True) == own
    assert fit_after(3.0) == UNFITTED


def test_exporting_says_that_the_weights_are_not_fitted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Folder:
        weights_sha256 = "0" * 64

    monkeypatch.setattr("eval.reader.export.resolve", lambda name: Folder)
    save_file({"span.bias": torch.ones(2)}, tmp_path / RESULT)
    out = tmp_path / "reader.safetensors"
    result = CliRunner().invoke(command.main, ["export", "--work", str(tmp_path), "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert "python -m eval.calibrate" in result.output


def test_a_missing_folder_is_one_line(tmp_path: Path) -> None:
    result = CliRunner().invoke(command.main, ["export", "--work", str(tmp_path)])
    assert result.exit_code == 2
    assert "python -m eval.reader train" in result.output
    shutil.rmtree(tmp_path / "none", ignore_errors=True)
    result = CliRunner().invoke(command.main, ["written", str(tmp_path / "none")])
    assert result.exit_code == 2
