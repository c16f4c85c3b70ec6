# SPDX-License-Identifier: Apache-2.0
"""Boards that live: a change is heard by those who watch, by them alone, and watching holds nothing of the database."""

import asyncio
from contextlib import AsyncExitStack, aclosing
from uuid import UUID

import pytest
from django.db import connection, connections
from django.urls import reverse

from hansa.activation import actions, live
from hansa.activation.tests.conftest import signed_in
from hansa.activation.tests.crisis import CHICAGO, OAKLAND, PORTLAND, by_officer, found_league, invoke
from hansa.core.rls import member_scope

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(live, "BEAT", 0.4)
    monkeypatch.setattr(live, "PAUSE", 0.05)


def acknowledge(league, opened, member: str) -> None:
    """Acknowledge from another thread, as another request would."""
    try:
        by_officer(league, member, actions.acknowledge_crisis, opened)
    finally:
        connections.close_all()


async def heard(stream, kind: bytes, within: float = 8.0) -> bytes:
    """Return the next event of this kind."""

    async def wait() -> bytes:
        async for event in stream:
            if b"event: " + kind in event:
                return event
        raise AssertionError("the stream ended")

    return await asyncio.wait_for(wait(), within)


def test_who_watches_hears_the_change_with_its_number_and_nobody_else_does():
    league = found_league()
    flood, fire = invoke(league), invoke(league, PORTLAND, trigger="fire", level="alert")
    before = live.newest()

    async def watch() -> tuple[bytes, list[bytes]]:
        async with aclosing(live.stream(flood.id, 0)) as mine, aclosing(live.stream(fire.id, 0)) as other:
            await heard(mine, b"beat"), await heard(other, b"beat")
            await asyncio.to_thread(acknowledge, league, flood, OAKLAND)
            change = await heard(mine, b"change")
            return change, [await anext(other) for _ in range(2)]

    change, others = asyncio.run(watch())
    assert int(change.split(b"\n")[0].removeprefix(b"id: ")) > before
    assert all(b"event: beat" in event for event in others)


def test_twenty_watchers_take_one_connection_and_no_transaction():
    league = found_league()
    opened = invoke(league)

    async def watch() -> tuple[int, int]:
        async with AsyncExitStack() as stack:
            for _ in range(20):
                stream = await stack.enter_async_context(aclosing(live.stream(opened.id, 0)))
                await heard(stream, b"beat")
            return await asyncio.to_thread(counted)

    before = counted()[0]
    total, in_transaction = asyncio.run(watch())
    assert total - before <= 1
    assert in_transaction == 0


def counted() -> tuple[int, int]:
    """Return how many others are connected to the database, and how many of them hold a transaction open."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*), count(*) FILTER (WHERE state LIKE 'idle in transaction%%') FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            return cursor.fetchone()
    finally:
        connections.close_all()


def test_what_was_missed_is_told_first_by_the_number_that_the_client_knows():
    league = found_league()
    opened = invoke(league)
    known = live.newest()
    with member_scope(OAKLAND):
        assert live.changed_since(opened.id, known) == 0
    by_officer(league, OAKLAND, actions.acknowledge_crisis, opened)
    client = signed_in(league.officers[PORTLAND])
    url = reverse("activation:activation-live", args=[opened.id])
    answer = client.get(url, headers={"Last-Event-ID": str(known)})
    assert answer["Content-Type"] == "text/event-stream"
    assert b"event: change" in asyncio.run(first_two(answer))
    assert b"event: change" not in asyncio.run(first_two(client.get(f"{url}?after={live.newest()}")))
    assert b"event: change" not in asyncio.run(first_two(client.get(f"{url}?after=9e9")))


async def first_two(answer) -> bytes:
    """Return the first two events of an answer."""
    parts = []
    async with aclosing(answer.streaming_content) as stream:
        async for part in stream:
            parts.append(part)
            if len(parts) == 2:
                break
    return b"".join(parts)


def test_a_stranger_hears_nothing_and_an_unknown_board_is_not_found(client):
    league = found_league()
    url = reverse("activation:activation-live", args=[UUID(int=7)])
    assert client.get(url).status_code == 302
    assert signed_in(league.officers[CHICAGO]).get(url).status_code == 404
