"""The records that pass between the modules: frozen, slotted, without behaviour beyond their invariants.

All offsets count Unicode code points (Python string indices); `end` is exclusive. All texts are NFC.
A higher score is better everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of a text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Removed:
    """A part of the raw text that is set aside: `raw[start:end] == text`.

    Deleting all removed parts from the raw text gives the article's text; putting them back gives the raw text.
    """

    start: int
    end: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class RawArticle:
    """One article as read from a file, decoded and NFC, before cleaning. Metadata only where the file states it."""

    source: str
    raw_sha256: str
    text: str
    title: str | None = None
    published_on: date | None = None
    outlet: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What cleaning makes of a raw text: the body, what was set aside, and what the text itself states."""

    text: str
    removed: tuple[Removed, ...]
    headline: str | None = None
    published_on: date | None = None
    outlet: str | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """A cleaned article.

    `id` is derived from the source's identity, so it is stable under re-indexing. `title` is the stated headline,
    or the first sentence where none is stated (`title_stated` is False then).
    """

    id: str
    source: str
    title: str
    title_stated: bool
    text: str
    raw_sha256: str
    published_on: date | None = None
    outlet: str | None = None
    url: str | None = None
    removed: tuple[Removed, ...] = ()


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage of an article: `article.text[start:end]`. The id is `<article id>:<ordinal, four digits>`."""

    id: str
    article_id: str
    ordinal: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Scored:
    """One result of a search leg: the library's key of a chunk, and its score."""

    key: int
    score: float


@dataclass(frozen=True, slots=True)
class Wording:
    """Another wording of a part of a question; `weight` in 0..1 says how surely it means the same."""

    text: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Alternatives:
    """The syllables [start, end) of a question, as `vietnamese.syllables` counts them, may also be worded so."""

    start: int
    end: int
    wordings: tuple[Wording, ...]


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles may be looked at. Both days are inclusive; an article without a date passes neither.

    An outlet is compared with the stated one and with the host of the address, without case and diacritics.
    """

    published_from: date | None = None
    published_to: date | None = None
    outlets: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.published_from or self.published_to or self.outlets)


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved passage. Ranks count from 1; None where that leg did not return the passage.

    Lists of hits are sorted by (-score, chunk.id). `copies` are the sources of reprints folded into this one.
    """

    chunk: Chunk
    source: str
    text: str
    score: float
    dense_rank: int | None = None
    lexical_rank: int | None = None
    reader_score: float | None = None
    copies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """Sentence(s) of an article, `article.text[start:end]`, and the answer span inside them, in article offsets."""

    article_id: str
    start: int
    end: int
    span_start: int
    span_end: int
    score: float


@dataclass(frozen=True, slots=True)
class Citation:
    """A checked quotation: `article.text[start:end] == quote`. Numbers count from 1 within an answer.

    `copies` are the sources of articles that reprint this one: they say it too, but not independently.
    """

    number: int
    article_id: str
    source: str
    title: str
    outlet: str | None
    published_on: date | None
    start: int
    end: int
    quote: str
    copies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement of the answer. A claim shown as fact has at least one citation."""

    text: str
    citations: tuple[int, ...]
    status: Literal["supported", "unsupported"]


@dataclass(frozen=True, slots=True)
class ConflictValue:
    """One of the values on which sources differ, with the numbers of the citations that state it.

    `published_on` is the day of the newest article that states it, where that is known.
    """

    value: str
    citations: tuple[int, ...]
    published_on: date | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """A point on which the sources differ; values newest first.

    `kind` says how it reads: as a change over time, which later articles report, or as a contradiction.
    """

    about: str
    kind: Literal["update", "contradiction"]
    values: tuple[ConflictValue, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What `ask()` returns. With status `not_found` there are no claims and no citations.

    `read_as` is the question with its diacritics restored and its typos mended, None where nothing was: `understood_as`
    without the questions that a follow-up leans on. `confidence` is what is compared with the threshold, given for both
    statuses: the probability that the best evidence answers, for an overview the share of its subject that is covered.
    Neither is printed by the JSON contract.
    """

    id: str
    question: str
    status: Literal["answered", "not_found"]
    text: str
    understood_as: str | None = None
    short_answer: str | None = None
    claims: tuple[Claim, ...] = ()
    citations: tuple[Citation, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    hits: tuple[Hit, ...] = ()
    timings_ms: dict[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    confidence: float = 0.0
    read_as: str | None = None


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What `search()` returns: retrieval alone."""

    id: str
    question: str
    understood_as: str | None
    hits: tuple[Hit, ...]
    timings_ms: dict[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """A sentence of a timeline, cited, with the day that it tells of.

    `text` is the sentence, with the names that its pronouns stand for in brackets. `dating` says where the day is from:
    the sentence names it ("named"), or names it without its year, which the article tells ("year_inferred") or nothing
    does ("year_unknown", 2000 stands for it); it is that of publication ("published"); or there is none ("undated").
    `first_day` and `last_day` are equal for a single day, None for none. `written` is the day as a Vietnamese newspaper
    writes it: "31/1/2022", "Tháng 1/2022", "31/1".
    """

    dating: Literal["named", "year_inferred", "year_unknown", "published", "undated"]
    first_day: date | None
    last_day: date | None
    written: str
    text: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Timeline:
    """What `timeline()` returns: sentences about a topic, oldest first; unknown years behind them, undated ones last.

    Without entries `reason` says why (Vietnamese). `understood_as` and `read_as` are those of an `Answer`.
    """

    topic: str
    understood_as: str | None
    read_as: str | None
    entries: tuple[TimelineEntry, ...]
    reason: str | None = None
    timings_ms: dict[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PassageReading:
    """What `hoibao read` says of a question and a given passage: `passage[start:end] == short_answer`, in NFC.

    `score` and `no_answer_score` are probabilities that add up to 1. With status `not_found` there is no short answer.
    """

    id: str
    short_answer: str | None
    start: int | None
    end: int | None
    score: float
    no_answer_score: float
    status: Literal["answered", "not_found"]


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """What an embedding depends on. Two libraries can be compared only where this is equal.

    `runtime` and `precision` say how it was computed here (recorded, not compared: they agree within float noise).
    """

    name: str
    weights_sha256: str
    query_prefix: str
    passage_prefix: str
    dimension: int
    runtime: str
    precision: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a library says of itself."""

    schema_version: int
    generation: int
    normaliser_version: int
    model: ModelIdentity
    articles: int
    chunks: int
