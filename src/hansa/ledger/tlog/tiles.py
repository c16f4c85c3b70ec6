# SPDX-License-Identifier: Apache-2.0
"""C2SP tlog-tiles: a log as immutable files of 256 hashes, and bundles of 256 entries.

Tile `(level, n)` holds the nodes `(8 * level, 256 * n)` onwards, up to 256; a partial tile says its width in
its path. Decoding is strict: one tree has one set of files, and each has one content.
"""

import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from .merkle import HASH_SIZE, node_hash
from .strict import from_decimal

WIDTH = 256
HEIGHT = 8
MAX_LEVEL = 5
MAX_ENTRY = 65_535


class TileError(ValueError):
    """A tile, a bundle or a path is not what C2SP tlog-tiles allows; the message says why."""


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """One file of a log: a hash tile of a level, or with level None a bundle of entries; `width` 1 to 256."""

    level: int | None
    index: int
    width: int = WIDTH

    def __post_init__(self):
        if self.index < 0 or not 1 <= self.width <= WIDTH or not 0 <= (self.level or 0) <= MAX_LEVEL:
            raise TileError(f"there is no tile of level {self.level}, index {self.index}, width {self.width}")

    @property
    def path(self) -> str:
        """The path of the file below the log's prefix, as `tile/0/x001/x234/067.p/8`."""
        groups, rest = [f"{self.index % 1000:03d}"], self.index // 1000
        while rest:
            groups.insert(0, f"x{rest % 1000:03d}")
            rest //= 1000
        kind = "entries" if self.level is None else str(self.level)
        suffix = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{kind}/{'/'.join(groups)}{suffix}"


def parse_path(path: str) -> Tile:
    """Return the tile that `path` names; `TileError` unless it is spelled exactly as `Tile.path`."""
    try:
        tile = _parse_path(path)
    except ValueError:
        raise TileError(f"not the path of a tile: {path[:200]!r}") from None
    if tile.path != path:
        raise TileError(f"not the path of a tile: {path[:200]!r}")
    return tile


def tiles_of(size: int) -> Iterator[Tile]:
    """Yield every file of a tree of `size` leaves: the full ones, the one partial one of each level, the bundles."""
    for level in (None, *range(MAX_LEVEL + 1)):
        count = size >> (HEIGHT * (level or 0))
        for index in range(count // WIDTH):
            yield Tile(level, index)
        if count % WIDTH:
            yield Tile(level, count // WIDTH, count % WIDTH)


def tile_of(size: int, level: int | None, index: int) -> Tile:
    """Return tile `index` of a level (None: of the entries) at the width that it has in a tree of `size` leaves."""
    count = (size >> (HEIGHT * (level or 0))) - index * WIDTH
    if count < 1:
        raise TileError(f"a tree of {size} leaves has no tile {index} on level {level}")
    return Tile(level, index, min(count, WIDTH))


def encode_hashes(hashes: Sequence[bytes]) -> bytes:
    """Return the bytes of a hash tile."""
    if not 1 <= len(hashes) <= WIDTH or any(len(value) != HASH_SIZE for value in hashes):
        raise TileError(f"a tile holds 1 to {WIDTH} hashes of {HASH_SIZE} bytes")
    return b"".join(hashes)


def decode_hashes(data: bytes, width: int) -> list[bytes]:
    """Return the `width` hashes of a tile; `TileError` when `data` is shorter or longer."""
    if len(data) != width * HASH_SIZE:
        raise TileError(f"a tile of width {width} has {width * HASH_SIZE} bytes, not {len(data)}")
    return [data[at : at + HASH_SIZE] for at in range(0, len(data), HASH_SIZE)]


def encode_entries(entries: Sequence[bytes]) -> bytes:
    """Return the bytes of an entry bundle: each entry behind its length in two bytes, big-endian."""
    if not 1 <= len(entries) <= WIDTH:
        raise TileError(f"a bundle holds 1 to {WIDTH} entries")
    for entry in entries:
        if len(entry) > MAX_ENTRY:
            raise TileError(f"an entry has at most {MAX_ENTRY} bytes, not {len(entry)}")
    return b"".join(struct.pack(">H", len(entry)) + entry for entry in entries)


def decode_entries(data: bytes, width: int) -> list[bytes]:
    """Return the `width` entries of a bundle; `TileError` when one is cut short or bytes are left over."""
    entries, at = [], 0
    for number in range(width):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if at + 2 > len(data) or end > len(data):
            raise TileError(f"entry {number} of the bundle is cut short")
        entries.append(data[at + 2 : end])
        at = end
    if at != len(data):
        raise TileError(f"the bundle has {len(data) - at} bytes too many")
    return entries


class TileReader:
    """Reads nodes of a tree of `size` leaves from its tiles; an instance is the `hash_at` that proofs ask for.

    `read(tile)` returns the bytes of a hash tile at the width that it has in that tree. Tiles are kept once read.
    """

    def __init__(self, size: int, read: Callable[[Tile], bytes]):
        self._size, self._read = size, read
        self._tiles: dict[tuple[int, int], list[bytes]] = {}

    def __call__(self, level: int, index: int) -> bytes:
        """Return the hash of the complete subtree `(level, index)`."""
        if level < 0 or index < 0 or (index + 1) << level > self._size:
            raise TileError(f"a tree of {self._size} leaves has no complete node {index} on level {level}")
        row, height = divmod(level, HEIGHT)
        number, place = divmod(index << height, WIDTH)
        nodes = self._hashes(row, number)[place : place + (1 << height)]
        while len(nodes) > 1:
            nodes = [node_hash(nodes[at], nodes[at + 1]) for at in range(0, len(nodes), 2)]
        return nodes[0]

    def _hashes(self, level: int, number: int) -> list[bytes]:
        if (level, number) not in self._tiles:
            tile = tile_of(self._size, level, number)
            self._tiles[level, number] = decode_hashes(self._read(tile), tile.width)
        return self._tiles[level, number]


def _parse_path(path: str) -> Tile:
    head, kind, *groups = path.split("/")
    width = WIDTH
    if len(groups) > 1 and groups[-2].endswith(".p"):
        width = from_decimal(groups.pop())
        groups[-1] = groups[-1].removesuffix(".p")
    index = int("".join(group.removeprefix("x") for group in groups))
    if head != "tile" or len(groups) > 6:
        raise ValueError
    return Tile(None if kind == "entries" else from_decimal(kind), index, width)
