"""How faithful a model's wording of an answer is: its sentences against what they cite, and against the set's evidence.

Citation recall and precision are those of ALCE (Gao et al. 2023, "Enabling Large Language Models to Generate Text with
Citations", section 3.2), with the project's checker in the place of their entailment model: recall of a sentence is 1
if its citations together support it; a citation of such a sentence is precise unless it alone does not support the
sentence and the others do so without it. As in ALCE they are taken of what the model wrote, with its own markers, one
that names nothing counting as a citation that supports nothing; and each is also told as the mean over answers. Of
what is shown after the checks they say little, for the same checker has taken away what it refuses. It is measured by
`python -m eval.checker`; where it errs, so do these figures.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from eval.metrics import contains_answer, parts_found, percentile, score_answer, token_f1
from eval.sets_io import EvalQuestion
from rag.datatypes import Answer
from rag.generation.marking import marked_sentences
from rag.generation.records import Checked, Draft, Fluent, FluentAnswers

COUNTS: Final = (
    *("written", "written_cited", "written_supported", "markers", "written_precise", "wrong_numbers", "wrong_names"),
    *("shown", "supported", "cited", "precise", "gold", "supported_by_gold"),
)
"""Of sentences and citations: as the model wrote them, then those of its own that are shown."""
BECAME: Final = ("dropped", "replaced", "repaired", "struck", "unknown_markers")
"""What became of its sentences and markers."""
ANSWER: Final = ("f1", "f1_text", "contained", "contained_extractive")
"""Of the answer: F1 of the short one and of its text, whether it and the quotations' hold an accepted form."""


class Judge(Protocol):
    """Whether a sentence is supported; `rag.generation.checking.Checker` is one."""

    def check(self, sentence: str, evidence: Sequence[str], *, question: str) -> Checked: ...


@dataclass(frozen=True, slots=True)
class Faithfulness:
    """One question put to a model.

    `counts` are numbers of sentences and citations, summed over questions before they are divided; `scores` those of
    the answer, None where one does not apply. `problem` tells why the extractive answer stands, where it does.
    """

    id: str
    asked: bool
    generated: bool
    problem: str | None
    draft: str
    counts: dict[str, int]
    scores: dict[str, float | None]
    first_word_ms: float | None
    last_word_ms: float | None


def worded(word: FluentAnswers, answer: Answer) -> tuple[str, Fluent]:
    """What the model wrote, and what the checks left of it."""
    draft, last = "", Fluent(answer, generated=False, model="")
    for event in word(answer):
        if isinstance(event, Draft):
            draft = event.text
        else:
            last = event
    return draft, last


def faithfulness(question: EvalQuestion, extractive: Answer, draft: str, fluent: Fluent, judge: Judge) -> Faithfulness:
    """The figures of one question. `question.evidence` is the gold evidence, as quotations."""
    counts = dict.fromkeys(COUNTS, 0)
    counts |= {name: getattr(fluent, name) for name in BECAME}
    _count_written(counts, question, draft, fluent, judge)
    if fluent.generated:
        _count_shown(counts, question, fluent, judge)
    answer = fluent.answer
    answered = answer.status == "answered"
    text = answer.text if answered else ""
    found = score_answer(answer.short_answer if answered else None, text, question.answers)
    scores: dict[str, float | None] = {
        "f1": found.f1,
        "f1_text": _f1_of_text(text, question) if question.answerable else None,
        "contained": found.contained,
        "contained_extractive": _contained(extractive, question),
    }
    return Faithfulness(
        id=question.id,
        asked=bool(draft) or fluent.first_word_ms is not None,
        generated=fluent.generated,
        problem=fluent.problem,
        draft=draft,
        counts=counts,
        scores=scores,
        first_word_ms=fluent.first_word_ms,
        last_word_ms=fluent.last_word_ms,
    )


def citation_counts(sentence: str, quotes: Sequence[str], judge: Judge, *, question: str) -> tuple[bool, int]:
    """Whether the quotations together support a sentence, and how many of them are precise: ALCE's two measures."""

    def holds(texts: Sequence[str]) -> bool:
        return bool(texts) and judge.check(sentence, texts, question=question).verdict == "supported"

    if not holds(quotes):
        return False, 0
    if len(quotes) == 1:
        return True, 1
    needed = (
        holds([quote]) or not holds([other for place, other in enumerate(quotes) if place != at])
        for at, quote in enumerate(quotes)
    )
    return True, sum(needed)


