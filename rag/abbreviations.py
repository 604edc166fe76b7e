"""What the library's own texts say of names: the abbreviations they introduce, and how they spell foreign names.

A cache of facts about single articles (`rag.store.article_facts`): an article is read once, when it is added.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rag.naming.mining import Evidence, Introduced, introduced
from rag.naming.phonetic import alike, foreign_words, key_of, sound_of
from rag.store.article_facts import ArticleFacts
from rag.vietnamese import syllables

if TYPE_CHECKING:
    from rag.library import Library

_FOREIGN = "w"
_MOST_OFFERED = 4
# One text alone may be wrong about where a name begins; two that agree are hardly.
_ENOUGH = 2
_SHORT_LETTERS = 2


@dataclass(frozen=True, slots=True)
class Expansion:
    """Another form that the library gives of a name; `weight` in 0..1 says how surely it is meant.

    `short` is the abbreviation as it is written, `is_short` says whether that is the form found (not the one offered).
    """

    text: str
    weight: float
    short: str
    is_short: bool


@dataclass(frozen=True, slots=True)
class Likeness:
    """A name in the library that sounds like another: `articles` hold it, `weight` says how surely it is the same."""

    text: str
    articles: int
    weight: float


class _Expansions:
    """What abbreviations and long names may also be called, by their syllables."""

    def __init__(self, pairs: Mapping[Introduced, int]) -> None:
        found: dict[str, dict[str, Expansion]] = defaultdict(dict)
        lengths: dict[str, set[int]] = defaultdict(set)
        for pair, weight in believed(pairs).items():
            short, long = _key(pair.short), _key(pair.long)
            for key, other, expansion in (
                (short, long, Expansion(pair.long, weight, pair.short, is_short=True)),
                (long, short, Expansion(pair.short, weight, pair.short, is_short=False)),
            ):
                found[key].setdefault(other, expansion)
                lengths[key.partition(" ")[0]].add(key.count(" ") + 1)
        self.by_key = {
            key: tuple(sorted(of.values(), key=lambda item: (-item.weight, item.text))[:_MOST_OFFERED])
            for key, of in found.items()
        }
        self.lengths = {first: tuple(sorted(of, reverse=True)) for first, of in lengths.items()}


class Abbreviations(ArticleFacts):
    """Abbreviations and foreign names of a library. Safe to share between threads."""

    name = "abbreviations"
    version = 1
    label = "Bảng chữ viết tắt và tên nước ngoài"

    def __init__(self, library: Library) -> None:
        super().__init__(library)
        self._pairs: Counter[Introduced] = Counter()
        # How many articles hold each foreign word, by the key of its sound.
        self._words: dict[str, dict[str, int]] = {}
        self._made: _Expansions | None = None

    def expansions(self, key: str) -> tuple[Expansion, ...]:
        """What else the library calls it; `key` are syllables of `rag.vietnamese.syllables`, joined by spaces."""
        return self._expansions().by_key.get(key, ())

    def lengths(self, syllable: str) -> tuple[int, ...]:
        """How many syllables the keys that begin with this one have, longest first."""
        return self._expansions().lengths.get(syllable, ())

    def like(self, word: str) -> tuple[Likeness, ...]:
        """The library's spellings of names that sound like this one, its own apart, commonest first."""
        sound = sound_of(word)
        if not sound:
            return ()
        with self._lock:
            near = [*self._words.get(key_of(sound), {}).items()]
        own = _key(word)
        found = [
            Likeness(other, articles, weight)
            for other, articles in near
            if (weight := alike(word, other)) and _key(other) != own
        ]
        return tuple(sorted(found, key=lambda item: (-item.weight * item.articles, item.text))[:_MOST_OFFERED])

    # ---- facts ------------------------------------------------------------------------------------------------------

    def facts_of(self, title: str, text: str) -> bytes:
        """One line a fact, each once: evidence, short, long; or "w" and a foreign word."""
        whole = f"{title}\n{text}"
        lines = {f"{pair.evidence}\t{pair.short}\t{pair.long}" for pair in introduced(whole)}
        lines.update(f"{_FOREIGN}\t{word}" for word in foreign_words(whole))
        return "\n".join(sorted(lines)).encode("utf-8")

    def rebuild(self, facts: Mapping[str, bytes], summary: bytes) -> None:
        self._made, self._pairs, self._words = None, Counter(), {}
        if not summary:
            self._count(facts.values(), 1)
            return
        for line in summary.decode("utf-8").split("\n"):
            kind, first, second, count = line.split("\t")
            if kind == _FOREIGN:
                self._words.setdefault(second, {})[first] = int(count)
            else:
                self._pairs[Introduced(first, second, Evidence(kind))] = int(count)

    def update(self, gone: Mapping[str, bytes], come: Mapping[str, bytes]) -> None:
        self._count(gone.values(), -1)
        self._count(come.values(), 1)

    def summary(self) -> bytes:
        """The counted facts, those of foreign words with the key of their sound: computing these takes longest."""
        lines = [f"{pair.evidence}\t{pair.short}\t{pair.long}\t{count}" for pair, count in self._pairs.items()]
        lines += [f"{_FOREIGN}\t{word}\t{key}\t{n}" for key, of in self._words.items() for word, n in of.items()]
        return "\n".join(sorted(lines)).encode("utf-8")

    def _count(self, of_articles: Iterable[bytes], step: int) -> None:
        for facts in of_articles:
            for line in facts.decode("utf-8").split("\n"):
                kind, _, rest = line.partition("\t")
                if kind == _FOREIGN:
                    self._count_word(rest, step)
                elif rest:
                    short, long = rest.split("\t")
                    self._count_pair(Introduced(short, long, Evidence(kind)), step)

    def _count_word(self, word: str, step: int) -> None:
        key = key_of(sound_of(word))
        of = self._words.setdefault(key, {})
        of[word] = of.get(word, 0) + step
        if of[word] <= 0:
            del of[word]
            if not of:
                del self._words[key]

    def _count_pair(self, pair: Introduced, step: int) -> None:
        self._made = None
        self._pairs[pair] += step
        if self._pairs[pair] <= 0:
            del self._pairs[pair]

    def _expansions(self) -> _Expansions:
        made = self._made
        if made is None:
            with self._lock:
                made = self._made = _Expansions(self._pairs)
        return made


