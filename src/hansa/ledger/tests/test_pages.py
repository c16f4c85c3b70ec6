# SPDX-License-Identifier: Apache-2.0
"""The pages of sealed acts: who can read and who has, recalls with whoever is silent, key periods."""

import pytest
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import Http404
from django.test import RequestFactory
from django.urls import resolve, reverse

from hansa import ledger
from hansa.core.rls import member_scope
from hansa.core.verdicts import Refused
from hansa.ledger import epochs, keyring
from hansa.ledger.actions import replace_reading_key
from hansa.ledger.acts import BodyPurged, PurgeRefused
from hansa.ledger.models import Epoch, LoggedAct, Reading, Recall, SecretKey
from hansa.ledger.tests.founding import found
from hansa.ledger.tests.notes import NoteWritten

pytestmark = pytest.mark.django_db
OAKLAND, PORTLAND, CHICAGO = "oakland-ca", "portland-or", "chicago-il"


@pytest.fixture
def seats(db):
    return found(OAKLAND, PORTLAND, CHICAGO)


def page(seat, name, *args, data=None):
    """The answer of a page to a person in a seat, in the scope of that member; posted when there are data."""
    url = reverse(f"ledger:{name}", args=args)
    request = RequestFactory().get(url) if data is None else RequestFactory().post(url, data)
    request.actor, request.session, request.user = seat.actor, {}, None
    request._messages = FallbackStorage(request)
    found = resolve(url)
    with member_scope(seat.member):
        answer = found.func(request, *found.args, **found.kwargs)
    return answer.status_code, answer.content.decode()


def sealed(seats, **rest):
    with member_scope(OAKLAND):
        return ledger.submit(seats[0].actor, NoteWritten(text="EXERCISE note"), **rest)


def test_an_act_shows_who_can_read_it_and_who_has(seats):
    act = sealed(seats, audience=ledger.named([PORTLAND]))
    status, text = page(seats[1], "act-detail", act.id)
    assert status == 200 and "Who can read it, and who has" in text
    assert "said it" in text and "from the beginning" in text and "Opened by persons of your member" in text
    with member_scope(PORTLAND):
        assert Reading.objects.get().person == seats[1].actor.person
    with member_scope(OAKLAND):
        assert not Reading.objects.exists()
    with pytest.raises(Http404):
        page(seats[2], "act-detail", act.id)


def test_a_recall_goes_from_the_act_to_every_answer(seats):
    act = sealed(seats)
    assert "Who reads it now" in page(seats[0], "act-recall", act.id)[1]
    status, text = page(seats[0], "act-recall", act.id, data={"days": "0", "reason": "over"})
    assert status == 422 and "greater than or equal to 1" in text
    assert page(seats[0], "act-recall", act.id, data={"days": "7", "reason": "readers"})[0] == 302
    row = Recall.objects.get()
    status, text = page(seats[1], "recall-list")
    assert "Destroy now and confirm" in text and "It went to the wrong readers" in text
    assert page(seats[1], "recall-refuse", row.digest, data={"reason": "law", "words": ""})[0] == 422
    assert page(seats[1], "recall-refuse", row.digest, data={"reason": "law", "words": "State law, ch. 9"})[0] == 302
    assert page(seats[2], "recall-destroy", row.digest, data={})[0] == 302
    status, text = page(seats[0], "recall-list")
    assert "State law, ch. 9" in text and "Refused" in text and "Destroyed" in text
    assert {BodyPurged.type, PurgeRefused.type} <= set(LoggedAct.objects.values_list("type", flat=True))
    with pytest.raises(Http404):
        page(seats[2], "act-detail", act.id)
    with pytest.raises(Refused, match="confirmed this already"):
        page(seats[2], "recall-destroy", row.digest, data={})


def test_who_named_readers_are_is_told_to_them_and_the_author_alone(seats):
    act = sealed(seats, audience=ledger.named([PORTLAND]))
    page(seats[0], "act-recall", act.id, data={"days": "7", "reason": "over"})
    text = page(seats[0], "recall-list")[1]
    assert "Portland" in text
    text = page(seats[2], "recall-list")[1]
    assert "Leaf" in text and "Portland" not in text and "EXERCISE note" not in text


def test_one_more_member_is_let_read(seats):
    act = sealed(seats, audience=ledger.named([PORTLAND]))
    assert "chicago-il" in page(seats[0], "act-let-read", act.id)[1]
    assert page(seats[0], "act-let-read", act.id, data={"reader": PORTLAND})[0] == 422
    assert page(seats[0], "act-let-read", act.id, data={"reader": CHICAGO})[0] == 302
    assert "given by" in page(seats[2], "act-detail", act.id)[1]
    with pytest.raises(Refused, match="Only the member that sealed"):
        page(seats[1], "act-let-read", act.id)


def test_the_keys_are_listed_and_an_administrator_changes_them(seats):
    assert "in use" in page(seats[0], "key-list")[1]
    assert page(seats[0], "key-list", data={})[0] == 302
    assert epochs.current_epoch() == 2
    assert Epoch.objects.count() == 2
    assert page(seats[2], "key-list")[1].count("in use") == 1


def test_an_act_that_the_own_key_does_not_open_says_so_and_shows_none_of_its_words(seats):
    act = sealed(seats, audience=ledger.named([PORTLAND]))
    with member_scope(PORTLAND):
        SecretKey.objects.filter(purpose=keyring.READING).delete()
    status, text = page(seats[1], "act-detail", act.id)
    assert status == 403 and "Cannot be opened: key lost" in text and "EXERCISE note" not in text
    assert "The key of your member is lost" in page(seats[1], "act-list")[1]
    text = page(seats[1], "key-list")[1]
    assert "hansa administrator replace-key portland-or" in text and f"leaf {act.index}" in text
    assert "key lost" in page(seats[0], "act-detail", act.id)[1]
    assert "key lost" not in page(seats[0], "act-list")[1]
    with pytest.raises(Http404):
        page(seats[2], "act-detail", act.id)
    with member_scope(PORTLAND):
        replace_reading_key(PORTLAND, signers=seats[1].roots[:2])
    assert page(seats[1], "act-detail", act.id)[0] == 403
    assert page(seats[0], "act-let-read", act.id, data={"reader": PORTLAND})[0] == 302
    assert page(seats[1], "act-detail", act.id)[0] == 200
