# SPDX-License-Identifier: Apache-2.0
"""Tiles: one tree has one set of files, each with one name and one content."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.ledger.tests import naive
from hansa.ledger.tlog import merkle, tiles
from hansa.ledger.tlog.tiles import Tile, TileError


def files_of(entries: list[bytes]) -> dict[str, bytes]:
    """The hash tiles of a log, by path, from the naive tree."""
    at = naive.hash_at(entries)
    return {
        tile.path: tiles.encode_hashes([at(8 * tile.level, 256 * tile.index + i) for i in range(tile.width)])
        for tile in tiles.tiles_of(len(entries))
        if tile.level is not None
    }


@pytest.mark.parametrize(
    "tile,path",
    [
        (Tile(0, 1234067), "tile/0/x001/x234/067"),
        (Tile(0, 1234067, 8), "tile/0/x001/x234/067.p/8"),
        (Tile(None, 0, 255), "tile/entries/000.p/255"),
        (Tile(5, 1000), "tile/5/x001/000"),
    ],
)
def test_paths_are_those_of_the_specification(tile, path):
    assert tile.path == path
    assert tiles.parse_path(path) == tile


@given(st.one_of(st.none(), st.integers(0, 5)), st.integers(0, 2**40), st.integers(1, 256))
def test_every_path_names_its_tile(level, index, width):
    assert tiles.parse_path(Tile(level, index, width).path) == Tile(level, index, width)


@pytest.mark.parametrize(
    "path",
    """tile/0/0 tile/0/1000 tile/0/x000/001 tile/0/001.p/0 tile/0/001.p/256 tile/0/001.p/08 tile/00/001 tile/6/001
    tile/-1/001 tile/0/x001 tile/0/001/002 tile/0/001.p tile/entries tile/0 tile tree/0/001 /tile/0/001 tile/0/001/
    tile/0/+01 tile/0/٠٠١ tile/0/x001/x234/067.p/8/ tile/0/../001""".split(),
)
def test_a_path_spelled_otherwise_is_refused(path):
    with pytest.raises(TileError):
        tiles.parse_path(path)


def test_a_tree_of_seventy_thousand_has_the_tiles_of_the_specification():
    found = list(tiles.tiles_of(70_000))
    by_level = {level: [t.width for t in found if t.level == level] for level in (None, 0, 1, 2, 3)}
    assert by_level[0] == by_level[None] == [256] * 273 + [112]
    assert by_level[1] == [256, 17]
    assert by_level[2] == [1]
    assert by_level[3] == []


def test_an_empty_tree_has_no_tiles():
    assert list(tiles.tiles_of(0)) == []


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=256))
def test_bundles_give_back_their_entries(entries):
    assert tiles.decode_entries(tiles.encode_entries(entries), len(entries)) == entries


@given(st.lists(st.binary(max_size=20), min_size=1, max_size=20), st.data())
def test_a_bundle_that_is_cut_or_longer_is_refused(entries, data):
    encoded = tiles.encode_entries(entries)
    cut = data.draw(st.integers(0, len(encoded) - 1))
    for bad, width in [(encoded[:cut], len(entries)), (encoded + b"\0", len(entries)), (encoded, len(entries) + 1)]:
        with pytest.raises(TileError):
            tiles.decode_entries(bad, width)


def test_an_entry_over_65535_bytes_is_refused():
    assert tiles.decode_entries(tiles.encode_entries([b"x" * 65_535]), 1) == [b"x" * 65_535]
    with pytest.raises(TileError, match="65535"):
        tiles.encode_entries([b"x" * 65_536])


@given(st.integers(1, 256), st.integers(-40, 40).filter(bool))
def test_a_hash_tile_of_another_length_is_refused(width, off):
    data = b"h" * max(0, width * 32 + off)
    with pytest.raises(TileError):
        tiles.decode_hashes(data, width)


@pytest.mark.parametrize("size", [1, 255, 256, 257, 600, 1025])
def test_proofs_read_from_tiles_are_the_naive_ones(size):
    entries = [b"%d" % number for number in range(size)]
    files = files_of(entries)
    reader = tiles.TileReader(size, lambda tile: files[tile.path])
    assert merkle.frontier_at(size, reader).root() == naive.mth(entries)
    for index in {0, size // 3, size - 1}:
        assert merkle.inclusion_proof(index, size, reader) == naive.path(index, entries)
        assert merkle.consistency_proof(index + 1, size, reader) == naive.subproof(index + 1, entries)


@pytest.mark.parametrize("level,index", [(0, 300), (9, 0), (8, 1), (0, -1), (-1, 0)])
def test_a_node_that_is_not_complete_is_not_read(level, index):
    files = files_of([b""] * 300)
    with pytest.raises(TileError):
        tiles.TileReader(300, lambda tile: files[tile.path])(level, index)
