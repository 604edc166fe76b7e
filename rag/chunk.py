"""Articles into passages that end at sentence ends, each an exact slice of the article's text."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from langchain_text_splitters import RecursiveCharacterTextSplitter, TextSplitter

from rag.config import ChunkSettings
from rag.datatypes import Article, Chunk, Span
from rag.errors import SettingsError
from rag.vietnamese import sentences

# Where a sentence longer than a whole passage may be cut, best first; "" is the last resort: anywhere.
_CLAUSE_ENDS = ["\n", "; ", ": ", " – ", " - ", ", ", " ", ""]


class SentenceSplitter(TextSplitter):
    """A LangChain text splitter whose pieces are runs of whole sentences near a target length.

    LangChain's own merging overlaps by characters and loses the offsets; here a piece begins with the last
    `overlap_sentences` sentences of the one before where they fit, and `split_spans` gives exact offsets. A sentence
    of more than `max_chars` is cut by LangChain's recursive splitter, at the best clause end there is.
    """

    def __init__(self, target_chars: int, max_chars: int, overlap_sentences: int) -> None:
        super().__init__(chunk_size=max_chars, chunk_overlap=0, strip_whitespace=False)
        self.target_chars = target_chars
        self.max_chars = max_chars
        self.overlap_sentences = overlap_sentences
        # Nothing stripped, nothing overlapping: the parts put together are the sentence, so offsets are sums.
        self._clauses = RecursiveCharacterTextSplitter(
            separators=_CLAUSE_ENDS, keep_separator="end", chunk_size=max_chars, chunk_overlap=0, strip_whitespace=False
        )

    def split_text(self, text: str) -> list[str]:
        """The pieces in order; neighbours share the overlapping sentences."""
        return [span.of(text) for span in self.split_spans(text)]

    def split_spans(self, text: str) -> list[Span]:
        """Where the pieces stand in `text`, in order; together they cover every character but white space."""
        units = self._units(text)
        runs = self._runs(units)
        if len(runs) > 1:
            runs[-2:] = self._without_tiny_end(units, runs[-2], runs[-1])
        return [Span(units[first].start, units[last].end) for first, last in runs]

    def _units(self, text: str) -> list[Span]:
        """The sentences, and the parts of those that are too long."""
        units: list[Span] = []
        for sentence in sentences(text):
            if sentence.end - sentence.start <= self.max_chars:
                units.append(sentence)
                continue
            start = sentence.start
            for part in self._clauses.split_text(sentence.of(text)):
                stripped = part.strip()
                if stripped:
                    begin = start + len(part) - len(part.lstrip())
                    units.append(Span(begin, begin + len(stripped)))
                start += len(part)
        return units

    def _runs(self, units: Sequence[Span]) -> list[tuple[int, int]]:
        """First and last unit of each piece; a piece ends where its length comes nearest to the target."""
        runs: list[tuple[int, int]] = []
        new = 0
        while new < len(units):
            first = self._first_with_overlap(units, new) if runs else new
            last = new
            while last + 1 < len(units):
                length, longer = _length(units, first, last), _length(units, first, last + 1)
                if longer > self.max_chars or abs(longer - self.target_chars) > abs(length - self.target_chars):
                    break
                last += 1
            runs.append((first, last))
            new = last + 1
        return runs

    def _first_with_overlap(self, units: Sequence[Span], new: int) -> int:
        """The unit a piece begins with whose first new unit is `new`; the overlap takes at most half of a piece."""
        first = new
        while (
            first > max(0, new - self.overlap_sentences)
            and 2 * _length(units, first - 1, new - 1) <= self.target_chars
            and _length(units, first - 1, new) <= self.max_chars
        ):
            first -= 1
        return first

    def _without_tiny_end(
        self, units: Sequence[Span], before: tuple[int, int], end: tuple[int, int]
    ) -> list[tuple[int, int]]:
        """The last two pieces, with a last one that has little of its own joined to the one before or evened out."""
        if 4 * _length(units, before[1] + 1, end[1]) >= self.target_chars:
            return [before, end]
        if _length(units, before[0], end[1]) <= self.max_chars:
            return [(before[0], end[1])]
        ways = []
        for last in range(before[0], before[1] + 1):
            first = self._first_with_overlap(units, last + 1)
            left, right = _length(units, before[0], last), _length(units, first, end[1])
            if right <= self.max_chars and first > before[0]:
                ways.append((abs(left - right), last, first))
        if not ways:
            return [before, end]
        _, last, first = min(ways)
        return [(before[0], last), (first, end[1])]


def _length(units: Sequence[Span], first: int, last: int) -> int:
    return units[last].end - units[first].start


@lru_cache(maxsize=8)
def _splitter(target_chars: int, max_chars: int, overlap_sentences: int) -> SentenceSplitter:
    return SentenceSplitter(target_chars, max_chars, overlap_sentences)


def chunk_article(article: Article, settings: ChunkSettings) -> tuple[Chunk, ...]:
    """The passages of an article in order; together they cover all its text but white space between sentences.

    Raises SettingsError if the target length is above the greatest.
    """
    if settings.target_chars > settings.max_chars:
        raise SettingsError(
            f"chunk.target_chars {settings.target_chars} is more than chunk.max_chars {settings.max_chars}",
            remedy="Lower the one or raise the other",
        )
    splitter = _splitter(settings.target_chars, settings.max_chars, settings.overlap_sentences)
    return tuple(
        Chunk(f"{article.id}:{ordinal:04d}", article.id, ordinal, span.start, span.end)
        for ordinal, span in enumerate(splitter.split_spans(article.text))
    )


def passage_text(article: Article, chunk: Chunk) -> str:
    """What is embedded for a chunk: the title if it is stated and the date if known, a line each, then the passage."""
    head = [article.title] if article.title_stated else []
    if article.published_on is not None:
        head.append(f"{article.published_on:%d/%m/%Y}")
    return "\n".join([*head, article.text[chunk.start : chunk.end]])
