# SPDX-License-Identifier: Apache-2.0
"""Oakland with counsel, a mayor and an administrator; its words in confidence are a kind of records."""

from collections.abc import Iterator

import pytest

from hansa.core import clock
from hansa.core.ids import new_id
from hansa.core.rls import member_scope
from hansa.evidence import kinds
from hansa.people.models import Appointment
from hansa.people.tests.cast import Cast
from hansa.people.tests.conftest import _english, browse, cast

__all__ = ["_english", "browse", "cast"]


@pytest.fixture
def counsel(cast: Cast) -> Cast:
    """Return the cast, the duty officer of Oakland serving as its counsel."""
    with member_scope("oakland-ca"):
        Appointment.objects.create(
            id=new_id(), member="oakland-ca", person=cast.oakland_duty.id, office="legal", begins_at=clock.now(),
            audience="public",
        )  # fmt: skip
    return cast


@pytest.fixture
def oakland(counsel: Cast) -> Iterator[Cast]:
    """Run the test as Oakland."""
    with member_scope("oakland-ca"):
        yield counsel


@pytest.fixture(autouse=True)
def _words(monkeypatch) -> None:
    """Let words in confidence be a kind of records."""
    kind = kinds.RecordKind("exercise.words", "Exercise words", "from the act", 30, ("test.confidence.told",))
    monkeypatch.setitem(kinds._kinds, kind.code, kind)
