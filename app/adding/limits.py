"""How much may be added. Told in the messages where something is too much."""

from __future__ import annotations

from dataclasses import dataclass

MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of uploading: of one file, of one go, of everything that is kept under `uploads`, and of a pasted text."""

    file_bytes: int = 100 * MB
    files: int = 500
    go_bytes: int = 500 * MB
    kept_bytes: int = 10_000 * MB
    paste_chars: int = 500_000
    # Goes of one person that wait or are still arriving.
    waiting: int = 20
