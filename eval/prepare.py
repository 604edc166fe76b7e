"""Before a set is asked: reading it, and the library that it is asked of."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.run_files import LIBRARY_NAME, prepare_out, write_passages
from eval.score import RETRIEVAL_DEPTH
from eval.sets_io import EvalQuestion, Passage, load_set, load_squad
from rag.config import Settings
from rag.errors import LoadError
from rag.loading.encodings import normalise
from rag.pipeline import build

if TYPE_CHECKING:
    from rag.embed import Embedder
    from rag.indexing import IndexState

ProgressFunction = Callable[[str, int, int], None]
"""Called with the stage's name, how much is done and how much there is."""


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """A loaded set file. `passages` is None unless it is a SQuAD file; `bad_lines` were told of and left out."""

    path: Path
    sha256: str
    questions: tuple[EvalQuestion, ...]
    passages: tuple[Passage, ...] | None
    bad_lines: tuple[LoadError, ...] = ()


@dataclass(frozen=True, slots=True)
class Prepared:
    """A set and the library that it is asked of, with what there is to say about both."""

    question_set: QuestionSet
    library_dir: Path
    notes: tuple[str, ...]

    @property
    def is_squad(self) -> bool:
        return self.question_set.passages is not None


def read_set(path: Path) -> QuestionSet:
    """A set file: SQuAD when its name ends in .json or .json.gz, the project's own format otherwise.

    A bad line of a set is kept in `bad_lines`, and the others are asked. Raises SettingsError or LoadError as the
    loaders do, also when no line is good.
    """
    passages: tuple[Passage, ...] | None = None
    bad_lines: list[LoadError] = []
    if path.name.lower().endswith((".json", ".json.gz")):
        found, questions = load_squad(path)
        passages = tuple(found)
        questions = [_as_loaded(question) for question in questions]
    else:
        try:
            questions = load_set(path, on_error=bad_lines.append)
        except LoadError as error:
            raise next(iter(bad_lines), error) from error
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return QuestionSet(path, sha256, tuple(questions), passages, tuple(bad_lines))


def settings_for_eval(settings: Settings, *, squad: bool) -> Settings:
    """The settings with enough hits for the recall curves; passages of a SQuAD file are taken however short they are.

    The number of hits does not change the answer, which reads the first `answer.passages` of them.
    """
    changes: dict[str, Any] = {
        "retrieve": settings.retrieve.model_copy(
            update={
                "hits": max(settings.retrieve.hits, RETRIEVAL_DEPTH),
                "depth": max(settings.retrieve.depth, RETRIEVAL_DEPTH),
            }
        )
    }
    if squad:
        changes["load"] = settings.load.model_copy(update={"min_article_chars": 1})
    return settings.model_copy(update=changes)


def prepare(
    set_path: Path,
    library_dir: Path,
    out: Path,
    settings: Settings,
    *,
    progress: ProgressFunction | None = None,
    embedder: Embedder | None = None,
) -> Prepared:
    """Read a set, make the run's folder, and index the passages of a SQuAD file there. Raises as `evaluate_set`."""
    question_set = read_set(set_path)
    prepare_out(out)
    notes: list[str] = []
    if question_set.passages is not None:
        deep = settings_for_eval(settings, squad=True)
        library_dir, notes = _index_passages(question_set.passages, out, deep, progress, embedder)
    notes += [f"left out: {error}" for error in question_set.bad_lines]
    return Prepared(question_set, library_dir, tuple(notes))


def _as_loaded(question: EvalQuestion) -> EvalQuestion:
    """The question with its quotes as loading leaves a text: without invisible characters, with plain spaces."""
    return replace(question, evidence=tuple(replace(item, quote=normalise(item.quote)) for item in question.evidence))


def _index_passages(
    passages: Sequence[Passage],
    out: Path,
    settings: Settings,
    progress: ProgressFunction | None,
    embedder: Embedder | None,
) -> tuple[Path, list[str]]:
    """Make a library of the passages in the run's folder: where it is, and what there is to say about it."""
    library_dir = out / LIBRARY_NAME

    def show(state: IndexState) -> None:
        if progress is not None:
            progress("indexing passages", state.articles, len(passages))

    corpus = write_passages(passages, out)
    report = build([corpus], library_dir, settings, prune=True, progress=show, embedder=embedder)
    notes = [f"the passages of the set were indexed in {library_dir} and asked there"]
    if report.failures:
        first = f", first: {report.failed[0]}" if report.failed else ""
        notes.append(f"{report.failures} of {len(passages)} passages could not be indexed{first}")
    return library_dir, notes
