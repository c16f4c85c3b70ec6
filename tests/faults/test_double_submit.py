# SPDX-License-Identifier: Apache-2.0
"""The same form, sent by two tabs at the same moment over HTTP: one act, and both see the first's page."""

import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from hansa.aid.models import RequestLine
from hansa.aid.tests.conftest import browse, league
from hansa.config.roles import connected_as_owner
from hansa.core.ids import new_id
from hansa.core.rls import member_scope, node_scope
from hansa.ledger import sequencer
from hansa.ledger.audience import PUBLIC, Asked
from hansa.ledger.exporting import export
from hansa.ledger.models import LoggedAct
from hansa.ledger.rebuild import rebuild
from hansa.ledger.verification import verify_export

__all__ = ["browse", "league"]
pytestmark = pytest.mark.django_db(transaction=True)
MEMBER = "chicago-il"
_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def form_of(league, id) -> dict:
    return {
        "act": str(id), "activation": str(league.activation.id), "what": "cots", "kind": "cot", "quantity": "400",
        "needed_by_day": "tomorrow", "needed_by_time": "3 pm", "place": "McCormick Place", "priority": "2", "note": "",
    }  # fmt: skip


def send(client: Client, form: dict):
    try:
        return client.post(reverse("aid:request-new"), form)
    finally:
        connection.close()


def wait_for_both(web_url: str) -> None:
    deadline = time.monotonic() + 60
    with psycopg.connect(web_url, autocommit=True) as server:
        while server.execute(_WAITING).fetchone() != (2,):
            assert time.monotonic() < deadline, "the two requests do not wait for the log"
            time.sleep(0.01)


def differences(owner_url: str):
    with connected_as_owner(owner_url):
        return rebuild().differences


def test_two_tabs_that_send_the_same_form_at_once_make_one_request_and_see_it(
    league, browse, rounds, web_url, owner_url, tmp_path
):
    # The league of aid's tests writes some rows of the pact directly: only what changes counts here.
    before = differences(owner_url)
    clients = [browse(MEMBER), browse(MEMBER)]
    for number in rounds:
        form = form_of(league, new_id())
        with ThreadPoolExecutor(2) as tabs:
            with member_scope(MEMBER):
                sequencer.lock(MEMBER, "logistics", Asked(PUBLIC))
                sent = [tabs.submit(send, client, form) for client in clients]
                wait_for_both(web_url)
            first, second = (tab.result(60) for tab in sent)
        assert (first.status_code, first["Location"]) == (302, second["Location"])
        with member_scope(MEMBER):
            assert RequestLine.objects.count() == number + 1
            assert LoggedAct.objects.filter(id=form["act"]).count() == 1
    with node_scope():
        export(tmp_path, bodies=True)
    assert verify_export(tmp_path).ok
    assert differences(owner_url) == before
