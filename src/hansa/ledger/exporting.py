# SPDX-License-Identifier: Apache-2.0
"""Writing logs as static files: C2SP tlog-tiles, to be served by anything that serves files, or carried on a stick."""

import os
from collections.abc import Callable
from pathlib import Path

from hansa.ledger.models import Leaf, Log, SealedBody
from hansa.ledger.tlog.merkle import root
from hansa.ledger.tlog.tiles import WIDTH, Tile, encode_entries, encode_hashes, tiles_of
from hansa.ledger.verification.files import body_path, checkpoint_path, log_path, tile_path


def export(directory: Path, *, bodies: bool = False, progress: Callable[[str], None] = lambda origin: None) -> int:
    """Write every log that this node holds under `directory`; return the number of leaves.

    A folder that holds an earlier export is brought up to date: full tiles never change and are kept, partial ones
    that have grown are replaced. With `bodies`, sealed bodies go along; without, none is written. `OSError` when the
    folder cannot be written; files appear whole or not at all.
    """
    leaves = 0
    for log in Log.objects.filter(size__gt=0).order_by("origin"):
        progress(log.origin)
        _export_log(directory, log)
        leaves += log.size
    if bodies:
        for body in SealedBody.objects.order_by("ciphertext_hash").iterator(chunk_size=200):
            _write(directory / body_path(body.ciphertext_hash), bytes(body.ciphertext))
    return leaves


def _export_log(directory: Path, log: Log) -> None:
    tiles = {(t.level, t.index): t for t in tiles_of(log.size)}
    level: list[bytes] = []
    for number in range(-(-log.size // WIDTH)):
        rows = Leaf.objects.filter(origin=log.origin, index__range=(number * WIDTH, number * WIDTH + WIDTH - 1))
        leaves = [(bytes(h), bytes(e)) for h, e in rows.order_by("index").values_list("leaf_hash", "entry")]
        # A log that grows meanwhile has more leaves than the head that is being written.
        leaves = leaves[: log.size - number * WIDTH]
        hashes = [h for h, _ in leaves]
        _write_tile(directory, log.origin, tiles[None, number], encode_entries([e for _, e in leaves]))
        _write_tile(directory, log.origin, tiles[0, number], encode_hashes(hashes))
        if len(hashes) == WIDTH:
            level.append(root(hashes))
    depth = 1
    while level:
        above = []
        for number in range(-(-len(level) // WIDTH)):
            hashes = level[number * WIDTH : number * WIDTH + WIDTH]
            _write_tile(directory, log.origin, tiles[depth, number], encode_hashes(hashes))
            if len(hashes) == WIDTH:
                above.append(root(hashes))
        level, depth = above, depth + 1
    _write(directory / checkpoint_path(log.origin), log.checkpoint.encode())
    _remove_outgrown(directory, log.origin, {tile_path(log.origin, t) for t in tiles.values()})


def _write_tile(directory: Path, origin: str, tile: Tile, data: bytes) -> None:
    path = directory / tile_path(origin, tile)
    if not path.exists():
        _write(path, data)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_bytes(data)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _remove_outgrown(directory: Path, origin: str, wanted: set[str]) -> None:
    """Remove partial tiles of an earlier, smaller head: they belong to no head that is published now."""
    folder = directory / log_path(origin) / "tile"
    for path in list(folder.rglob("*")):
        if path.is_file() and path.parent.name.endswith(".p") and path.relative_to(directory).as_posix() not in wanted:
            path.unlink()
            if not any(path.parent.iterdir()):
                path.parent.rmdir()
