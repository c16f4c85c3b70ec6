# SPDX-License-Identifier: Apache-2.0
"""Where things lie in an export, and what lies there.

logs/<origin>/checkpoint          the signed head
logs/<origin>/tile/...            hash tiles and entry bundles, as C2SP tlog-tiles serves them
bodies/<sha-256 in hex>           sealed bodies, where the exporter holds and gives them
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from hansa.ledger.tlog.tiles import Tile, TileError, parse_path, tile_of
from hansa.ledger.verification.report import Report, Stop

_COMPONENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_RESERVED = {"checkpoint", "tile"}
MAX_FILE = 256 * 65_537 + 1


def log_path(origin: str) -> str:
    """Return the folder of a log in an export; `ValueError` for an origin that is not a plain relative path."""
    parts = origin.split("/")
    if not all(_COMPONENT.fullmatch(part) and part not in _RESERVED for part in parts):
        raise ValueError(f"the origin {origin[:200]!r} is not a path of plain names")
    return f"logs/{origin}"


def checkpoint_path(origin: str) -> str:
    """Return where the head of a log lies in an export."""
    return f"{log_path(origin)}/checkpoint"


def tile_path(origin: str, tile: Tile) -> str:
    """Return where a tile or bundle of a log lies in an export."""
    return f"{log_path(origin)}/{tile.path}"


def body_path(ciphertext_hash: str) -> str:
    """Return where a sealed body lies in an export."""
    return f"bodies/{ciphertext_hash}"


class Files:
    """The files of an export. What nobody read when all is done is unknown, and an error.

    Bodies are many and lie in one flat folder, so they are listed as they are checked and not remembered.
    """

    def __init__(self, directory: Path):
        self._directory = directory
        self._unread = set(self._walk(directory))

    @property
    def origins(self) -> list[str]:
        """The logs in the export, in order."""
        return sorted(
            path.removeprefix("logs/").removesuffix("/checkpoint")
            for path in self._unread
            if path.startswith("logs/") and path.endswith("/checkpoint")
        )

    @property
    def has_bodies(self) -> bool:
        """Whether the export holds sealed bodies."""
        return (self._directory / "bodies").is_dir() and not (self._directory / "bodies").is_symlink()

    def bodies(self) -> Iterator[str]:
        """Yield the path of every file among the bodies, where there are any."""
        yield from self._walk(self._directory / "bodies")

    def read(self, path: str) -> bytes:
        """Return the bytes of a file; `Stop` `tile-missing` when it is not there, `unknown-file` when it is a link."""
        file = self._directory / path
        self._unread.discard(path)
        if file.is_symlink():
            raise Stop("unknown-file", f"{path} is a link")
        try:
            with file.open("rb") as opened:
                data = opened.read(MAX_FILE)
        except OSError as error:
            raise Stop("tile-missing", f"{path} cannot be read: {error.strerror}") from None
        if len(data) == MAX_FILE:
            raise Stop("tile", f"{path} is too large")
        return data

    def claim(self, origin: str, size: int) -> None:
        """Account for all tiles of a log of `size` leaves, also for those that were not read after a failure."""
        prefix = log_path(origin) + "/"
        for path in [path for path in self._unread if path.startswith(prefix)]:
            with suppress(TileError):
                tile = parse_path(path.removeprefix(prefix))
                if tile == tile_of(size, tile.level, tile.index):
                    self._unread.discard(path)

    def report_unread(self, report: Report) -> None:
        """Report every file that no log accounted for."""
        for path in sorted(self._unread):
            report.fail("unknown-file", "no log accounts for this file", path)

    def _walk(self, folder: Path) -> Iterator[str]:
        for path in folder.iterdir():
            if path.is_dir() and not path.is_symlink():
                if path != self._directory / "bodies":
                    yield from self._walk(path)
            else:
                yield path.relative_to(self._directory).as_posix()
