# SPDX-License-Identifier: Apache-2.0
"""One connection to the provider's REST: creates a text or a call, and lists what was created."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from uuid import UUID

import httpx
from django.conf import settings

from hansa.notify.carrier import errors
from hansa.notify.channel import Accepted, ChannelDown, Outcome, Outgoing, Refused, Unknown
from hansa.notify.reasons import coded

MESSAGES, CALLS = "Messages", "Calls"
_TIMEOUT = httpx.Timeout(10, connect=5)
# Its clock and ours may differ, and its times have no fractions.
_SKEW = timedelta(seconds=5)
_PAGE = 100
Form = Mapping[str, str | Sequence[str]]


def is_configured() -> bool:
    """Return whether the provider's account is named."""
    return bool(settings.HANSA_PHONE_ACCOUNT and settings.HANSA_PHONE_TOKEN)


def hook(path: str) -> str:
    """Return the address at which the provider calls back; its signature covers exactly this."""
    return f"{settings.HANSA_HOOKS_URL}{path}"


class Client:
    """A connection, for one thread at a time."""

    def __init__(self) -> None:
        account = settings.HANSA_PHONE_ACCOUNT
        self._http = httpx.Client(
            base_url=f"{settings.HANSA_PHONE_URL}/2010-04-01/Accounts/{account}/",
            auth=(account, settings.HANSA_PHONE_TOKEN),
            timeout=_TIMEOUT,
            trust_env=False,
        )

    def close(self) -> None:
        """Hang up."""
        self._http.close()

    def create(self, what: str, form: Form) -> Outcome:
        """Ask for a text or a call. It has no idempotency key: whatever may have arrived is `Unknown`, not refused."""
        try:
            answer = self._http.post(f"{what}.json", data=form)
        except (httpx.ConnectError, httpx.ConnectTimeout) as unreached:
            raise ChannelDown(coded("unreached", type(unreached).__name__)) from None
        except httpx.HTTPError as lost:
            return Unknown(coded("lost", type(lost).__name__))
        if answer.status_code in (200, 201):
            return _accepted(answer)
        said = _json(answer)
        code = str(said.get("code") or answer.status_code)
        if answer.status_code in (401, 403) or code == "20003":
            raise ChannelDown(coded("account", code))
        if answer.status_code >= 500:
            return Unknown(coded("answered", str(answer.status_code)))
        fault = errors.fault("20429" if answer.status_code == 429 else code, str(said.get("message", "")))
        wait = max(fault.wait, _seconds(answer.headers.get("Retry-After", "")))
        return Refused(code, fault.words, permanent=fault.permanent, retry_after=wait, disables=fault.disables)

    def since_doubt(self, what: str, outgoing: Outgoing) -> list[dict[str, Any]]:
        """Return what was created for this address since the first doubtful attempt, newest first."""
        began = min(_time_of(marker) for marker in outgoing.doubtful) - _SKEW
        since = {MESSAGES: "DateSent>", CALLS: "StartTime>"}[what]
        asked = {"To": outgoing.address, since: began.strftime("%Y-%m-%dT%H:%M:%SZ"), "PageSize": str(_PAGE)}
        try:
            answer = self._http.get(f"{what}.json", params=asked)
        except httpx.HTTPError as lost:
            raise ChannelDown(coded("unreached", type(lost).__name__)) from None
        if answer.status_code != 200:
            raise ChannelDown(coded("answered", str(answer.status_code)))
        rows = _json(answer).get(what.lower()) or []
        ours = [row for row in rows if row.get("direction") != "inbound" and row.get("to") == outgoing.address]
        # Some compatible providers cut the time off and list the whole day.
        return [row for row in ours if (_made(row) or began) >= began]


def _accepted(answer: httpx.Response) -> Outcome:
    sid = _json(answer).get("sid")
    return Accepted(str(sid)) if sid else Unknown("no-id")


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        content = answer.json()
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _seconds(text: str) -> float:
    return float(text) if text.isdecimal() else 0


def _made(row: dict[str, Any]) -> datetime | None:
    try:
        return parsedate_to_datetime(str(row.get("date_created")))
    except ValueError:
        return None


def _time_of(marker: UUID) -> datetime:
    """Return when an attempt began: its id says so (UUID version 7)."""
    return datetime.fromtimestamp((marker.int >> 80) / 1000, UTC)
