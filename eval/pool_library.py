"""A named pool: a library of question sets' passages and other articles, indexed as the product does it.

It lives in a folder of its own and knows, for each question, which of its passages and articles are right.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import itertools
import json
import re
import shutil
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from eval.asked import Asked, AskedSet, SetPassage, Wanted
from eval.metrics import EvidencePlace, Place, overlap, parts_by_passage
from rag.clean import rebuild
from rag.config import Settings
from rag.datatypes import Article, Chunk
from rag.embed import Embedder
from rag.errors import SettingsError
from rag.library import Library
from rag.loading.discover import discover
from rag.pipeline import build

LIBRARY_NAME = "library"
_PASSAGES = "passages"
_RECORDS = (".jsonl", ".ndjson")
_LOCKS = shutil.ignore_patterns("*.lock", "*.owner.json")


@dataclass(frozen=True, slots=True)
class PoolSpec:
    """What a pool is made of: sets, files and folders of other articles (the first `most` of each), or a library."""

    name: str
    articles: tuple[Path, ...] = ()
    most: int | None = None
    library: Path | None = None


@dataclass(frozen=True, slots=True)
class Gold:
    """Where a question is answered. `parts` maps chunk ids to the parts they give, of `needed` in all.

    `sources` are those of the right articles. A question whose quotes stand in no article has no `parts`.
    """

    parts: Mapping[str, frozenset[int]]
    sources: frozenset[str]
    needed: int
    quotes: tuple[Wanted, ...] = ()


@dataclass(frozen=True, slots=True)
class PoolSet:
    """A set over the pool: its questions, what they should find, and the ids of those whose quotes are not there."""

    name: str
    questions: tuple[Asked, ...]
    gold: tuple[Gold, ...]
    skipped: Mapping[str, int]
    lost: tuple[str, ...]
    is_squad: bool


@dataclass(frozen=True, slots=True)
class Pool:
    """An indexed pool. `chunk_of` maps the library's keys to chunks, `source_of` article ids to sources."""

    name: str
    folder: Path
    articles: int
    chunk_of: Mapping[int, Chunk] = field(repr=False)
    source_of: Mapping[str, str] = field(repr=False)
    sets: tuple[PoolSet, ...] = ()
    refused: tuple[str, ...] = ()


def make_pool(spec: PoolSpec, sets: Sequence[AskedSet], work: Path, settings: Settings, embedder: Embedder) -> Pool:
    """Index the pool in `work` and find every question's answer in it.

    The articles named by several pools are indexed once. Raises SettingsError or LoadError for what cannot be read, and
    whatever indexing raises.
    """
    folder = work / _safe(spec.name)
    library_dir = folder / LIBRARY_NAME
    if not library_dir.exists():
        folder.mkdir(parents=True, exist_ok=True)
        base = spec.library or _base(spec, work, settings, embedder)
        if base is not None:
            shutil.copytree(base, library_dir, ignore=_LOCKS)
    refused = []
    if any(asked.passages for asked in sets):
        # The sources, and so the ids that ties are broken by, must not depend on where the pool lies.
        with contextlib.chdir(folder):
            file = Path(f"{_PASSAGES}.jsonl")
            _write_passages(itertools.chain.from_iterable(asked.passages or () for asked in sets), file)
            short = settings.model_copy(update={"load": settings.load.model_copy(update={"min_article_chars": 1})})
            report = build([file], LIBRARY_NAME, short, embedder=embedder)
        refused = [str(error) for error in report.failed]
    if not library_dir.exists():
        raise SettingsError(
            f"the pool {spec.name!r} has no articles",
            remedy="Give a SQuAD set, --pool or --library: a JSONL set asks about articles that it does not hold",
        )
    return _open(spec, sets, folder, refused)


def _open(spec: PoolSpec, sets: Sequence[AskedSet], folder: Path, refused: Sequence[str]) -> Pool:
    with Library.open(folder / LIBRARY_NAME) as library:
        rows = list(library.articles())
        chunk_of = library.chunks(library.keys_since(0).tolist())
        finder = _Finder(library, {row.source: row.id for row in rows}, chunk_of.values())
        canonical = _same_passages(sets)
        return Pool(
            name=spec.name,
            folder=folder,
            articles=len(rows),
            chunk_of=chunk_of,
            source_of={row.id: row.source for row in rows},
            sets=tuple(finder.set(asked, canonical) for asked in sets),
            refused=tuple(refused),
        )


# ---- articles ---------------------------------------------------------------------------------------------------


def _base(spec: PoolSpec, work: Path, settings: Settings, embedder: Embedder) -> Path | None:
    """A library of the pool's other articles alone."""
    if not spec.articles:
        return None
    identity = "\0".join([*map(str, spec.articles), str(spec.most), settings.model_dump_json()])
    folder = work / f"articles-{hashlib.sha256(identity.encode()).hexdigest()[:12]}"
    library_dir = folder / LIBRARY_NAME
    if library_dir.exists():
        return library_dir
    folder.mkdir(parents=True, exist_ok=True)
    articles = [path.resolve() for path in spec.articles]
    with contextlib.chdir(folder):
        paths = [path for number, one in enumerate(articles) for path in _files(one, number, spec.most)]
        build(paths, LIBRARY_NAME, settings, embedder=embedder)
    return library_dir


