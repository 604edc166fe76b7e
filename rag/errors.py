"""Every error that Hỏi Báo raises on purpose.

    RagError                 safe to show to the user: what, where, remedy
    ├── SettingsError        a setting, flag or configuration file is wrong
    ├── LoadError            one file or record cannot become an article
    ├── ModelError           weights are missing, altered, or cannot run here
    ├── GeneratorError       a language model cannot be reached, fails or breaks off
    ├── QuotationError       a quotation does not stand in its article: a bug or a damaged library
    └── LibraryError         something about the library folder
        ├── LibraryMissing   there is no library at this place
        ├── LibraryLocked    another process is writing to it
        ├── LibraryTooNew    it was written by a newer version
        ├── LibraryMismatch  it was built with another model or normaliser
        ├── LibraryDamaged   its database is torn or altered
        └── DiskFull         no room left; nothing was changed

An empty question, or a question to which the articles hold no answer, is an `Answer` with the
status `not_found`, never an exception.
"""

from __future__ import annotations

from typing import Literal

GeneratorProblem = Literal[
    "",
    "unreachable",
    "no_reply",
    "silent",
    "broke_off",
    "thoughts",
    "unreadable",
    "key",
    "not_there",
    "no_model",
    "moved",
    "busy",
    "server",
    "template",
    "context",
    "load",
    "package",
    "download",
    "local",
]
"""What is wrong with a language model, as far as it is known; `rag.generation.problems` tells it to whoever asked."""


class RagError(Exception):
    """An error whose message may be shown as it is.

    `what` says what is wrong, `where` names the file, record or setting, `remedy` says what to do.
    """

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        self.what = what
        self.where = where
        self.remedy = remedy
        super().__init__(str(self))

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head}. {self.remedy}" if self.remedy else head


class SettingsError(RagError):
    """A setting, flag or configuration file is wrong."""


class LoadError(RagError):
    """One file or record cannot become an article."""


class ModelError(RagError):
    """Model weights are missing, altered, or cannot run on this machine."""


class GeneratorError(RagError):
    """A language model cannot be reached, fails or breaks off. The extractive answer stands."""

    def __init__(self, what: str, *, where: str = "", remedy: str = "", problem: GeneratorProblem = "") -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.problem = problem


class QuotationError(RagError):
    """A quotation does not stand in its article at the place it names."""


class LibraryError(RagError):
    """Something about the library folder."""


class LibraryMissing(LibraryError):
    """There is no library at this place."""


class LibraryLocked(LibraryError):
    """Another process is writing to the library."""


class LibraryTooNew(LibraryError):
    """The library was written by a newer version of the program."""


class LibraryMismatch(LibraryError):
    """The library was built with another embedding model or normaliser."""


class LibraryDamaged(LibraryError):
    """The library's database is torn or altered."""


class DiskFull(LibraryError):
    """There is no room left on the disk; nothing was changed."""