def summary_of(found: Sequence[Faithfulness], model: str) -> dict[str, Any]:
    """The part `generated` of `summary.json`. Shares of sentences are over all sentences, not means of questions."""
    counts: dict[str, int] = {}
    for one in found:
        for name, count in one.counts.items():
            counts[name] = counts.get(name, 0) + count
    shares = {
        "written_supported": _share(counts, "written_supported", "written"),
        "written_precise": _share(counts, "written_precise", "markers"),
        "written_supported_mean": _mean_share(found, "written_supported", "written"),
        "written_precise_mean": _mean_share(found, "written_precise", "markers"),
        "wrong_numbers": _share(counts, "wrong_numbers", "written"),
        "wrong_names": _share(counts, "wrong_names", "written"),
        "supported_by_gold": _share(counts, "supported_by_gold", "gold"),
        "citation_recall": _share(counts, "supported", "shown"),
        "citation_precision": _share(counts, "precise", "cited"),
    }
    scores = {name: _mean(one.scores[name] for one in found) for name in ANSWER}
    problems: dict[str, int] = {}
    for one in found:
        if one.problem:
            problems[one.problem] = problems.get(one.problem, 0) + 1
    return (
        {
            "model": model,
            "questions": len(found),
            "asked": sum(one.asked for one in found),
            "generated": sum(one.generated for one in found),
            "counts": counts,
            "problems": dict(sorted(problems.items(), key=lambda each: (-each[1], each[0]))),
            "timings_ms": {
                "first_word": _times([one.first_word_ms for one in found]),
                "last_word": _times([one.last_word_ms for one in found]),
            },
        }
        | shares
        | scores
    )


def _count_written(counts: dict[str, int], question: EvalQuestion, draft: str, fluent: Fluent, judge: Judge) -> None:
    """Every sentence of the draft against what it cites; one that cites nothing, for numbers and names, against all.

    Nothing is left out: not what the checks never came to see, nor what stands where nothing survived.
    """
    texts = dict(fluent.shown)
    asked = fluent.answer.understood_as or question.question
    for marked in marked_sentences(draft, list(texts)):
        cited = [texts[number] for number in marked.cited]
        holds, precise = citation_counts(marked.text, cited, judge, question=asked)
        checked = judge.check(marked.text, cited or list(texts.values()), question=asked)
        counts["written"] += 1
        counts["written_cited"] += bool(cited)
        counts["written_supported"] += holds
        counts["markers"] += len(cited) + marked.unknown
        counts["written_precise"] += precise
        counts["wrong_numbers"] += any(reason.startswith("number") for reason in checked.reasons)
        counts["wrong_names"] += any(reason.startswith("name") for reason in checked.reasons)


def _count_shown(counts: dict[str, int], question: EvalQuestion, fluent: Fluent, judge: Judge) -> None:
    """The model's statements shown as fact, with their citations; those with gold evidence also against that.

    Quotations that stand in the place of its sentences are not its own.
    """
    answer = fluent.answer
    own = {marked.text for marked, _ in fluent.sentences}
    quotes = {citation.number: citation.quote for citation in answer.citations}
    gold = [item.quote for item in question.evidence if item.quote]
    asked = answer.understood_as or question.question
    for claim in answer.claims:
        if claim.status != "supported" or claim.text not in own:
            continue
        cited = [quotes[number] for number in claim.citations if number in quotes]
        holds, precise = citation_counts(claim.text, cited, judge, question=asked)
        counts["shown"] += 1
        counts["supported"] += holds
        counts["cited"] += len(claim.citations)
        counts["precise"] += precise
        if gold:
            counts["gold"] += 1
            counts["supported_by_gold"] += judge.check(claim.text, gold, question=asked).verdict == "supported"


def _f1_of_text(text: str, question: EvalQuestion) -> float:
    """Token F1 of the whole text; of several parts the share that it holds."""
    if len(question.answers) == 1:
        return token_f1(text, question.answers[0])
    return parts_found(text, question.answers)


def _contained(answer: Answer, question: EvalQuestion) -> float:
    text = answer.text if answer.status == "answered" else ""
    if not question.answers:
        return float(not text)
    if len(question.answers) == 1:
        return contains_answer(text, question.answers[0])
    return parts_found(text, question.answers)


def _share(counts: Mapping[str, int], part: str, whole: str) -> float | None:
    return round(counts[part] / counts[whole], 6) if counts.get(whole) else None


def _mean_share(found: Iterable[Faithfulness], part: str, whole: str) -> float | None:
    """The mean over answers, as ALCE tells it."""
    return _mean(one.counts[part] / one.counts[whole] if one.counts[whole] else None for one in found)


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(math.fsum(known) / len(known), 6) if known else None


def _times(values: Iterable[float | None]) -> dict[str, float] | None:
    known = [value for value in values if value is not None]
    if not known:
        return None
    return {name: round(percentile(known, share), 1) for name, share in (("p50", 50.0), ("p95", 95.0))}