def _files(path: Path, number: int, most: int | None) -> Iterator[Path]:
    """What to index for a file or folder named on the command line; records are cut to the first `most`."""
    name = path.name.removesuffix(".gz")
    here = Path(f"{number}-{name}")
    if name == path.name and (most is None or path.is_dir()):
        if not path.exists():
            raise SettingsError("no such file or folder", where=str(path), remedy="Name a file or folder of articles")
        here.symlink_to(path)
        found = [item.path for item in discover([here]) if not isinstance(item, Exception)]
        yield from found if most is None else sorted(found)[:most]
        return
    try:
        with gzip.open(path, "rb") if name != path.name else path.open("rb") as source, here.open("wb") as target:
            if most is not None and name.endswith(_RECORDS):
                target.writelines(itertools.islice(source, most))
            else:
                shutil.copyfileobj(source, target)
    except (OSError, EOFError, zlib.error) as error:
        raise SettingsError(
            f"cannot be read ({error})", where=str(path), remedy="Name a file or folder of articles"
        ) from error
    yield here


def _write_passages(passages: Iterable[SetPassage], file: Path) -> None:
    written: set[str] = set()
    with file.open("w", encoding="utf-8") as out:
        for passage in passages:
            if passage.text not in written:
                written.add(passage.text)
                record = {"id": passage.id, "title": passage.title, "text": passage.text}
                kept = {name: value for name, value in record.items() if value is not None}
                out.write(json.dumps(kept, ensure_ascii=False) + "\n")


def _same_passages(sets: Sequence[AskedSet]) -> dict[str, str]:
    """The id under which a passage was indexed, by its id in its set."""
    first: dict[str, str] = {}
    found = {}
    for asked in sets:
        for passage in asked.passages or ():
            found[passage.id] = first.setdefault(passage.text, passage.id)
    return found


def _safe(name: str) -> str:
    return re.sub(r"[^\w.-]+", "-", name)


# ---- where the answers are --------------------------------------------------------------------------------------


class _Finder:
    def __init__(self, library: Library, id_of: Mapping[str, str], chunks: Iterable[Chunk]) -> None:
        self._library = library
        self._id_of = id_of
        self._articles: dict[str, Article] = {}
        self._chunks: dict[str, list[Chunk]] = {}
        for chunk in chunks:
            self._chunks.setdefault(chunk.article_id, []).append(chunk)
        self._named: dict[str, list[str]] = {}
        for source in id_of:
            ends = [source, *(source[at + 1 :] for at, mark in enumerate(source) if mark in "/#")]
            for name in dict.fromkeys(ends):
                self._named.setdefault(name, []).append(source)

    def set(self, asked: AskedSet, canonical: Mapping[str, str]) -> PoolSet:
        gold = tuple(self._gold(question, canonical) for question in asked.questions)
        lost = [question.id for question, found in zip(asked.questions, gold, strict=True) if not found.parts]
        return PoolSet(asked.name, asked.questions, gold, asked.skipped, tuple(lost), asked.passages is not None)

    def _gold(self, question: Asked, canonical: Mapping[str, str]) -> Gold:
        parts: dict[str, frozenset[int]] = {}
        sources: list[str] = []
        quotes = []
        for wanted in question.wanted:
            for source in self._sources(canonical.get(wanted.file, wanted.file)):
                sources.append(source)
                article = self._article(source)
                quoted = _with_quote(wanted, article)
                quotes.append(quoted)
                for chunk_id, found in self._right(article, quoted):
                    parts[chunk_id] = parts.get(chunk_id, frozenset()) | found
        needed = len({wanted.part for wanted in question.wanted})
        return Gold(parts, frozenset(sources), needed, tuple(quotes))

    def _sources(self, file: str) -> list[str]:
        return self._named.get(file) or self._named.get(file.rpartition("/")[2], [])

    def _article(self, source: str) -> Article:
        article = self._articles.get(source)
        if article is None:
            article = self._articles[source] = self._library.article(self._id_of[source])
        return article

    def _right(self, article: Article, wanted: Wanted) -> Iterator[tuple[str, frozenset[int]]]:
        """The chunks that give a quote: of an answer in a passage all of it, of a sentence at least half."""
        chunks = self._chunks.get(article.id, [])
        places = [
            EvidencePlace(article.source, start, end, wanted.part) for start, end in _places(article.text, wanted)
        ]
        ranges = [Place(article.source, chunk.start, chunk.end) for chunk in chunks]
        whole = parts_by_passage(ranges, places, 1.0 if wanted.start is not None else 0.5)
        if not any(whole) and places:
            # An answer across two passages: the one that holds more of it.
            most = max(
                range(len(chunks)),
                key=lambda at: max(overlap(ranges[at].start, ranges[at].end, p.start, p.end) for p in places),
            )
            whole[most] = frozenset((wanted.part,))
        for chunk, found in zip(chunks, whole, strict=True):
            if found:
                yield chunk.id, found


def _with_quote(wanted: Wanted, article: Article) -> Wanted:
    """The text to be found, taken from the article as it was loaded where only its place is given."""
    if wanted.span is None:
        return wanted
    quote = rebuild(article.text, article.removed)[wanted.span.start : wanted.span.end]
    same = hashlib.sha256(quote.encode("utf-8", "surrogatepass")).hexdigest() == wanted.span.sha256
    return replace(wanted, quote=quote if same else "")


def _places(text: str, wanted: Wanted) -> list[tuple[int, int]]:
    """Every place of a quote; of an answer in a passage, the one nearest to where it should be."""
    words = wanted.quote.split()
    if not words:
        return []
    # White space may have been set otherwise when the text was cleaned.
    found = [match.span() for match in re.finditer(r"\s+".join(map(re.escape, words)), text)]
    if wanted.start is None or len(found) < 2:
        return found
    start = wanted.start
    return [min(found, key=lambda place: abs(place[0] - start))]
