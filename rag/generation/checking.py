"""Whether a sentence of a model is supported by what it cites: rules first, then how much of it is said there at all.

A rule that speaks against a sentence decides. What passes all rules is judged by `rag.generation.checks.support`. No
rule asks a model, and nothing here ever asks the one that wrote the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag import vietnamese
from rag.embed import Embedder
from rag.engine import Engine
from rag.generation.checks import (
    changes,
    complements,
    counted,
    doing,
    homes,
    moments,
    naming,
    numbers,
    offices,
    owners,
    places,
    polarity,
    quantifiers,
    quoting,
    slots,
    strangers,
)
from rag.generation.checks.covering import COVER, cover_of, uncovered
from rag.generation.checks.support import weights_of
from rag.generation.checks.tokens import MOST_CHARS, MOST_VALUES, Tokens, tokens_of
from rag.generation.records import Checked, Excerpt
from rag.reading.entailing import open_entailment
from rag.values import values_of

# A sentence is never longer; of what is, not all was looked at.
MOST_SENTENCE_CHARS = 700
_MOST_REASONS = 6
_MOST_CLAUSES, _MOST_READ = 4, 3
_MOST_LOGIT = 8.0
_LEAST_CLAUSE_SYLLABLES = 3
_KEPT_VECTORS = 512
# Excerpts that share no more with a sentence are not looked at for its repair; more are not compared in full.
_LEAST_SUPPORT, _MOST_COMPARED = 0.35, 12
_CLAUSES = re.compile(r"[,;:()–—]\s|\s(?=(?:và|nhưng|song|còn|khiến|nhờ|vì|do|để|nhằm|dù|sau khi|trong khi)\s)")

Rule = Callable[[Tokens, Sequence[Tokens]], Iterator[str]]
RULES: tuple[tuple[str, Rule], ...] = (
    ("number", numbers.wrong_values),
    ("number", counted.other_things),
    ("number", owners.other_owners),
    ("quantity", quantifiers.other_quantities),
    ("moment", moments.other_moments),
    ("moment", moments.turned_order),
    ("comparison", numbers.turned_values),
    ("change", changes.other_ends),
    ("change", changes.other_subjects),
    ("name", naming.unknown_names),
    ("office", offices.other_holders),
    ("negation", polarity.wrong_negations),
    ("negation", polarity.turned_remainders),
    ("negation", polarity.resumed),
    ("contrary", polarity.contraries),
    ("stance", polarity.unfounded),
    ("certainty", polarity.wrong_certainty),
    ("actor", doing.exchanged),
    ("actor", doing.mirrored),
    ("actor", doing.suffered),
    ("actor", doing.swapped_actors),
    ("actor", slots.other_masters),
    ("places", places.exchanged_places),
    ("places", slots.other_places),
    ("field", slots.other_fields),
    ("speaker", doing.wrong_speakers),
    ("complement", complements.new_complements),
    ("context", homes.strange_homes),
    ("context", strangers.strange_additions),
)


class Entails(Protocol):
    """Tells whether sentences follow from texts; `rag.reading.entailing.Entailment` is one."""

    def logits(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float64]: ...


def checker_of(engine: Engine) -> Checker:
    """The checks with the shipped networks, on the runtime that the engine's settings name.

    Raises ModelError where weights are missing, altered or cannot be run; SettingsError for a runtime that cannot be
    used.
    """
    return Checker(open_entailment(engine.settings.embed), engine.embedder)


class Checker:
    """Checks sentences against evidence. Safe to share between threads; vectors of excerpts are kept.

    Without `entailment` what the network would say is left open: that is for tests of the rules.
    """

    def __init__(self, entailment: Entails | None, embedder: Embedder) -> None:
        self._entailment = entailment
        self._embedder = embedder
        self._known: dict[str, NDArray[np.float32]] = {}

    def check(self, sentence: str, evidence: Sequence[str], *, question: str = "") -> Checked:
        """The verdict on a sentence without markers, against the texts of the excerpts that it cites.

        What was asked changes nothing in whether a sentence is supported: `question` is there for other checkers.
        Raises ModelError where the weights of the regression cannot be read.
        """
        sentence = vietnamese.nfc(sentence).strip()
        texts = [text for each in evidence if (text := vietnamese.nfc(each).strip()[:MOST_CHARS])]
        if not texts:
            return Checked("unsupported", 0.0, ("uncited",))
        if len(sentence) > MOST_SENTENCE_CHARS or len(values_of(sentence)) > MOST_VALUES:
            return Checked("unsupported", 0.0, ("length",))
        said = tokens_of(sentence)
        if not (said.content or said.names or said.values):
            # "Đúng vậy." says nothing that could be looked up.
            return Checked("unsupported", 0.0, ("content",))
        reasons = self.reasons(sentence, texts)
        if reasons:
            return Checked("unsupported", 0.0, reasons)
        weights = weights_of()
        score = weights.probability(self.features(sentence, texts))
        if score >= weights.threshold:
            return Checked("supported", score)
        return Checked("unsupported", score, (_content(sentence, texts),))

    def reasons(self, sentence: str, evidence: Sequence[str]) -> tuple[str, ...]:
        """What the rules have against a sentence."""
        said, there = tokens_of(sentence), [tokens_of(text) for text in evidence]
        found = [f"quotation: {quoted}" for quoted in quoting.false_quotations(sentence, evidence)]
        for name, rule in RULES:
            found += [f"{name}: {what}" for what in islice(rule(said, there), _MOST_REASONS)]
        return tuple(dict.fromkeys(found))[:_MOST_REASONS]

    def features(self, sentence: str, evidence: Sequence[str]) -> list[float]:
        """The values of `support.FEATURES`."""
        said, there = tokens_of(sentence), [tokens_of(text) for text in evidence]
        cover = cover_of(said, there)
        if len(evidence) > _MOST_READ:
            # The models are asked of those that say most of it.
            covers = [cover_of(said, [each]) for each in there]
            order = sorted(range(len(there)), key=lambda at: (-_support(covers[at].words, covers[at].pairs), at))
            evidence = [evidence[at] for at in sorted(order[:_MOST_READ])]
        shown = [*evidence, " ".join(evidence)]
        clauses = _clauses(sentence)
        vectors = self._vectors([*shown, sentence, *clauses])
        nearness = (vectors[len(shown) :] @ vectors[: len(shown)].T).max(axis=1)
        worst = float(nearness[1:].min()) if len(clauses) > 1 else float(nearness[0])
        return [
            *(float(getattr(cover, name)) for name in COVER),
            float(nearness[0]),
            worst,
            self._entailed(sentence, evidence),
        ]

    def best_support(self, sentence: str, excerpts: Sequence[Excerpt], *, question: str = "") -> Excerpt | None:
        """The excerpt that supports most of a sentence, None where none says anything of it.

        Best by how much of the sentence it has, then by nearness in meaning; of equals the first.
        """
        said = tokens_of(vietnamese.nfc(sentence)[:MOST_SENTENCE_CHARS])
        covers = [(cover_of(said, [tokens_of(each.text)]), at) for at, each in enumerate(excerpts)]
        kept = sorted((-_support(cover.words, cover.pairs), at) for cover, at in covers)[:_MOST_COMPARED]
        kept = [(cover, at) for cover, at in kept if -cover >= _LEAST_SUPPORT]
        if not kept:
            return None
        vectors = self._vectors([sentence, *(excerpts[at].text for _, at in kept)])
        near = vectors[1:] @ vectors[0]
        best = max(range(len(kept)), key=lambda place: (-kept[place][0] + float(near[place]), -kept[place][1]))
        return excerpts[kept[best][1]]

    def _entailed(self, sentence: str, evidence: Sequence[str]) -> float:
        """What the network says of the sentence against the evidence as one text, as a logit."""
        if self._entailment is None:
            return 0.0
        # Long excerpts are cut, so that none hides another.
        text = " ".join(each[: MOST_CHARS // len(evidence)] for each in evidence)
        logit = float(self._entailment.logits([(sentence, text)])[0])
        return max(-_MOST_LOGIT, min(_MOST_LOGIT, logit))

    def _vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of texts; those of excerpts come again with every sentence."""
        known = self._known
        found = {text: known[text] for text in texts if text in known}
        missing = [text for text in dict.fromkeys(texts) if text not in found]
        if missing:
            found.update(zip(missing, self._embedder.embed_passages(missing), strict=True))
            # A new dictionary: others may be reading the old one.
            kept = dict(islice(known.items(), max(0, len(known) + len(missing) - _KEPT_VECTORS), None))
            self._known = {**kept, **{text: found[text] for text in missing}}
        return np.stack([found[text] for text in texts])


def _support(words: float, pairs: float) -> float:
    return (words + pairs) / 2


def _content(sentence: str, evidence: Sequence[str]) -> str:
    """The reason "content", with the words that the evidence has least."""
    said = tokens_of(sentence)
    missing = uncovered(said, [tokens_of(text) for text in evidence])
    words = " ".join(sentence[token.start : token.end] for token in missing[:_MOST_REASONS])
    return f"content: {words}" if words else "content"


def _clauses(sentence: str) -> list[str]:
    """The clauses of a sentence that say something, at most four."""
    parts = [part.strip(" ,.;:") for part in _CLAUSES.split(sentence)]
    return [part for part in parts if len(part.split()) >= _LEAST_CLAUSE_SYLLABLES][:_MOST_CLAUSES]
