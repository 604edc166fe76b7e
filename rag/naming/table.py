"""The table of names: one entity a row, all its spellings, in a format that is read and reviewed as text.

    kind<TAB>spelling | spelling | ...

Marks after a spelling, separated by spaces:

    !   recognised only with these very capitals ("Anh", "US"): it is also an ordinary word
    -   recognised only in a pair with another name ("Mỹ - Trung")
    ~   offered with half weight: it is broader, or also means something else
    ?   recognised, but then the row's other spellings count half
    >   recognised only, never offered: no article is likely to hold it
    <   offered only, never recognised
    =   recognised only with its diacritics: without them it is also other words
    *   known to stand in several rows

Rows of kind `guard` hold phrases in which no name is to be recognised ("Mỹ phẩm"). Rows of kind `seat` join names of
other rows: a state or union, then its capital and the seats that its government is called by, where `>` marks what is
no capital ("Nhà Trắng") and `<` a capital that only means the city ("Hà Nội"). Lines that begin with # are remarks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path

from rag.errors import SettingsError
from rag.naming.words import is_vietnamese, words_of
from rag.vietnamese import nfc

KINDS = (
    "country",
    "region",
    "city",
    "province",
    "agency",
    "foreign_agency",
    "organisation",
    "outlet",
    "company",
    "person",
    "sport",
    "term",
    "unit",
    "other",
    "seat",
    "guard",
)
MARKS = "!-~?><=*"
HALF = 0.5
MOST_FILE_BYTES = 4_000_000
MOST_SYLLABLES = 16


@dataclass(frozen=True, slots=True)
class Spelling:
    """One spelling of an entity. `words` are its syllables, `surfaces` the same as written, `marks` its marks."""

    text: str
    words: tuple[str, ...]
    surfaces: tuple[str, ...]
    marks: str = ""

    @property
    def key(self) -> str:
        return " ".join(self.words)

    @property
    def weight(self) -> float:
        """With what weight it is offered."""
        return HALF if "~" in self.marks else 1.0

    @property
    def trust(self) -> float:
        """With what weight the others are offered when it was typed."""
        return HALF if "?" in self.marks else 1.0

    @property
    def by_ear(self) -> bool:
        """Whether it is spelled by ear, in syllables that hyphens join: "Mát-xcơ-va", but not "Jong-un"."""
        if "-" not in self.text or " - " in self.text or not self.surfaces[-1].islower():
            return False
        return not self.text.isascii() or all(map(is_vietnamese, self.words))

    @property
    def hyphenated(self) -> bool:
        """Whether it is spelled by ear in syllables that are ordinary words without the hyphens ("Ba-li")."""
        return self.by_ear and all(map(is_vietnamese, self.words))


@dataclass(frozen=True, slots=True)
class Row:
    """One entity. `where` says in which line of which file it stands."""

    kind: str
    spellings: tuple[Spelling, ...]
    where: str


def spelling_of(text: str, marks: str = "") -> Spelling:
    words = words_of(text)
    return Spelling(nfc(text), tuple(word.syllable for word in words), tuple(word.surface for word in words), marks)


def read_rows(lines: Iterable[str], where: str) -> Iterator[Row]:
    """The rows of a table. Raises SettingsError, with the line and the remedy, where one is not as described above."""
    for number, raw in enumerate(lines, start=1):
        line = raw.strip("\r\n\ufeff ")
        if not line or line.startswith("#"):
            continue
        place = f"{where}, line {number}"
        kind, tab, listed = line.partition("\t")
        if not tab:
            raise _wrong("there is no tab between kind and spellings", place, "Write `kind<TAB>spelling | spelling`")
        if kind.strip() not in KINDS:
            raise _wrong(f"no such kind: {kind.strip()!r}", place, f"Use one of: {', '.join(KINDS)}")
        spellings = tuple(_spelling(part, place) for part in listed.split("|"))
        seen: set[str] = set()
        for spelling in spellings:
            if spelling.text in seen:
                raise _wrong(f"{spelling.text!r} stands twice in the row", place, "Remove one of them")
            seen.add(spelling.text)
        if kind.strip() != "guard" and len(spellings) < 2:
            raise _wrong("a row needs two spellings", place, "Add another one, or use the kind `guard`")
        if kind.strip() == "seat" and (spellings[0].marks or any(set(each.marks) - set("<>") for each in spellings)):
            raise _wrong("a row of kind `seat` has a mark it cannot have", place, "Mark seats alone, with > or <")
        yield Row(kind.strip(), spellings, place)


def _spelling(part: str, place: str) -> Spelling:
    pieces = part.split()
    marks = ""
    while len(pieces) > 1 and pieces[-1] in MARKS:
        marks += pieces.pop()
    if pieces and all(character in MARKS for character in pieces[-1]):
        raise _wrong(
            f"marks without a spelling or not separated by spaces: {part.strip()!r}", place, f"The marks are {MARKS}"
        )
    spelling = spelling_of(" ".join(pieces), marks)
    if not spelling.words:
        raise _wrong(f"an empty spelling: {part.strip()!r}", place, "Remove the surplus | or write a spelling")
    if len(spelling.words) > MOST_SYLLABLES:
        raise _wrong(f"longer than {MOST_SYLLABLES} syllables: {spelling.text!r}", place, "Shorten it")
    if ">" in marks and "<" in marks:
        raise _wrong(f"{spelling.text!r} is neither recognised nor offered", place, "Remove one of the marks > and <")
    return spelling


def _wrong(what: str, where: str, remedy: str) -> SettingsError:
    return SettingsError(what, where=where, remedy=remedy)


@lru_cache(maxsize=1)
def shipped_rows() -> tuple[Row, ...]:
    """The rows of the table that comes with the program."""
    text = resources.files("rag").joinpath("data", "names.tsv").read_text(encoding="utf-8")
    return tuple(read_rows(text.splitlines(), "rag/data/names.tsv"))


def own_rows(path: Path) -> tuple[Row, ...]:
    """The rows of a user's file. Raises SettingsError, also where it cannot be read."""
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise _wrong(f"cannot read the table of names ({error.strerror})", str(path), "Check the path") from error
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise _wrong("not valid UTF-8", f"{path}, line {line}", "Save the file as UTF-8") from error
    if len(data) > MOST_FILE_BYTES:
        raise _wrong("the table of names is larger than 4 MB", str(path), "Keep only the names that are needed")
    return tuple(read_rows(text.split("\n"), str(path)))
