"""Damage to files as disks and crashes do it, by a seeded generator."""

from __future__ import annotations

import random
from pathlib import Path

PAGE_BYTES = 4096


def corrupt(path: Path, generator: random.Random) -> str:
    """Change a file in place so that its content differs; what was done, for the failure message."""
    before = path.read_bytes()
    while True:
        data = bytearray(before)
        kind = generator.choice(("flip", "zero", "truncate", "append", "remove", "swap"))
        at = generator.randrange(len(data)) if data else 0
        if kind == "flip" and data:
            data[at] ^= 1 << generator.randrange(8)
        elif kind == "zero":
            start = at - at % PAGE_BYTES
            data[start : start + PAGE_BYTES] = bytes(len(data[start : start + PAGE_BYTES]))
        elif kind == "truncate":
            del data[at:]
        elif kind == "append":
            data += generator.randbytes(8)
        elif kind == "remove":
            path.unlink()
            return f"{path.name}: removed"
        elif kind == "swap":
            data = bytearray(generator.randbytes(len(data)))
        if data != before:
            # A new file: an older one may be linked from elsewhere.
            path.unlink()
            path.write_bytes(data)
            return f"{path.name}: {kind} at {at} of {len(before)}"
