"""How many, in words."""

from __future__ import annotations


def counted(template: str, count: int, thousands: str = "", **values: object) -> str:
    """A template with its `{count}`, in the form for one or for many where a bar tells them apart."""
    one, _, many = template.partition("|")
    form = one if count == 1 or not many else many
    return form.format(count=f"{count:,}".replace(",", thousands), **values)
