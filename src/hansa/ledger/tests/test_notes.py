# SPDX-License-Identifier: Apache-2.0
"""Notes and checkpoints: signed, and spelled in one way only."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.ledger.tlog.checkpoint import (
    Checkpoint,
    CheckpointError,
    parse_checkpoint,
    sign_checkpoint,
    verify_checkpoint,
)
from hansa.ledger.tlog.merkle import EMPTY_ROOT
from hansa.ledger.tlog.note import (
    COSIGNATURE,
    NoteError,
    Signer,
    Verifier,
    cosign,
    cosignature_time,
    parse_note,
    sign_note,
    verify_note,
)
from hansa.ledger.tlog.strict import Base64Error, from_base64, from_base64url, from_decimal, to_base64, to_base64url

LOG = Signer("exercise.example/chicago-il", hashlib.sha256(b"log").digest())
WITNESS = Signer("witness.example/oakland-ca", hashlib.sha256(b"witness").digest(), COSIGNATURE)
HEAD = Checkpoint(LOG.name, 70_000, hashlib.sha256(b"root").digest())
NOTE = sign_checkpoint(HEAD, LOG)


def test_key_ids_follow_the_specification():
    verifier = LOG.verifier
    digest = hashlib.sha256(LOG.name.encode() + b"\n\x01" + verifier.public).digest()
    assert verifier.key_id == digest[:4]
    assert Verifier.from_vkey(verifier.vkey) == verifier


def test_the_published_verifier_key_of_the_go_checksum_database_reads_back():
    line = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
    assert Verifier.from_vkey(line).vkey == line


def test_a_checkpoint_verifies_and_says_what_was_signed():
    head, note, signed = verify_checkpoint(NOTE, LOG.verifier)
    assert (head, signed) == (HEAD, [LOG.verifier])
    assert note.text == HEAD.text == f"{LOG.name}\n70000\n{to_base64(HEAD.root)}\n"


def test_every_flipped_bit_of_a_checkpoint_is_found():
    for bit in range(len(NOTE) * 8):
        altered = bytearray(NOTE)
        altered[bit // 8] ^= 1 << bit % 8
        with pytest.raises((CheckpointError, NoteError)):
            verify_checkpoint(bytes(altered), LOG.verifier)


def test_a_witness_adds_a_timestamped_line_and_the_log_still_verifies():
    cosigned = cosign(NOTE, WITNESS, 1_795_000_000)
    head, note, signed = verify_checkpoint(cosigned, LOG.verifier, [WITNESS.verifier])
    assert head == HEAD and signed == [LOG.verifier, WITNESS.verifier]
    assert cosignature_time(note, WITNESS.verifier) == 1_795_000_000
    message = f"cosignature/v1\ntime 1795000000\n{HEAD.text}".encode()
    assert sign_note(HEAD.text, LOG) == NOTE and message.endswith(HEAD.text.encode())


def test_a_cosignature_with_another_time_is_found():
    cosigned = cosign(NOTE, WITNESS, 1_795_000_000)
    line = parse_note(cosigned).signatures[1]
    moved = line.signature[:7] + bytes([line.signature[7] ^ 1]) + line.signature[8:]
    altered = cosigned.replace(
        to_base64(line.key_id + line.signature).encode(), to_base64(line.key_id + moved).encode()
    )
    assert altered != cosigned
    with pytest.raises(NoteError, match="does not fit"):
        verify_note(altered, [LOG.verifier, WITNESS.verifier])


def test_a_checkpoint_that_only_a_witness_signed_is_refused():
    lines = cosign(NOTE, WITNESS, 1).decode().splitlines(keepends=True)
    with pytest.raises(CheckpointError, match="did not sign"):
        verify_checkpoint("".join([*lines[:4], lines[5]]).encode(), LOG.verifier, [WITNESS.verifier])


def test_unknown_signatures_are_ignored_and_doubled_ones_refused():
    other = Signer("other.example", hashlib.sha256(b"other").digest())
    verify_checkpoint(sign_note(HEAD.text, other, LOG), LOG.verifier)
    with pytest.raises(CheckpointError, match="twice"):
        verify_checkpoint(sign_note(HEAD.text, LOG, LOG), LOG.verifier)
    with pytest.raises(CheckpointError, match="no known key"):
        verify_checkpoint(sign_note(HEAD.text, other), LOG.verifier)


def test_a_log_cannot_sign_the_head_of_another():
    text = HEAD.text.replace("chicago-il", "oakland-ca")
    with pytest.raises(CheckpointError, match="is of"):
        verify_checkpoint(sign_note(text, LOG), LOG.verifier)
    with pytest.raises(CheckpointError, match="own origin"):
        sign_checkpoint(Checkpoint("other", 1, HEAD.root), LOG)


ROOT = to_base64(HEAD.root)


@pytest.mark.parametrize(
    "text",
    [
        f"o\n1\n{ROOT}\nextension\n",
        f"o\n01\n{ROOT}\n",
        f"o\n+1\n{ROOT}\n",
        f"o\n1 \n{ROOT}\n",
        f"o\n١\n{ROOT}\n",
        f"o\n1\n{ROOT[:-2]}\n",
        f"o\n1\n{ROOT[:-2]}/=\n",
        f"o\n1\n{ROOT}",
        f"o\n1\n{ROOT}\n\n",
        f"\n1\n{ROOT}\n",
        f"o\n0\n{ROOT}\n",
        f"o\n-1\n{ROOT}\n",
        "o\n1\nAAAA\n",
        f"o\n{2**63}\n{ROOT}\n",
        "",
    ],
)
def test_a_checkpoint_spelled_otherwise_is_refused(text):
    with pytest.raises(CheckpointError):
        parse_checkpoint(text)


def test_an_empty_log_has_a_checkpoint():
    head = Checkpoint(LOG.name, 0, EMPTY_ROOT)
    assert parse_checkpoint(head.text) == head


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"text\n\nno dash AAAAAAAA\n",
        "text\n\n\u2014 name\n".encode(),
        "text\n\n\u2014 name AAAA\n".encode(),
        "text\n\n\u2014 name AAAAAAAB=\n".encode(),
        "text\n\n\u2014 na+me AAAAAAAA\n".encode(),
        "te\txt\n\n\u2014 name AAAAAAAA\n".encode(),
        "text\n\n\u2014 name AAAAAAAA".encode(),
        "text\n\n\u2014 name AAAAAAAA\r\n".encode(),
        b"\xff\n\n\xe2\x80\x94 name AAAAAAAA\n",
        b"x" * 70_000,
        ("text\n\n" + "\u2014 name AAAAAAAA\n" * 101).encode(),
    ],
)
def test_a_malformed_note_is_refused(note):
    with pytest.raises(NoteError):
        parse_note(note)


@pytest.mark.parametrize(
    "line", ["a+b", "sum.golang.org+033de0af+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8", "a+00000000+"]
)
def test_a_verifier_key_that_contradicts_itself_is_refused(line):
    with pytest.raises(NoteError):
        Verifier.from_vkey(line)


def test_a_signer_never_shows_its_seed():
    assert LOG.seed.hex() not in repr(LOG) and str(LOG.seed) not in repr(LOG)


@given(st.binary(max_size=100))
def test_base64_has_one_spelling(data):
    assert from_base64(to_base64(data)) == data
    assert from_base64url(to_base64url(data)) == data


@pytest.mark.parametrize(
    "text", ["AB==", "AAB=", "AA", "A", "AA=", "AA===", "AA==AA==", "AA==\n", " AAAA", "AA-_", "ÄAAA", None, b"AA=="]
)
def test_loose_base64_is_refused(text):
    with pytest.raises(Base64Error):
        from_base64(text)


@pytest.mark.parametrize("text", ["AB", "AAB", "AA==", "A", "AA+/", "AAAA\n", "ÄAAA", None])
def test_loose_base64url_is_refused(text):
    with pytest.raises(Base64Error):
        from_base64url(text)


@pytest.mark.parametrize("text", ["", "00", "-1", "1_0", " 1", "1\n", "²", "9" * 21, "1e3"])
def test_loose_decimals_are_refused(text):
    with pytest.raises(ValueError):
        from_decimal(text)
