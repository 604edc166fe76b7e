"""What the span reader says to each question, kept on disk: reading takes minutes, everything after it seconds."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np

from eval.calibrating.questions import Question
from rag import vietnamese
from rag.datatypes import Article, Chunk, Evidence, Hit
from rag.pipeline import Engine, search
from rag.reader import Reading, Signals, SpanReader
from rag.reading.facts import Fit, row

# The day on which all questions are asked; the passages have none.
TODAY = date(2022, 1, 1)
# Further passages are read so that enough are left without the question's own article.
_SPARE = 2

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Read:
    """A question with what was read for it: hits best first, evidence with its signals, piece by piece."""

    question: Question
    text: str
    hits: tuple[Hit, ...]
    evidence: tuple[Evidence, ...]
    signals: tuple[Signals, ...]


def read_pool(
    engine: Engine, reader: SpanReader, asked: Sequence[tuple[Question, str]], cache: Path, tell: Tell
) -> list[Read]:
    """The readings of questions, each in the given wording, over an engine's library; those in `cache` are not made
    anew. `reader` reads all the hits it is given."""
    passages = engine.settings.answer.passages + _SPARE

    def read(question: Question, text: str) -> Read:
        found = search(engine, text, k=passages, today=TODAY)
        with engine.turn():
            restored = engine.understanding.question(text)
            reading = reader.read(restored, found.hits, engine.article)
        hits = tuple(replace(hit, text="") for hit in found.hits)
        return Read(question, text, hits, reading.evidence, reading.signals)

    return list(_cached(asked, read, cache, "pool", tell))


def read_alone(reader: SpanReader, understood: Callable[[str], object], questions: Sequence[Question], cache: Path,
               tell: Tell) -> list[Read]:  # fmt: skip
    """The readings of questions over their own passage alone, as `hoibao read` sees it."""

    def read(question: Question, text: str) -> Read:
        article, hit = own_passage(question)
        reading = reader.read(understood(text), [hit], lambda _: article)  # type: ignore[arg-type]
        return Read(question, text, (replace(hit, text=""),), reading.evidence, reading.signals)

    return list(_cached([(question, question.question) for question in questions], read, cache, "own passage", tell))


def own_passage(question: Question) -> tuple[Article, Hit]:
    """A question's passage as an article, and as the only hit."""
    article = Article(question.passage, question.passage, "", False, vietnamese.nfc(question.text), "")
    chunk = Chunk(f"{article.id}:0000", article.id, 0, 0, len(article.text))
    return article, Hit(chunk, article.source, article.text, 0.0)


def key_of(*parts: object) -> str:
    """A short name for what readings depend on."""
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:12]


def seen_by(read: Read, fit: Fit, *, passages: int, without: str | None = None) -> Reading:
    """A reading of the first `passages` hits, `without` one article, scored and ordered by a fit of the reader."""
    hits = [hit for hit in read.hits if hit.chunk.article_id != without][:passages]
    rank_of = {hit.chunk.id: rank for rank, hit in enumerate(hits, 1)}
    old = {rank: hit.chunk.id for rank, hit in enumerate(read.hits, 1)}
    pieces = []
    for evidence, signals in zip(read.evidence, read.signals, strict=True):
        rank = rank_of.get(old.get(signals.rank, ""))
        if rank is not None:
            ranked = replace(signals, rank=rank, margin=0.0)
            pieces.append((replace(evidence, score=float(row(ranked) @ fit.ranking)), ranked))
    pieces.sort(key=lambda pair: (-pair[0].score, pair[0].article_id, pair[0].start))
    return Reading(tuple(e for e, _ in pieces), 0.0, tuple(hits), tuple(s for _, s in pieces))


def with_margins(reading: Reading, said: Sequence[str]) -> Reading:
    """The margins as the reader tells them, `said` being the words of each piece's span."""
    if not reading.evidence:
        return reading
    scores = [evidence.score for evidence in reading.evidence]
    other = next((place for place, words in enumerate(said) if words != said[0]), None)
    signals = []
    for place, signal in enumerate(reading.signals):
        rival = other if said[place] == said[0] else 0
        margin = signal.difference if rival is None else scores[place] - scores[rival]
        signals.append(replace(signal, margin=margin))
    return replace(reading, signals=tuple(signals))


def _cached(
    asked: Sequence[tuple[Question, str]], read: Callable[[Question, str], Read], cache: Path, what: str, tell: Tell
) -> Iterator[Read]:
    known = _load(cache)
    started, done = time.perf_counter(), 0
    todo = sum(_name(question, text) not in known for question, text in asked)
    tell(f"{what}: {len(asked)} questions, {todo} to read")
    with cache.open("a", encoding="utf-8") as out:
        for question, text in asked:
            stored = known.get(_name(question, text))
            if stored is None:
                made = read(question, text)
                out.write(json.dumps(_line(made), ensure_ascii=False) + "\n")
                out.flush()
                done += 1
                if done % 25 == 0 or done == todo:
                    tell(f"{what}: {done}/{todo} read, {time.perf_counter() - started:.0f} s")
                yield made
            else:
                yield Read(question, text, *stored)


def _name(question: Question, text: str) -> str:
    return f"{question.id}\0{text}"


def _line(read: Read) -> dict[str, object]:
    return {
        "id": read.question.id,
        "text": read.text,
        "hits": [[*astuple(hit.chunk), hit.source, hit.score] for hit in read.hits],
        "evidence": [list(astuple(evidence)) for evidence in read.evidence],
        "signals": [[float(np.float64(value)) for value in astuple(signals)] for signals in read.signals],
    }


def _load(cache: Path) -> dict[str, tuple[tuple[Hit, ...], tuple[Evidence, ...], tuple[Signals, ...]]]:
    """What a file of readings holds; a line that was cut off when a run was killed is passed over."""
    known = {}
    if cache.exists():
        for line in cache.read_text(encoding="utf-8").split("\n"):
            try:
                stored = json.loads(line)
            except ValueError:
                continue
            hits = tuple(Hit(Chunk(*hit[:5]), hit[5], "", hit[6]) for hit in stored["hits"])
            evidence = tuple(Evidence(*one) for one in stored["evidence"])
            signals = tuple(_signals(one) for one in stored["signals"])
            known[f"{stored['id']}\0{stored['text']}"] = (hits, evidence, signals)
    return known


def _signals(stored: Sequence[float]) -> Signals:
    difference, log_probability, answerable, relevant, margin, rank, score = stored
    return Signals(difference, log_probability, answerable, relevant, margin, int(rank), score)
