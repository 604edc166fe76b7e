"""What of an answer stands first, and what is behind it: the same on the page, in a copy and in an exported file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from rag.datatypes import Answer, Citation, Claim

_NO_ADDRESS = re.compile(r"[^A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]")


def short_of(answer: Answer) -> str:
    """What stands first: the short answer, where there is none the first claim."""
    lead = lead_claim(answer)
    return answer.short_answer or (lead.text if lead else answer.text)


def lead_claim(answer: Answer) -> Claim | None:
    """The claim that the short answer holds whole, so that it is not said twice."""
    short = answer.short_answer
    if short is None:
        return answer.claims[0] if answer.claims else None
    return next((claim for claim in answer.claims if short.endswith(claim.text)), None)


def other_claims(answer: Answer) -> tuple[Claim, ...]:
    """The claims that follow the short answer."""
    lead = lead_claim(answer)
    return tuple(claim for claim in answer.claims if claim is not lead)


def supporting(answer: Answer) -> tuple[int, ...]:
    """The numbers of the citations behind the short answer: of the claims that hold a part of it, else of the first."""
    lead = lead_claim(answer)
    if lead is not None:
        return lead.citations
    parts = [part.strip().lower() for part in (answer.short_answer or "").split(";")]
    holding = [claim for claim in answer.claims if any(part and part in claim.text.lower() for part in parts)]
    return tuple(dict.fromkeys(number for claim in holding or answer.claims[:1] for number in claim.citations))


def agreeing(answer: Answer) -> int:
    """How many articles state the short answer; 0 where it is not one answer, the sources differ, or one alone does."""
    if answer.conflicts or ";" in (answer.short_answer or ";"):
        return 0
    numbers = supporting(answer)
    articles = {citation.article_id for citation in answer.citations if citation.number in numbers}
    return len(articles) if len(articles) > 1 else 0


def by_article(citations: Sequence[Citation]) -> list[tuple[str, list[Citation]]]:
    """Citations grouped by article, in the order in which the articles are first cited."""
    groups: dict[str, list[Citation]] = {}
    for citation in citations:
        groups.setdefault(citation.article_id, []).append(citation)
    return list(groups.items())


def host_of(url: str | None) -> str | None:
    """The host of an address that may be a link; None for anything but http and https."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return parts.hostname if parts.scheme in {"http", "https"} else None


def address_of(url: str | None) -> str | None:
    """An address that may be a link, with whatever is not of an address encoded (RFC 3986); None like `host_of`."""
    if not url or not host_of(url):
        return None
    return _NO_ADDRESS.sub(
        lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "replace")), url.strip()
    )
