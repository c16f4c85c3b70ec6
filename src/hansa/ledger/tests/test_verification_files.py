# SPDX-License-Identifier: Apache-2.0
"""Exports: a file too many, too few or damaged, a foreign head, a body of another leaf: each is found."""

from pathlib import Path

import pytest

from hansa.ledger.tests.fabric import LOG, NOW, LogMaker, an_honest_log, chicago, key
from hansa.ledger.tlog.note import Signer, sign_note
from hansa.ledger.verification import verify_export
from hansa.ledger.verification.files import body_path, checkpoint_path


def broken(tmp_path: Path, path: str, data: bytes | None, log: LogMaker | None = None) -> set[str]:
    folder = (log or an_honest_log()).write(tmp_path)
    if data is None:
        (folder / path).unlink()
    else:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return {failure.code for failure in verify_export(folder, now=NOW).failures}


@pytest.mark.parametrize(
    "path,data,code",
    [
        ("README", b"", "unknown-file"),
        ("manifest.json", b"{}", "unknown-file"),
        (f"{LOG}/tile/0/000.p/7", b"x" * 224, "unknown-file"),
        (f"{LOG}/tile/0/000", b"x" * 8192, "unknown-file"),
        (f"{LOG}/tile/1/000.p/1", b"x" * 32, "unknown-file"),
        (f"{LOG}/tile/.DS_Store", b"", "unknown-file"),
        (f"{LOG}/tile/checkpoint", b"", "unknown-file"),
        ("logs/hansa/lakes/empty/checkpoint", b"", "checkpoint"),
        ("bodies/readme", b"", "unknown-file"),
        (body_path("0" * 64), b"", "unknown-file"),
        (f"{LOG}/tile/0/000.p/8", None, "tile-missing"),
        (f"{LOG}/tile/entries/000.p/8", None, "tile-missing"),
        (f"{LOG}/tile/entries/000.p/8", b"\x00", "tile"),
        (f"{LOG}/tile/0/000.p/8", b"\x00" * 256, "leaf-hash"),
        (f"{LOG}/tile/0/000.p/8", b"\x00" * 255, "tile"),
    ],
)
def test_a_file_too_many_too_few_or_damaged_is_found(tmp_path, path, data, code):
    found = broken(tmp_path, path, data)
    assert code in found and found <= {code, "unknown-file", "checkpoint"}


def test_a_missing_bundle_does_not_make_its_neighbours_unknown(tmp_path):
    log = chicago()
    while len(log.entries) < 600:
        log.act()
    folder = log.write(tmp_path)
    (folder / LOG / "tile/entries/001").unlink()
    assert [f.code for f in verify_export(folder, now=NOW).failures] == ["tile-missing"]


def test_a_link_is_not_followed(tmp_path):
    folder = an_honest_log().write(tmp_path / "export")
    tile = folder / LOG / "tile/0/000.p/8"
    elsewhere = tmp_path / "elsewhere"
    tile.rename(elsewhere)
    tile.symlink_to(elsewhere)
    assert {f.code for f in verify_export(folder, now=NOW).failures} == {"unknown-file"}


def test_an_empty_folder_is_no_export(tmp_path):
    assert [f.code for f in verify_export(tmp_path, now=NOW).failures] == ["no-root"]
    with pytest.raises(FileNotFoundError):
        verify_export(tmp_path / "nothing")


def test_a_head_that_is_not_the_logs_own_is_found(tmp_path):
    log = an_honest_log()

    def rewritten(folder, note):
        return broken(folder, checkpoint_path(log.origin), note, log)

    text = log.checkpoint().decode().split("\n\n")[0] + "\n"
    signer = Signer(log.origin, log.log_key.seed)
    witness = Signer("witness", key("witness").seed)
    assert rewritten(tmp_path, log.checkpoint()) == set()
    assert rewritten(tmp_path, log.checkpoint(signer=key("stranger"))) == {"checkpoint-signature"}
    assert rewritten(tmp_path, sign_note(text, signer, witness)) == {"unknown-line"}
    assert rewritten(tmp_path, sign_note(text + "extension\n", signer)) == {"checkpoint", "unknown-file"}
    assert rewritten(tmp_path, sign_note(text.replace("\n8\n", "\n08\n"), signer)) == {"checkpoint", "unknown-file"}
    assert rewritten(tmp_path, log.checkpoint(root=bytes(32))) == {"root"}
    assert rewritten(tmp_path, log.checkpoint(size=2**62)) >= {"tile-missing", "unknown-file"}
    assert rewritten(tmp_path, log.checkpoint(origin="hansa/lakes/oakland-ca")) == {"checkpoint", "unknown-file"}
    assert rewritten(tmp_path, log.checkpoint().replace(b"\n", b"\r\n")) == {"checkpoint", "unknown-file"}


def test_a_body_is_held_against_its_leaf(tmp_path):
    log = chicago()
    log.sealed()
    (name,) = log.bodies
    assert broken_body(log, tmp_path / "a", log.bodies[name]) == set()
    assert broken_body(log, tmp_path / "b", log.bodies[name] + b"x") == {"body"}
    assert broken_body(log, tmp_path / "c", None) == set()  # purged, or not given: the log stands without


def broken_body(log: LogMaker, folder: Path, data: bytes | None) -> set[str]:
    log.write(folder)
    (path,) = (folder / "bodies").iterdir()
    path.unlink() if data is None else path.write_bytes(data)
    return {failure.code for failure in verify_export(folder, now=NOW).failures}
