# SPDX-License-Identifier: Apache-2.0
"""Papers as tagged PDF (PDF/UA-1) by typst, in our own layout; every one says how to check it against the ledger."""

import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import segno
import typst

_TEMPLATE = (Path(__file__).parent / "paper.typ").read_bytes()


@dataclass(frozen=True, slots=True)
class Facts:
    """A section of label and value."""

    title: str
    rows: Sequence[tuple[str, str]]
    kind: str = "facts"


@dataclass(frozen=True, slots=True)
class Table:
    """A section with a table: relative `widths`, and the columns (from 0) that hold numbers.

    `roomy` rows leave space to write by hand.
    """

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[int]
    right: Sequence[int] = ()
    roomy: bool = False
    kind: str = "table"


@dataclass(frozen=True, slots=True)
class Text:
    """A section of paragraphs."""

    title: str
    rows: Sequence[str]
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed, over what, when; or who has yet to sign."""

    who: str
    what: str
    when: str


@dataclass(frozen=True, slots=True)
class Signatures:
    """A section of signatures."""

    title: str
    rows: Sequence[Signature]
    kind: str = "signatures"


Section = Facts | Table | Text | Signatures


@dataclass(frozen=True, slots=True)
class Check:
    """How a reader checks the paper: rows such as hash, words and code, and the address that the QR code holds."""

    title: str
    how: str
    rows: Sequence[tuple[str, str]]
    address: str
    alt: str


@dataclass(frozen=True, slots=True)
class Paper:
    """All that a paper says, in one language. `exercise` is the banner's text, empty for a real one."""

    title: str
    kicker: str
    sentence: str
    reference: str
    author: str
    language: str
    as_of: str
    exercise: str
    sections: Sequence[Section]
    check: Check


def qr_svg(address: str) -> str:
    """Return a QR code that leads to `address`, as SVG."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", border=0, xmldecl=False)
    return out.getvalue().decode()


def render(paper: Paper) -> bytes:
    """Return the paper as PDF, tagged for screen readers. Uses only the fonts that typst brings along."""
    content = asdict(paper)
    content["check"]["qr"] = qr_svg(paper.check.address)
    return typst.compile(
        _TEMPLATE,
        sys_inputs={"paper": json.dumps(content, ensure_ascii=False)},
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
    )
