# SPDX-License-Identifier: Apache-2.0
"""Papers are tagged PDFs that say what they are and how to check them."""

import re
import time
import zlib

from hansa.aid import documents


def paper(**changes):
    content = {
        "title": "Agreement A-7K2M", "kicker": "Great Lakes Exercise League", "reference": "A-7K2M", "language": "en",
        "sentence": "Oakland sends Chicago 400 cots by Nov 21, 2026.", "author": "Oakland", "as_of": "As of 3 p.m.",
        "exercise": "EXERCISE · SIMULACRO",
        "sections": [
            documents.Facts("Parties", [("Donor", "Oakland"), ("Requester", "Chicago")]),
            documents.Table("Quantities", ["Item", "Quantity"], [["Cots <b> #strong[x]", "400"]], [3, 1], [1]),
            documents.Text("Conditions", ["Return what was not used. $100 & more."]),
            documents.Signatures("Signatures", [documents.Signature("Oakland", "Chief executive", "Nov 20")]),
        ],
        "check": documents.Check("Check it", "Scan it.", [("Hash", "ab" * 32)], "https://h.test/a/1", "QR code"),
    }  # fmt: skip
    return documents.Paper(**{**content, **changes})


def unpacked(pdf):
    parts = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.S)
    out = [pdf]
    for part in parts:
        try:
            out.append(zlib.decompress(part))
        except zlib.error:
            continue
    return b"\n".join(out)


def test_a_paper_is_a_tagged_pdf_in_its_language():
    content = unpacked(documents.render(paper(language="es")))
    assert content.startswith(b"%PDF-1.7")
    assert b"/StructTreeRoot" in content and b"/Marked true" in content and b"(es)" in content
    assert b"pdfuaid:part" in content and b"Agreement A-7K2M" in content


def test_a_paper_is_made_in_under_a_second():
    start = time.perf_counter()
    documents.render(paper())
    assert time.perf_counter() - start < 1


def test_an_exercise_and_a_real_paper_differ():
    assert documents.render(paper(exercise="")) != documents.render(paper())


def test_markup_in_what_people_wrote_stays_text():
    documents.render(paper(sentence="#panic[boom] $x$ *bold* <label> \\ ] }"))


def test_the_code_leads_to_the_address_it_was_given():
    assert documents.qr_svg("https://h.test/a/1") != documents.qr_svg("https://h.test/a/2")
