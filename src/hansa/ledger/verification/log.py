# SPDX-License-Identifier: Apache-2.0
"""One log, from its first leaf to its head. Reads a bundle at a time; keeps digests, not leaves."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from hansa.ledger.tlog.checkpoint import Checkpoint, CheckpointError, parse_checkpoint, verify_checkpoint
from hansa.ledger.tlog.merkle import Frontier, frontier_at, leaf_hash
from hansa.ledger.tlog.merkle import root as root_over
from hansa.ledger.tlog.note import NoteError, Verifier, parse_note
from hansa.ledger.tlog.tiles import WIDTH, Tile, TileError, TileReader, decode_entries, encode_hashes, tile_of
from hansa.ledger.verification.authority import Authority
from hansa.ledger.verification.leaf import SIZES, Leaf, read_leaf
from hansa.ledger.verification.references import References
from hansa.ledger.verification.report import LogSummary, Report, Stop
from hansa.ledger.verification.seen import Seen
from hansa.ledger.verification.trust import Pin


class LogSource(Protocol):
    """Where a log is read from: an export, or a database that answers alike."""

    origin: str

    def checkpoint(self) -> bytes:
        """Return the signed head."""
        ...

    def tile(self, tile: Tile) -> bytes:
        """Return a hash tile or a bundle; raise `Stop` `tile-missing` when it is not there."""
        ...


@dataclass(slots=True)
class LogCheck:
    """The verification of one log: `run` reads it all, and reports to `report` what does not hold.

    `references` and `bodies` (None where no body is at hand) are common to all logs of an export; no act may be
    dated after `latest`.
    """

    source: LogSource
    report: Report
    references: References
    bodies: Seen | None
    latest: str
    pin: Pin | None = None
    head: Checkpoint | None = None
    authority: Authority | None = None
    _at: str = ""
    _ids: Seen = field(default_factory=Seen)
    _strangers: list[tuple[Stop, int]] = field(default_factory=list)

    def run(self) -> LogSummary | None:
        """Check the whole log; return where it stands, None when not even that can be told."""
        try:
            note = self.source.checkpoint()
            head = self.head = self._parse_head(note)
            size = self._check_leaves(head)
        except Stop as stop:
            self._fail(stop)
            return None
        self._check_strangers()
        if self.authority is None:
            return None
        self._check_head(note, self.authority)
        if self.pin is not None:
            self._check_pin(head, self.authority, self.pin, complete=size == head.size)
        return self._summary(head, self.authority)

    def _parse_head(self, note: bytes) -> Checkpoint:
        try:
            head = parse_checkpoint(parse_note(note).text)
        except (NoteError, CheckpointError) as error:
            raise Stop("checkpoint", str(error)) from None
        if head.origin != self.source.origin:
            raise Stop("checkpoint", f"the head is of {head.origin}")
        if head.size == 0:
            raise Stop("no-root", "the log is empty: it does not even state its root")
        return head

    def _check_leaves(self, head: Checkpoint) -> int:
        """Check every leaf, every tile, and the root over them; return how many leaves could be read."""
        frontier, rows = Frontier(), [_Row(level) for level in range(6)]
        for entries in self._bundles(head.size):
            hashes = [leaf_hash(entry) for entry in entries]
            self._check_tile_row(rows, hashes, frontier.size, head.size)
            for index, entry in enumerate(entries, frontier.size):
                self._check_leaf(entry, index)
            frontier = frontier.extend(hashes)
        if frontier.size == head.size and frontier.root() != head.root:
            self.report.fail("root", "the leaves have another root than the head states", self.source.origin)
        return frontier.size

    def _bundles(self, size: int) -> Iterator[list[bytes]]:
        for number in range(-(-size // WIDTH)):
            tile = tile_of(size, None, number)
            try:
                yield decode_entries(self.source.tile(tile), tile.width)
            except TileError as error:
                self.report.fail("tile", f"{tile.path}: {error}", self.source.origin)
                return
            except Stop as stop:
                self._fail(stop)
                return

    def _check_tile_row(self, rows: list["_Row"], hashes: list[bytes], first: int, size: int) -> None:
        """Hold the hash tile over this bundle against its entries, and the tiles above once they are full."""
        last = first + len(hashes) == size
        self._check_tile(tile_of(size, 0, first // WIDTH), hashes, first)
        level, nodes = 0, hashes
        while level < len(rows) - 1:
            complete = len(nodes) == WIDTH
            level += 1
            row = rows[level]
            if complete:
                row.nodes.append(root_over(nodes))
            if len(row.nodes) < WIDTH and not last:
                return
            if row.nodes:
                self._check_tile(Tile(level, row.number, len(row.nodes)), row.nodes, None)
            nodes, row.nodes, row.number = row.nodes, [], row.number + 1

    def _check_tile(self, tile: Tile, hashes: list[bytes], first: int | None) -> None:
        try:
            found = self.source.tile(tile)
        except Stop as stop:
            self._fail(stop)
            return
        if found == encode_hashes(hashes):
            return
        if first is None or len(found) != len(hashes) * 32:
            self.report.fail("tile", f"{tile.path} is not over the tiles below it", self.source.origin)
            return
        for place, value in enumerate(hashes):
            if found[place * 32 : place * 32 + 32] != value:
                sentence = "the entry does not have the hash that its tile shows"
                self.report.fail("leaf-hash", sentence, self.source.origin, first + place)

    def _check_leaf(self, entry: bytes, index: int) -> None:
        self.report.acts += 1
        try:
            leaf = read_leaf(entry)
            if leaf.sealed:
                self._expect_body(leaf)
            if index == 0:
                self.authority = Authority(leaf)
            elif self.authority is None:
                raise Stop("no-root", "no root was stated in front of this act")
            self._check_place(leaf, self.authority)
            if index:
                self.authority.check_signatures(leaf)
                self.authority.check_approvals(leaf)
                self.authority.apply(leaf, index)
            self._take_note(leaf, index)
        except Stop as stop:
            if stop.key:
                self._strangers.append((stop, index))
            else:
                self._fail(stop, index)

    def _expect_body(self, leaf: Leaf) -> None:
        """Note the body that a stub names, with its size; whoever else names it may state another."""
        if self.bodies is None:
            return
        name = bytes.fromhex(leaf.fields["ciphertext"])
        self.bodies.set(name, (self.bodies.get(name) or 0) | 1 << SIZES.index(leaf.fields["size"]))

    def _check_place(self, leaf: Leaf, authority: Authority) -> None:
        """Return if the leaf may stand here: its log, its time, its marks of exercise."""
        fields = leaf.fields
        if (fields["author"], fields["league"]) != (authority.member, authority.league):
            raise Stop("other-log", f"the act is of {fields['author']} in {fields['league']}")
        if fields["at"] < self._at:
            raise Stop("time-went-back", f"the act is dated {fields['at']}, the one in front of it {self._at}")
        if fields["at"] > self.latest:
            raise Stop("time-ahead", f"the act is dated {fields['at']}, more than five minutes from now")
        if authority.exercise is not None and fields["exercise"] is None:
            raise Stop("exercise", "an act of an exercise league is not marked as exercise")
        self._at = fields["at"]

    def _take_note(self, leaf: Leaf, index: int) -> None:
        """Remember what later leaves are held against; `Stop` `act-twice` for what stood here before."""
        if not leaf.sealed and self._ids.set(bytes.fromhex(leaf.fields["id"].replace("-", "")), 0) is not None:
            raise Stop("act-twice", f"the act {leaf.fields['id']} stands in the log already")
        self.references.add(leaf, self.source.origin, index)

    def _check_strangers(self) -> None:
        """Name signatures by unknown keys: some were added later, which only the end of the log tells."""
        for stop, index in self._strangers:
            added = self.authority.offices.get(stop.key) if self.authority else None
            if added:
                sentence = f"key {stop.key} signed before leaf {added.added:,} added it"
                self.report.fail("key-not-yet-valid", sentence, self.source.origin, index)
            else:
                self._fail(stop, index)

    def _check_head(self, note: bytes, authority: Authority) -> None:
        log = Verifier(self.source.origin, authority.log_key)
        try:
            parsed = verify_checkpoint(note, log)[1]
        except CheckpointError as error:
            self.report.fail("checkpoint-signature", str(error), self.source.origin)
            return
        if len(parsed.signatures) > 1:
            others = ", ".join(line.name for line in parsed.signatures if line.name != log.name) or "another key"
            self.report.fail("unknown-line", f"the head is also signed by {others}", self.source.origin)

    def _check_pin(self, head: Checkpoint, authority: Authority, pin: Pin, *, complete: bool) -> None:
        """Hold the log against what was known of it beforehand: its first root, and a head that was saved."""
        if (authority.first_root_keys, authority.first_threshold) != (pin.root_keys, pin.threshold):
            self.report.fail("root-not-pinned", "the log began with other recovery keys than are pinned", head.origin)
        if head.size < pin.size:
            sentence = f"the log has {head.size:,} leaves; a head of {pin.size:,} was saved before"
            self.report.fail("head-older-than-saved", sentence, head.origin)
        elif complete and pin.size and not self._continues(head, pin):
            sentence = f"the first {pin.size:,} leaves are not those of the head that was saved before"
            self.report.fail("consistency", sentence, head.origin)

    def _continues(self, head: Checkpoint, pin: Pin) -> bool:
        if head.size == pin.size:
            return head.root == pin.root
        try:
            return frontier_at(pin.size, TileReader(head.size, self.source.tile)).root() == pin.root
        except (TileError, Stop):
            return False

    def _summary(self, head: Checkpoint, authority: Authority) -> LogSummary:
        for name, suspect, index in authority.disputed:
            if suspect < index:
                note = f"{head.origin}: leaves {suspect:,} to {index - 1:,} under key {name} are disputed"
                self.report.notes.append(note)
        return LogSummary(
            head.origin, authority.league, authority.member, head.size, head.root, authority.first_root_keys,
            authority.first_threshold, authority.exercise,
        )  # fmt: skip

    def _fail(self, stop: Stop, index: int | None = None) -> None:
        self.report.fail(stop.code, str(stop), self.source.origin, index)


@dataclass(slots=True)
class _Row:
    """The nodes of one level that are not yet held against a tile, and the number of that tile."""

    level: int
    nodes: list[bytes] = field(default_factory=list)
    number: int = 0