@lru_cache(maxsize=50_000)
def _key(text: str) -> str:
    return " ".join(syllables(text))


def believed(pairs: Mapping[Introduced, int]) -> dict[Introduced, float]:
    """The pairs that are taken for true, with their weight. `pairs` maps each to the number of articles that have it.

    Equal initials and shortened names are believed at once. A name whose beginning had to be guessed is believed if two
    articles agree, or if one article left no choice and no other name of that abbreviation is better supported.
    """
    support: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    commonest: dict[tuple[str, str], Introduced] = {}
    for pair, count in sorted(pairs.items(), key=lambda item: (-item[1], item[0].short, item[0].long)):
        long = _key(pair.long)
        support[pair.short][long][pair.evidence] += count
        commonest.setdefault((pair.short, long), pair)
    result: dict[Introduced, float] = {}
    for short, names in support.items():
        best = max(of.total() for of in names.values())
        for long, of in names.items():
            weight = 0.9 if of[Evidence.INITIALS] or of[Evidence.SHORTENED] else 0.0
            if not weight and not _is_tail(long, names):
                agreed = of.total() >= _ENOUGH and 4 * of.total() >= best
                alone = of[Evidence.NAME] and best < _ENOUGH
                weight = 0.8 if agreed else 0.6 if alone else 0.0
            if weight:
                result[commonest[short, long]] = min(weight, 0.5) if len(short) <= _SHORT_LETTERS else weight
    return result


def _is_tail(long: str, names: Mapping[str, Counter[str]]) -> bool:
    """Whether it is but the end of a longer name of the same abbreviation ("Nhà nước Việt Nam" for NHNN)."""
    of = names[long]
    return of[Evidence.NAME] < _ENOUGH and any(
        other.endswith(f" {long}") and others.total() >= of.total() for other, others in names.items()
    )
