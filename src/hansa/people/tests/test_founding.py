# SPDX-License-Identifier: Apache-2.0
"""A member comes to life: log, keys, first administrators by the recovery keys, personas by one touch."""

import re

import pytest
from django.db import transaction

from hansa.config import founding as commands
from hansa.core.rls import member_scope
from hansa.core.verdicts import Invalid, Refused
from hansa.ledger.models import Log, Root, SecretKey
from hansa.people import founding, queries, recovery
from hansa.people.models import Account, Appointment, Person
from hansa.people.tests.cast import found_cast

pytestmark = pytest.mark.django_db


def test_a_founded_member_has_an_administrator_and_its_personas_hold_their_offices():
    cast = found_cast()
    with member_scope("oakland-ca"):
        held = {
            name: queries.actor_for(getattr(cast, name)).offices
            for name in ("oakland_admin", "oakland_mayor", "oakland_duty", "oakland_clerk")
        }
    assert held == {
        "oakland_admin": ("administrator",),
        "oakland_mayor": ("chief-executive",),
        "oakland_duty": ("logistics", "duty-officer"),
        "oakland_clerk": (),
    }


def test_a_member_sees_its_own_accounts_and_the_names_of_everyone_in_the_league():
    found_cast()
    with member_scope("portland-or"):
        assert set(Account.objects.values_list("member", flat=True)) == {"portland-or"}
        assert Person.objects.filter(member="oakland-ca", name="Exercise Mayor").exists()
        assert Appointment.objects.filter(member="oakland-ca").count() == 4


def _init(**changes) -> list[str]:
    said = {"recovery_keys": "2of3", "joins": False} | changes
    admins = said.pop("admins", ["Exercise Administrator, City Clerk <admin@oakland-ca.example>"])
    member = said.pop("member", "oakland-ca")
    return list(commands.init("real-league", member, admins, **said))


def _keys(lines: list[str]) -> list[str]:
    return [line.split(":")[1].strip() for line in lines if re.match(r"  recovery key \d:  \w{4}-", line)]


def test_init_shows_recovery_keys_once_fingerprints_a_link_and_what_is_next(db):
    lines = _init()
    text = "\n".join(lines)
    keys = _keys(lines)
    assert len(keys) == 3
    with member_scope("oakland-ca"):
        root = Root.objects.get(author="oakland-ca")
        assert [recovery.from_text(key).public.hex() for key in keys] == root.keys
        assert root.threshold == 2
        kept = str(list(SecretKey.objects.values()))
    assert all(recovery.from_text(key).seed.hex() not in kept for key in keys)
    assert recovery.fingerprint(root.log_key) in text
    assert re.search(r"/join/[\w-]{40,}/", text)
    assert "hansa administrator vouch oakland-ca admin@oakland-ca.example" in text


@pytest.mark.parametrize(
    ("changes", "says"),
    [({"recovery_keys": "4of3"}, "Give 1 to 9 recovery keys"), ({"recovery_keys": "two"}, "write 2of3"),
     ({"admins": ["nobody"]}, "names nobody"), ({"admins": []}, "at least one administrator"),
     ({"member": "Oakland CA"}, "small letters"), ({"admins": ["X <not-an-address>"]}, "no e-mail address")],
)  # fmt: skip
def test_bad_input_to_init_founds_nothing(db, changes, says):
    with pytest.raises(Invalid, match=says), transaction.atomic():
        _init(**changes)
    assert not Log.objects.exists()


def test_a_member_is_founded_once(db):
    _init()
    with pytest.raises(Invalid, match="has a log on this node already"):
        _init(admins=["Exercise Other <other@oakland-ca.example>"])


def _asked(*keys: str):
    waiting = list(keys)
    return lambda prompt: waiting.pop(0)


def test_recovery_keys_appoint_and_end_administrators_and_strangers_keys_do_not(db):
    keys = _keys(_init())
    deputy = "Exercise Deputy <deputy@oakland-ca.example>"
    strangers = [recovery.to_text(key) for key in founding.recovery_keys(2)]
    with pytest.raises(Refused, match="recovery keys"), transaction.atomic():
        list(commands.appoint("oakland-ca", deputy, _asked(keys[0], strangers[0])))
    with pytest.raises(Refused, match="recovery keys"), transaction.atomic():
        list(commands.appoint("oakland-ca", deputy, _asked(keys[0], keys[0])))
    lines = list(commands.appoint("oakland-ca", deputy, _asked(keys[2], keys[0])))
    assert "/join/" in lines[1]
    with member_scope("oakland-ca"):
        account = Account.objects.get(email="deputy@oakland-ca.example")
        assert queries.actor_for(account).offices == ("administrator",)
        list(commands.end("oakland-ca", account.email, _asked(keys[0], keys[1])))
        assert queries.actor_for(account).offices == ()


def test_a_recovery_key_that_was_copied_with_an_error_is_found(db):
    keys = _keys(_init())
    wrong = keys[0].replace(keys[0][0], "A" if keys[0][0] != "A" else "B", 1)
    with pytest.raises(Invalid, match="copied with an error"):
        list(commands.vouch("oakland-ca", "admin@oakland-ca.example", lambda prompt: wrong))
    with pytest.raises(Invalid, match="letters A to Z"):
        list(commands.vouch("oakland-ca", "admin@oakland-ca.example", lambda prompt: "1890"))
