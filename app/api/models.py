"""The shapes of the HTTP API: what is asked, within bounds, and what is answered (rag.contract, written out)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictFloat, StrictInt, StrictStr, model_validator

from rag import datatypes
from rag.commands.conditions import DAY_FORM, checked, day_of

QUESTION_CHARS = 20_000
HISTORY = 20
OUTLETS = 50
NAME_CHARS = 200
MOST_HITS = 100
MOST_LISTED = 200

Id = StrictInt | StrictFloat | Annotated[StrictStr, Field(max_length=NAME_CHARS)]


def _day(written: object) -> date:
    if not isinstance(written, str):
        raise ValueError(f"this is no day; write it as {DAY_FORM}")
    return day_of(written)


Day = Annotated[date, BeforeValidator(_day)]
Question = Annotated[str, Field(max_length=QUESTION_CHARS)]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Filters(_Asked):
    """Which articles may be looked at. Both days are inclusive; an article without a date passes neither."""

    from_: Day | None = Field(
        default=None, alias="from", description="Published on this day (YYYY-MM-DD) or later.", examples=["2022-01-01"]
    )
    to: Day | None = Field(default=None, description="Published on this day or earlier.", examples=["2022-01-31"])
    outlets: list[Annotated[str, Field(max_length=NAME_CHARS)]] = Field(
        default_factory=list,
        max_length=OUTLETS,
        description="Of any of these newspapers: a part of the name, or of the host of the article's address, without "
        "regard to case and diacritics. `GET /v1/library` lists names.",
        examples=[["tuoitre"]],
    )

    @model_validator(mode="after")
    def _possible(self) -> Self:
        checked(self.of_library())
        return self

    def of_library(self) -> datatypes.Filters:
        """The same as the library takes them."""
        return datatypes.Filters(self.from_, self.to, tuple(self.outlets))


class QuestionRequest(_Asked):
    """A question, with the earlier questions of the conversation it stands in."""

    question: Question = Field(
        description="In Vietnamese, with or without diacritics, or in another language. Of a question longer than the "
        "setting `answer.max_question_chars` the end is used.",
        examples=["Ba Lan đề xuất cung cấp gì cho Ukraine?"],
    )
    history: list[Question] = Field(
        default_factory=list,
        max_length=HISTORY,
        description="Earlier questions, oldest first: a follow-up leans on them.",
    )
    answers: list[Question | None] = Field(
        default_factory=list,
        max_length=HISTORY,
        description="The short answers to the questions of `history`, in the same places; null for none. A follow-up's "
        "pronouns are understood by them.",
    )
    filters: Filters = Field(default_factory=Filters, description="Which articles may be looked at.")
    today: Day | None = Field(
        default=None,
        description='What "hôm qua" in the question counts from. Without it, the day on the server\'s clock.',
    )
    as_typed: bool = Field(
        default=False, description="Search for exactly what was typed: nothing is restored or mended."
    )
    id: Id | None = Field(
        default=None, description="Comes back as it is. Without one, it is derived from the questions."
    )

    @model_validator(mode="after")
    def _in_places(self) -> Self:
        if len(self.answers) > len(self.history):
            raise ValueError('"answers" has more entries than "history"')
        return self


class AskRequest(QuestionRequest):
    """A question, with the earlier questions of the conversation it stands in."""

    generate: bool = Field(
        default=False,
        strict=True,
        description="Let the language model that the server was started with word the answer; each of its sentences is "
        "checked against what it cites. Takes as long as the model does. Where there is none, it fails, or nothing of "
        "its words is supported, the answer is as without, and `notes` says why.",
    )


class SearchRequest(QuestionRequest):
    """A question, and how many passages are wanted."""

    k: int = Field(default=10, ge=1, le=MOST_HITS, description="How many passages.")


class _Told(BaseModel):
    # Not closed: a later version may say more.
    pass


class Claim(_Told):
    """A statement of the answer. One shown as fact has at least one citation."""

    text: str
    citations: list[int] = Field(description="Numbers of citations.")
    status: Literal["supported", "unsupported"]


class Citation(_Told):
    """A checked quotation: `quote` is the article's text from `start` to `end`, in code points."""

    number: int = Field(description="From 1 within an answer.")
    article_id: str
    source: str = Field(description="The file as it was indexed; `file.jsonl#<record id>` for a record of one.")
    title: str
    outlet: str | None
    published_on: date | None
    start: int
    end: int
    quote: str


class ConflictValue(_Told):
    """One of the values on which sources differ."""

    value: str
    citations: list[int]
    published_on: date | None = Field(description="The day of the newest article that states it.")


class Conflict(_Told):
    """A point on which the sources differ; values newest first."""

    about: str
    kind: Literal["update", "contradiction"] = Field(
        description="A change over time, which later articles report, or a contradiction."
    )
    values: list[ConflictValue]


class Hit(_Told):
    """A passage that was found, best first."""

    article_id: str
    source: str
    start: int
    end: int
    score: float = Field(description="Higher is better; comes from this question alone.")
    text: str


class Answer(_Told):
    """An answer. With status `not_found` there are no claims and no citations, and `answer` says so."""

    id: Id
    question: str
    understood_as: str | None = Field(description="How the question was understood, where that is not as it was typed.")
    status: Literal["answered", "not_found"]
    answer: str = Field(description="The whole answer, with citation numbers in brackets.")
    short_answer: str | None = Field(description="The answer in a few words, as the article says it.")
    claims: list[Claim]
    citations: list[Citation]
    conflicts: list[Conflict]
    hits: list[Hit] = Field(description="The passages that were looked at.")
    timings_ms: dict[str, float] = Field(description="Milliseconds by stage, and in all (`total`).")
    notes: list[str] = Field(description="Remarks for the person who asks, in Vietnamese.")


class SearchResult(_Told):
    """The passages nearest to a question, without an answer."""

    id: Id
    question: str
    understood_as: str | None
    hits: list[Hit]
    timings_ms: dict[str, float]
    notes: list[str]


class ArticleInList(_Told):
    """An article without its text."""

    id: str
    source: str
    title: str = Field(
        description="The headline, or where none is stated (`title_stated` is false) the first sentence."
    )
    title_stated: bool
    published_on: date | None
    outlet: str | None
    url: str | None
    chars: int = Field(description="Length of the text.")
    reprint_of: str | None = Field(description="The id of the article that this one reprints.")


class Articles(_Told):
    """A part of the list of articles."""

    total: int = Field(description="How many there are in all.")
    offset: int
    articles: list[ArticleInList]


class Removed(_Told):
    """What cleaning has set aside."""

    text: str
    reason: str


class Article(_Told):
    """An article with its cleaned text, which citations point into."""

    id: str
    source: str
    title: str
    title_stated: bool
    published_on: date | None
    outlet: str | None
    url: str | None
    text: str
    removed: list[Removed]


class Newspaper(_Told):
    """A newspaper by a name that the filter `outlets` takes."""

    name: str
    articles: int


class Library(_Told):
    """What the library holds, in numbers."""

    articles: int
    passages: int
    first_day: date | None = Field(description="Null where no article states a day.")
    last_day: date | None
    undated: int
    newspapers: list[Newspaper] = Field(description="Most frequent first.")
    unnamed: int = Field(description="Articles that state neither a newspaper nor an address.")
    generation: int = Field(description="Goes up with every change of the library.")


class Error(_Told):
    """Every failure looks like this."""

    id: Id | None = Field(description="That of the request, where it had one.")
    error: str = Field(description="What is wrong, and what to do about it.")
