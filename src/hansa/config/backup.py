# SPDX-License-Identifier: Apache-2.0
"""Backup and restore: one file with the database as of one moment, the node's keys under a passphrase, a manifest."""

import hashlib
import io
import json
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pyrage

from hansa import __version__
from hansa.config import env
from hansa.config.binaries import CannotStart
from hansa.config.fingerprint import schema_fingerprint
from hansa.config.node import Node, data_folder, keep_secret, make_data_folder

FORMAT = "hansa-backup/1"
_DUMP, _KEYS, _MANIFEST = "database.dump", "keys.age", "manifest.json"
_KEY_FILES = {"SECRET_KEY": "secret-key", "HANSA_KEY": "key"}
_LARGEST = 100_000  # of the manifest and of the keys


def write(node: Node, file: Path) -> str:
    """Write `file` (0600) and return what it holds; an existing file stays as it is.

    The database is dumped in one transaction, so the backup is of one moment even under load.
    """
    phrase = _passphrase()
    if file.exists():
        raise CannotStart(f"{file} is there already: name a new file.")
    with tempfile.TemporaryDirectory(dir=file.resolve().parent, prefix=".backup-") as folder:
        dump, keys, draft = (Path(folder) / name for name in (_DUMP, _KEYS, "whole"))
        _run([node.program("pg_dump"), "--format=custom", f"--file={dump}", f"--dbname={node.admin_url}"])
        secrets = json.dumps({name: env.required(name) for name in _KEY_FILES}).encode()
        keys.write_bytes(pyrage.passphrase.encrypt(secrets, phrase))
        made = {
            "format": FORMAT,
            "hansa": __version__,
            "schema": schema_fingerprint(),
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "sha256": {path.name: _sha256(path) for path in (dump, keys)},
        }
        _pack(draft, json.dumps(made, indent=1).encode(), (dump, keys))
        os.link(draft, file)  # complete or not there at all, and never over another file
    return f"{file}: {file.stat().st_size:,} bytes, as of {made['at']}. Keep the passphrase somewhere else."


def _pack(draft: Path, manifest: bytes, members: tuple[Path, ...]) -> None:
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(handle, "wb") as out, tarfile.open(fileobj=out, mode="w") as archive:
        head = tarfile.TarInfo(_MANIFEST)
        head.size = len(manifest)
        archive.addfile(head, io.BytesIO(manifest))
        for path in members:
            archive.add(path, arcname=path.name)
        archive.close()
        out.flush()
        os.fsync(handle)


def unpack_keys(file: Path) -> None:
    """Put the backup's keys into the data folder and the environment, unless the environment has them already."""
    folder = data_folder()
    make_data_folder(folder)
    with _opened(file) as (archive, _):
        try:
            secrets = json.loads(pyrage.passphrase.decrypt(_member(archive, _KEYS), _passphrase()))
        except pyrage.DecryptError:
            raise CannotStart("The passphrase does not open this backup: check HANSA_BACKUP_PASSPHRASE.") from None
    for name, file_name in _KEY_FILES.items():
        path = folder / file_name
        present = env.text(name) or (path.read_text(encoding="ascii").strip() if path.exists() else "")
        if present and present != secrets[name]:
            raise CannotStart(f"This node has another {name}: restore into an empty HANSA_DATA_DIR, or unset {name}.")
        if not present:
            keep_secret(path, secrets[name])


def read(node: Node, file: Path) -> str:
    """Fill the node's empty database from `file` and return what was done. Nothing changes when any step fails."""
    with psycopg.connect(node.admin_url) as there:
        found = there.execute("SELECT to_regclass('public.django_migrations')").fetchone()
    if found and found[0]:
        raise CannotStart("The database is not empty: restore into a new one, or set HANSA_DATA_DIR to a new folder.")
    with _opened(file) as (archive, manifest), tempfile.TemporaryDirectory(prefix="hansa-restore-") as folder:
        dump = Path(folder) / _DUMP
        _extract(archive, _DUMP, dump)
        if _sha256(dump) != manifest["sha256"][_DUMP]:
            raise CannotStart(f"{file} is damaged: the database in it is not the one that its manifest names.")
        options = ["--single-transaction", "--exit-on-error", f"--dbname={node.admin_url}"]
        _run([node.program("pg_restore"), *options, str(dump)])
    return f"Restored the state of {manifest['at']}. Check it: hansa verify"


@contextmanager
def _opened(file: Path) -> Iterator[tuple[tarfile.TarFile, dict]]:
    """Open an archive and its manifest, or say in one line why the file is no backup."""
    try:
        archive = tarfile.open(file, mode="r:")  # noqa: SIM115
        manifest = json.loads(_member(archive, _MANIFEST))
    except (tarfile.TarError, KeyError, ValueError):
        raise CannotStart(f"{file} is not a Hansa backup.") from None
    with archive:
        if manifest.get("format") != FORMAT:
            raise CannotStart(f"{file} has the format {manifest.get('format')}; this version reads {FORMAT}.")
        yield archive, manifest


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    stream = archive.extractfile(name)
    if stream is None:
        raise KeyError(name)
    return stream.read(_LARGEST)


def _extract(archive: tarfile.TarFile, name: str, target: Path) -> None:
    stream = archive.extractfile(name)
    if stream is None:
        raise CannotStart("The backup holds no database.")
    with open(target, "wb") as out:
        while block := stream.read(1_000_000):
            out.write(block)


def _sha256(path: Path) -> str:
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _passphrase() -> str:
    phrase = env.text("HANSA_BACKUP_PASSPHRASE")
    if not phrase:
        raise CannotStart("Set HANSA_BACKUP_PASSPHRASE, or HANSA_BACKUP_PASSPHRASE_FILE: it protects the node's keys.")
    return phrase


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["no reason given"]
        raise CannotStart(f"{Path(command[0]).name} failed: {lines[-1]}")
