"""Training of the network that checks sentences: statements from questions, pairs without texts, a few steps."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from eval.checker import HELD_OUT, load
from eval.entailment import __main__ as command
from eval.entailment import altered
from eval.entailment.export import export
from eval.entailment.pairs import (
    DEVELOPMENT,
    TEST,
    TRAINING,
    Example,
    evidence_of,
    load_written,
    read_written,
)
from eval.entailment.statements import examples, part_around, statement
from eval.entailment.train import Lower, Upper, reader_network, told, train
from eval.reader.pairs import Pair, digest
from rag.config import EmbedSettings
from rag.errors import LoadError, ModelError, SettingsError
from rag.reading.entailing import WEIGHTS_FILE, Entailment, entailment_facts, open_entailment
from rag.reading.facts import WEIGHTS_FILE as READER_FILE
from rag.reading.facts import facts_of
from rag.weights import resolve

FLOAT32 = EmbedSettings(runtime="openvino-float32")
NEWS = "Mưa lớn. Hôm qua lũ cuốn trôi hai cây cầu ở Huế. Không ai bị thương. Hết tin."


@pytest.mark.parametrize(
    ("question", "answer", "wanted"),
    [
        ("Ai đã ký sắc lệnh?", "ông Putin", "Ông Putin đã ký sắc lệnh."),
        ("Vì sao chuyến bay bị hoãn?", "thời tiết xấu", "Chuyến bay bị hoãn vì thời tiết xấu."),
        ("Chuyến bay bị hoãn vì sao?", "do bão", "Chuyến bay bị hoãn do bão."),
        ("Thủ phủ của bang là gì?", "Austin", "Thủ phủ của bang là Austin."),
        ("Có bao nhiêu binh sĩ bị thương?", "12 binh sĩ", "Có 12 binh sĩ bị thương."),
        ("Cuộc họp diễn ra vào ngày nào?", "ngày 3/2", "Cuộc họp diễn ra vào ngày 3/2."),
        ("Hội nghị họp ở đâu?", "Brussels", "Hội nghị họp ở Brussels."),
        ("Hội nghị họp ở đâu?", "tại Brussels", "Hội nghị họp tại Brussels."),
        ("Tổ chức nào phản đối nghị quyết?", "tổ chức NATO", "Tổ chức NATO phản đối nghị quyết."),
        ("Ông Biden nói gì về Ukraine?", "không gửi quân", "Ông Biden nói về Ukraine rằng không gửi quân."),
        ("Nga đóng cửa biên giới để làm gì?", "ngăn dịch", "Nga đóng cửa biên giới để ngăn dịch."),
        ("Người dân làm nghề gì?", "nghề mộc", "Người dân làm nghề mộc."),
        ("Cuộc chiến kết thúc năm nào?", "1975", "Cuộc chiến kết thúc năm 1975."),
        ("Sao Hỏa có bao nhiêu vệ tinh?", "hai vệ tinh", "Sao Hỏa có hai vệ tinh."),
        ("Có đúng là ông đã từ chức không?", "ông", None),
        ("Ông Trump gặp ai ở đâu?", "Putin", None),
        ("Có ai bị thương không?", "không", None),
    ],
)
def test_a_question_with_its_answer_is_a_statement(question: str, answer: str, wanted: str | None) -> None:
    assert statement(question, answer, random.Random(1)) == wanted  # noqa: S311 (an order)


def test_statements_are_supported_where_the_passage_answers_and_not_with_other_words_of_it() -> None:
    def at(text: str) -> tuple[int, int]:
        return NEWS.index(text), NEWS.index(text) + len(text)

    pairs = [
        Pair("Lũ cuốn trôi cầu ở đâu?", NEWS, "answer", at("ở Huế")),
        Pair("Lũ cuốn trôi nhà ở đâu?", NEWS, "adversarial", None, at("ở Huế")),
        Pair("Where did the flood strike?", NEWS, "answer", at("Huế")),
        Pair("Lũ xảy ra ở đâu?", NEWS, "other"),
    ]
    made = list(examples(pairs, random.Random(1)))  # noqa: S311 (an order)
    assert {(one.sentence, one.supported) for one in made} == {
        ("Lũ cuốn trôi cầu ở Huế.", True),
        ("Lũ cuốn trôi nhà ở Huế.", False),
    }
    assert all("lũ cuốn trôi hai cây cầu" in one.text for one in made)


def test_a_part_of_a_passage_has_whole_sentences_around_the_place() -> None:
    place = NEWS.index("Huế"), NEWS.index("Huế") + 3
    assert part_around(NEWS, place, 1) == "Hôm qua lũ cuốn trôi hai cây cầu ở Huế."
    assert part_around(NEWS, place, 12) == "Mưa lớn. Hôm qua lũ cuốn trôi hai cây cầu ở Huế."
    assert part_around(NEWS, place, 100) == NEWS
    assert part_around(NEWS, place, 1, ["Hết"]) == NEWS
    assert part_around(NEWS, place, 1, ["Hà Nội"]) is None
    assert part_around(NEWS, (place[0], NEWS.index("bị")), 1) == NEWS[NEWS.index("Hôm") : NEWS.index(" Hết")]


# Sentences altered by rule

TOLD = (
    "Hôm qua Nga bán 12 tàu cho Ấn Độ. Hôm nay giá vàng ở Hà Nội tăng 3,5% so với tuần trước, theo ông Trần Lâm. "
    "Sau đó bão đổ bộ vào Đà Nẵng và làm đổ nhiều cây cối. "
)
ARTICLE = TOLD * 3


@pytest.fixture
def chance() -> random.Random:
    return random.Random(3)  # noqa: S311 (an order)


@pytest.fixture
def large(tmp_path: Path) -> Path:
    (tmp_path / "news").mkdir()
    with gzip.open(tmp_path / "news" / "large.jsonl.gz", "wt", encoding="utf-8") as file:
        for number in range(60):
            file.write(json.dumps({"id": str(number), "text": ARTICLE}, ensure_ascii=False) + "\n")
    return tmp_path


def test_altered_sentences_are_made_of_articles_of_their_own(large: Path, chance: random.Random) -> None:
    made = list(altered.examples(large, 40, {"3", "4"}, chance))
    assert len(made) == 40
    assert {one.supported for one in made} == {True, False}
    for one in made:
        assert one.kind == "altered"
        assert one.supported or one.sentence not in one.text
    assert not list(altered.examples(large, 40, {str(number) for number in range(60)}, chance))


def test_news_that_are_missing_are_told(tmp_path: Path, chance: random.Random) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        list(altered.examples(tmp_path, 1, (), chance))


def test_every_alteration_changes_what_is_said(chance: random.Random) -> None:
    sentence = "Hôm qua Nga bán 12 tàu cho Ấn Độ, năm 2022."
    source, other = f"{sentence} Ông Trần Lâm ở Hà Nội.", "Bão to, làm đổ rất nhiều cây cối."
    changed = {altered.altered(sentence, source, other, chance) for _ in range(200)}
    assert "Hôm qua Nga mua 12 tàu cho Ấn Độ, năm 2022." in changed
    assert "Hôm qua Ấn Độ bán 12 tàu cho Nga, năm 2022." in changed
    assert "Hôm qua Nga bán 2022 tàu cho Ấn Độ, năm 2022." in changed
    assert "Hôm qua Hà Nội bán 12 tàu cho Ấn Độ, năm 2022." in changed
    assert f"{sentence.rstrip('.')}, làm đổ rất nhiều cây cối." in changed
    assert sentence not in changed
    assert "Hôm qua Nga bán 12 tàu cho Ấn Độ, năm 2022,." not in changed


@pytest.mark.parametrize(
    ("sentence", "around"),
    [
        ("Các thiết bị đến nơi.", ""),  # "bị" is a part of a word there
        ("Nga và Ukraine đàm phán.", ""),  # members of a list may change places
        ("Ông Biden phát biểu.", "Joe Biden."),  # another form of a name is the same person
    ],
)
def test_what_cannot_be_altered_is_left_alone(sentence: str, around: str, chance: random.Random) -> None:
    assert {altered.altered(sentence, f"{sentence} {around}", "Hết.", chance) for _ in range(40)} == {None}


# Pairs written by hand


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    """A data folder with one record, and one pack over it."""
    (tmp_path / "news").mkdir()
    start, end = NEWS.index("Hôm qua"), NEWS.index(" Hết tin")
    with gzip.open(tmp_path / "news" / "large.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(json.dumps({"id": "7", "text": NEWS}, ensure_ascii=False) + "\n")
    told = [NEWS[start : NEWS.index(" Không")], "Không ai bị thương."]
    place = {"n": 0, "id": "7", "start": start, "end": end, "sha256": digest(NEWS[start:end]), "sentences": told}
    (tmp_path / "one.passages.jsonl").write_text(json.dumps(place) + "\n", encoding="utf-8")
    lines = [
        {"n": 0, "s": "Lũ làm trôi hai cầu ở Huế.", "ok": True, "k": "light"},
        {"n": 0, "s": "Lũ làm nhiều người bị thương.", "ok": False, "k": "negation"},
        {"n": 0, "s": "Lũ cuốn trôi hai cây cầu ở Huế.", "ok": True, "k": "a copy"},
    ]
    (tmp_path / "one.pairs.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return tmp_path


def test_pairs_are_kept_without_texts_and_found_again(packs: Path) -> None:
    out = packs / "written.jsonl"
    done = CliRunner().invoke(command.main, ["written", str(packs), "--test", "one", "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert "hai cây cầu" not in out.read_text("utf-8")
    assert read_written(packs, TEST, out) == [
        Example(
            "Lũ làm trôi hai cầu ở Huế.", "Hôm qua lũ cuốn trôi hai cây cầu ở Huế. Không ai bị thương.", True, "written"
        ),
        Example(
            "Lũ làm nhiều người bị thương.",
            "Hôm qua lũ cuốn trôi hai cây cầu ở Huế. Không ai bị thương.",
            False,
            "written",
        ),
    ]
    assert [len(evidence) for _, evidence in evidence_of(packs, TEST, out)] == [2, 2]
    assert read_written(packs, TRAINING, out) == []


def test_texts_that_have_changed_are_refused(packs: Path) -> None:
    out = packs / "written.jsonl"
    CliRunner().invoke(command.main, ["written", str(packs), "--out", str(out)])
    with gzip.open(packs / "news" / "large.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(json.dumps({"id": "7", "text": NEWS.replace("hai", "ba")}) + "\n")
    with pytest.raises(LoadError, match="1 texts are missing"):
        read_written(packs, TRAINING, out)


@pytest.mark.parametrize(
    "change",
    [{"part": "other"}, {"supported": 1}, {"start": 9, "end": 9}, {"sentence": ""}],
)
def test_lines_of_another_form_are_refused(packs: Path, change: dict[str, object]) -> None:
    out = packs / "written.jsonl"
    CliRunner().invoke(command.main, ["written", str(packs), "--out", str(out)])
    first = json.loads(out.read_text("utf-8").splitlines()[0])
    out.write_text(json.dumps(first | change) + "\n", encoding="utf-8")
    with pytest.raises(LoadError, match=":1"):
        load_written(out)


def test_no_packs_and_broken_packs_are_told(packs: Path, tmp_path: Path) -> None:
    twice = CliRunner().invoke(command.main, ["written", str(packs), "--test", "one", "--development", "one"])
    unknown = CliRunner().invoke(command.main, ["written", str(packs), "--test", "two"])
    (packs / "one.pairs.jsonl").write_text('{"n": 3}\n', encoding="utf-8")
    broken = CliRunner().invoke(command.main, ["written", str(packs)])
    assert [done.exit_code for done in (twice, unknown, broken)] == [2, 2, 1]
    assert "two" in unknown.output
    assert "one:1" in broken.output
    empty = tmp_path / "empty"
    empty.mkdir()
    assert CliRunner().invoke(command.main, ["written", str(empty)]).exit_code == 2


def test_the_written_pairs_are_as_they_are_told() -> None:
    written = load_written()
    parts = {part: [one for one in written if one.part == part] for part in (TRAINING, DEVELOPMENT, TEST)}
    assert {part: len(some) for part, some in parts.items()} == {TRAINING: 7_615, DEVELOPMENT: 788, TEST: 392}
    assert len({(one.sha256, one.sentence) for one in written}) == len(written)
    for some in parts.values():
        assert 0.35 <= sum(one.supported for one in some) / len(some) <= 0.55
    records = {part: {one.record for one in some} for part, some in parts.items()}
    assert not records[TRAINING] & (records[DEVELOPMENT] | records[TEST])
    assert not records[DEVELOPMENT] & records[TEST]
    held = {pair.sentence for pair in load() if pair.part == HELD_OUT}
    assert not held & {one.sentence for one in written}


# The network

TRUE = ("Hai cây cầu ở Huế bị lũ cuốn.", "Hôm qua lũ cuốn trôi hai cây cầu ở Huế. Không ai bị thương.")
FALSE = ("Hai người bị thương ở Huế.", "Hôm qua lũ cuốn trôi hai cây cầu ở Huế. Không ai bị thương.")


def test_the_area_under_the_curve_and_what_is_judged_rightly() -> None:
    logits, supported = np.array([2.0, -1.0, 1.0, -2.0]), np.array([True, True, False, False])
    assert told(logits, supported) == "area under the curve 0.750, right 0.500"


@pytest.fixture(scope="module")
def entailment() -> Entailment:
    return open_entailment(FLOAT32)


@pytest.mark.model
def test_what_was_trained_is_what_is_shipped_and_read(tmp_path: Path) -> None:
    reader = facts_of(READER_FILE)
    folder = resolve(reader.encoder).path
    network = reader_network(folder, READER_FILE)
    lower = Lower(network, folder)
    few = [Example(*TRUE, True, "x"), Example(*FALSE, False, "x")]
    heard: list[str] = []
    state = train(network, lower, few, {"x": 24}, {"same": few}, heard.append, seed=1, epochs=10)
    assert heard[-1].strip() == "same: area under the curve 1.000, right 1.000"
    out = tmp_path / "entailment.safetensors"
    export({name: tensor.numpy() for name, tensor in state.items()}, out, reader.sha256, {"how": "a test"})
    trained = Upper(network)
    trained.load_state_dict(
        {name.replace("cls.", "head."): tensor for name, tensor in state.items() if name.startswith("cls.")}
        | {f"layers.{int(name.split('.')[1]) - 6}.{name.split('.', 2)[2]}": tensor
           for name, tensor in state.items() if name.startswith("layers.")}
    )  # fmt: skip
    expected = trained.scores(lower.states(few))
    for runtime in ("openvino-float32", "torch-float32"):
        read = open_entailment(EmbedSettings(runtime=runtime), out).logits([TRUE, FALSE])
        assert read == pytest.approx(expected, abs=0.35)
        assert read[0] > 0 > read[1]


@pytest.mark.model
def test_the_shipped_network_tells_what_follows_from_what_does_not(entailment: Entailment) -> None:
    supported, unsupported = entailment.logits([TRUE, FALSE])
    assert supported > 0 > unsupported


@pytest.mark.model
def test_a_long_text_is_read_in_windows_and_an_empty_one_supports_nothing(entailment: Entailment) -> None:
    sentence, text = TRUE
    beside = "Sáng nay tỉnh họp báo về khu công nghiệp mới. Giá đất quanh đó đã tăng. Chủ đầu tư hứa gặp từng hộ. " * 20
    near, first, last, never, nothing = entailment.logits(
        [
            (sentence, text),
            (sentence, f"{text} {beside}"),
            (sentence, f"{beside} {text}"),
            (sentence, beside),
            (sentence, ""),
        ]
    )
    # Text beside the point makes it less sure, but wherever the sentence stands it is found.
    assert near > 0
    assert min(first, last) > never + 1
    assert nothing == -np.inf


@pytest.mark.parametrize("wrong", ["missing", "torn", "altered", "of another reader", "of other layers"])
def test_weights_that_do_not_belong_here_are_refused(tmp_path: Path, wrong: str) -> None:
    weights = tmp_path / "entailment.safetensors"
    stored = json.loads(WEIGHTS_FILE.with_suffix(".json").read_text("utf-8"))
    if wrong != "missing":
        weights.write_bytes(WEIGHTS_FILE.read_bytes() + (b"x" if wrong == "altered" else b""))
    if wrong == "of another reader":
        stored["reader_sha256"] = "0" * 64
    if wrong == "of other layers":
        stored["lower_layers"] = 4
    facts = weights.with_suffix(".json")
    facts.write_text("{" if wrong == "torn" else json.dumps(stored), encoding="utf-8")
    with pytest.raises(ModelError):
        open_entailment(FLOAT32, weights)


def test_the_shipped_facts_name_the_shipped_reader() -> None:
    assert entailment_facts().reader_sha256 == facts_of(READER_FILE).sha256
