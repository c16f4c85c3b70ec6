# SPDX-License-Identifier: Apache-2.0
"""PostgreSQL as a child process: on a socket only, dead with its parent, durable unless throw-away.

For the demo, the tests and small nodes. Where the server's user cannot reach the data folder by its path (root's
home), the server gets the opened folder instead, and is told that its data is behind that handle.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psycopg

from hansa.config import lifeline
from hansa.config.binaries import CannotStart, ServerUser, find_binaries, runnable, server_user, version_of

SUPERUSER = "postgres"
_SOCKET_NAME = ".s.PGSQL.5432"
_SOCKET_LIMIT = 107  # sun_path, less its closing zero
_HANDLES = Path("/proc/self/fd")
_ELSEWHERE = "set HANSA_DATA_DIR to another folder."
_LARGE_LOG = 10_000_000
_THROWAWAY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0")
_ALWAYS = ("listen_addresses=", "unix_socket_permissions=0700", "max_connections=100", "jit=off", "timezone=UTC")


@dataclass(frozen=True)
class Server:
    """A server that answers in the folder `sockets`, and the folder of the programs that belong to it.

    `revive` starts it again when it has stopped by itself.
    """

    sockets: Path
    programs: Path
    revive: Callable[[], None] = field(default=lambda: None, repr=False, compare=False)

    def url(self, role: str = SUPERUSER, database: str = "postgres") -> str:
        """Return the address of a database for a role."""
        return f"postgresql://{role}@/{database}?host={self.sockets}"


def _socket_folder(data: Path) -> Path:
    """Return a short folder that only depends on the data folder."""
    base = Path("/tmp") if os.access("/tmp", os.W_OK | os.X_OK) else Path(tempfile.gettempdir())  # noqa: S108
    folder = base / f"hansa-{os.geteuid()}-{hashlib.sha256(str(data).encode()).hexdigest()[:10]}"
    if len(os.fsencode(folder / _SOCKET_NAME)) > _SOCKET_LIMIT:
        raise CannotStart(f"The path {folder} is too long for a socket: set TMPDIR to a shorter folder.")
    return folder


def _make_sockets(folder: Path, user: ServerUser) -> None:
    try:
        user.make_folder(folder)
    except PermissionError:
        raise CannotStart(f"{folder} belongs to someone else: remove it, or set HANSA_DATA_DIR.") from None
    if folder.is_symlink() or folder.stat().st_uid != user.uid:
        raise CannotStart(f"{folder} belongs to someone else: remove it, or set HANSA_DATA_DIR.")


def _lock(data: Path) -> IO[str]:
    """Hold the data folder for this process, or say who holds it."""
    try:
        data.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
        lock = open(data / "lock", "a+", encoding="ascii")  # noqa: SIM115
    except OSError as error:
        raise CannotStart(f"{data} cannot be written ({error.strerror}): {_ELSEWHERE}") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        holder = lock.read().strip() or "another"
        lock.close()
        raise CannotStart(f"{data} is in use by process {holder}: stop it, or {_ELSEWHERE}") from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def _clear_stale_pid(cluster: Path) -> None:
    """Wait for a server that is still going down, then remove its pid file: a reused number must not stop a start."""
    pid_file = cluster / "postmaster.pid"
    with contextlib.suppress(OSError, ValueError, IndexError):
        pid = int(pid_file.read_text(encoding="ascii").split()[0])
        for turn in range(100):
            if not os.path.samefile(f"/proc/{pid}/cwd", cluster):
                break
            if turn == 50:
                os.kill(pid, signal.SIGQUIT)
            time.sleep(0.1)
    pid_file.unlink(missing_ok=True)


@contextlib.contextmanager
def _way_in(cluster: Path, user: ServerUser) -> Iterator[tuple[str, dict]]:
    """Yield the path by which the server's user opens the cluster, and what its process needs for that."""
    if user.reaches(cluster):
        yield str(cluster), user.options
        return
    if not _HANDLES.exists():
        raise CannotStart(f"The server's user cannot reach {cluster.parent}: {_ELSEWHERE}")
    handle = os.open(cluster, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield str(_HANDLES / str(handle)), user.options | {"pass_fds": (handle,)}
    finally:
        os.close(handle)


def _initdb(programs: Path, cluster: Path, where: str, options: dict) -> None:
    if any(cluster.iterdir()):
        raise CannotStart(f"{cluster} holds something that is not a database: {_ELSEWHERE}")
    # One order of characters everywhere, and lower() that knows more than ASCII.
    newer = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    locale = newer if version_of(programs) >= 17 else ["--lc-collate=C", "--lc-ctype=C.UTF-8"]
    command = [
        str(programs / "initdb"),
        "-D",
        where,
        "-U",
        SUPERUSER,
        "--auth=trust",
        "-E",
        "UTF8",
        "--no-sync",
        *locale,
    ]
    made = subprocess.run([*command, *locale], cwd="/", capture_output=True, text=True, **options)  # noqa: S603
    if made.returncode:
        for entry in cluster.iterdir():
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        raise CannotStart(f"PostgreSQL could not prepare {cluster}: {_last_line(made.stderr)}")
    os.sync()


def _last_line(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    telling = [line for line in lines if "error" in line.lower() or "FATAL" in line or "PANIC" in line]
    return (telling or lines or ["no reason given"])[-1]


def _launch(programs: Path, log: Path, where: str, sockets: Path, throwaway: bool, options: dict) -> subprocess.Popen:
    settings = (*_ALWAYS, f"unix_socket_directories={sockets}", *(_THROWAWAY if throwaway else ()))
    if log.exists() and log.stat().st_size > _LARGE_LOG:
        log.replace(log.with_suffix(".log.1"))
    command = [str(programs / "postgres"), "-D", where, *(part for setting in settings for part in ("-c", setting))]
    with open(log, "ab") as output:
        return lifeline.start(
            command,
            # Immediate shutdown: the log replays at the next start, and nothing waits for an orphan.
            ending=signal.SIGQUIT,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C is for us; we stop it last
            **options,
        )


def _wait_until_ready(child: subprocess.Popen, server: Server, log: Path) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if child.poll() is not None:
            said = log.read_text(encoding="utf-8", errors="replace")[-4000:]
            raise CannotStart(f"PostgreSQL stopped at once: {_last_line(said)} (see {log})")
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(server.url(), connect_timeout=5).close()
            return
        time.sleep(0.02)
    raise CannotStart(f"PostgreSQL did not answer within two minutes: see {log}")


def _stop(child: subprocess.Popen) -> None:
    for ending, patience in ((signal.SIGINT, 30), (signal.SIGQUIT, 10), (signal.SIGKILL, 10)):
        if child.poll() is None:
            child.send_signal(ending)
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(patience)


@contextlib.contextmanager
def running_server(data: Path, *, throwaway: bool = False) -> Iterator[Server]:
    """Run a server over the data folder until the block ends. Raises CannotStart with one line.

    Call it from the main thread. A throw-away server forgets everything at a power cut; its folder is the caller's.
    """
    data = data.resolve()
    user, cluster, sockets = server_user(), data / "postgres", _socket_folder(data)
    with _lock(data):
        user.make_folder(cluster)
        programs = runnable(find_binaries(cluster), user, data)
        with _way_in(cluster, user) as (where, options):
            if not (cluster / "PG_VERSION").exists():
                _initdb(programs, cluster, where, options)
            log = data / "postgres.log"
            launched: list[subprocess.Popen] = []

            def revive() -> None:
                if not launched or launched[-1].poll() is not None:
                    _clear_stale_pid(cluster)
                    launched.append(_launch(programs, log, where, sockets, throwaway, options))
                    _wait_until_ready(launched[-1], server, log)

            server = Server(sockets, programs, revive)
            _make_sockets(sockets, user)
            try:
                revive()
                yield server
            finally:
                for child in launched:
                    _stop(child)
                shutil.rmtree(sockets, ignore_errors=True)


def find_running(data: Path) -> Server | None:
    """Return the server that another process runs over the data folder, if one does."""
    data = data.resolve()
    try:
        with open(data / "lock", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return None
    except FileNotFoundError:
        return None
    except BlockingIOError:
        return Server(_socket_folder(data), find_binaries(data / "postgres"))
