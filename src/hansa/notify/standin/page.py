# SPDX-License-Identifier: Apache-2.0
"""The page of the stand-in: the phones and mailboxes of an exercise, to answer with. Works without scripts, too."""

import re
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from hansa.notify.standin import words
from hansa.notify.standin.words import gettext as _
from hansa.notify.standin.world import LOOPBACK_MAILBOX, LOOPBACK_NUMBER, Call, Mail, Phone, Push, Text, World

_HERE = Path(__file__).parent
_STYLE = (_HERE / "page.css").read_text("utf-8")
_SCRIPT = (_HERE / "page.js").read_text("utf-8")
_LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:]")
_SHOWN = 12
_ANY_NUMBER = "+15005550006"
_OPEN = {"queued", "ringing", "in-progress"}


def render(world: World, accepted: str = "") -> str:
    """Return the page, in the first language of an Accept-Language header."""
    language = words.use(accepted)
    title = _("phones and mailboxes")
    lead = _("Everything that Hansa sends in this exercise ends here and goes no further. Answer as the person would.")
    unused = _("Phones that nothing was sent to")
    used = {row.to if row.outbound else row.sender for row in world.texts} | {call.to for call in world.calls}
    # The node's test messages to itself are nobody's.
    numbers = [number for number in dict.fromkeys([*world.phones, *sorted(used)]) if number != LOOPBACK_NUMBER]
    phones = [_phone(world, world.phone(number)) for number in numbers if number in used]
    quiet = [_phone(world, world.phone(number)) for number in numbers if number not in used]
    boxes = dict.fromkeys(mail.to for mail in reversed(world.mails) if mail.to != LOOPBACK_MAILBOX)
    mails = [_mailbox(to, [mail for mail in world.mails if mail.to == to]) for to in boxes]
    keys = dict.fromkeys(push.subscription for push in reversed(world.pushes))
    pushes = [_browser(key, [push for push in world.pushes if push.subscription == key]) for key in keys]
    sections = [
        _section("phones", _("Phones"), phones, _("No phone has been called or texted yet.")),
        f'<details id="others"{"" if quiet else " hidden"}><summary>{unused}</summary>'
        f'<div class="cards" id="quiet" data-cards>{"".join(quiet)}</div></details>',
        _section("mailboxes", _("Mailboxes"), mails, _("No e-mail has come yet.")),
        _section("browsers", _("Push messages"), pushes, _("No push message has come yet.")),
    ]
    return f"""<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>EXERCISE · SIMULACRO: {title}</title>
<style>{_STYLE}</style>
</head>
<body>
<header>
<h1>EXERCISE · SIMULACRO: {title}</h1>
<p>{lead}</p>
</header>
<main>
{"".join(sections)}
</main>
<script>{_SCRIPT}</script>
</body>
</html>
"""


def _section(name: str, title: str, cards: Sequence[str], nothing: str) -> str:
    return (
        f'<section aria-labelledby="{name}-title"><h2 id="{name}-title">{title}</h2>'
        f'<p class="quiet" id="{name}-nothing"{" hidden" if cards else ""}>{nothing}</p>'
        f'<div class="cards" id="{name}" data-cards>{"".join(cards)}</div></section>'
    )


def _phone(world: World, phone: Phone) -> str:
    own = [row for row in world.texts if phone.number == (row.to if row.outbound else row.sender)]
    calls = [call for call in world.calls if call.to == phone.number]
    rows: list[Text | Call] = sorted([*own, *calls], key=lambda row: row.at)
    ringing = any(call.status == "ringing" for call in calls)
    key = f"p{phone.number.lstrip('+')}"
    last = next((row.sender for row in reversed(own) if row.outbound), _ANY_NUMBER)
    title = escape(phone.name or phone.number)
    said = _("has said STOP")
    under = f'<p class="quiet">{escape(phone.number)}{f" · {said}" if phone.stopped else ""}</p>'
    entries = "".join(_call(row) if isinstance(row, Call) else _text(row) for row in rows[-_SHOWN:])
    return (
        f'<article class="card{" ringing" if ringing else ""}" id="{key}" aria-labelledby="{key}-title">'
        f'<h3 id="{key}-title">{title}</h3>{under}<ol>{entries}</ol>{_reply(phone, last, key)}{_manner(phone, key)}'
        "</article>"
    )


def _text(text: Text) -> str:
    state = f"{text.at:%H:%M:%S}" + (f" · {text.status} {text.error}" if text.error else "")
    return (
        f'<li class="text{"" if text.outbound else " own"}"><span>{_linked(text.body)}</span>'
        f"<small>{escape(state)}</small></li>"
    )


def _call(call: Call) -> str:
    said = "".join(f"<q>{escape(line)}</q>" for line in call.said)
    pressed = _("Pressed: %(keys)s") % {"keys": call.keys}
    keys = f"<p class='quiet'>{escape(pressed)}</p>" if call.keys else ""
    when = _("Call at %(time)s: %(state)s") % {"time": f"{call.at:%H:%M:%S}", "state": _states()[call.status]}
    state = f'<p class="quiet">{escape(when)}</p>'
    return f'<li class="call">{state}{said}{keys}{_keypad(call) if call.status in _OPEN else ""}</li>'


def _states() -> dict[str, str]:
    return {
        "queued": _("waiting"),
        "ringing": _("ringing"),
        "in-progress": _("picked up"),
        "completed": _("ended"),
        "busy": _("busy"),
        "no-answer": _("nobody answered"),
    }


def _keypad(call: Call) -> str:
    keys = ("answer",) if call.status != "in-progress" else (*"123456789*0#", "hang-up")
    named = {"answer": _("Answer the call"), "hang-up": _("Hang up")}
    buttons = "".join(
        f'<button name="key" value="{key}"{" class=plain" if key == "hang-up" else ""}>{named.get(key, key)}</button>'
        for key in keys
    )
    grid = ' class="keys"' if call.status == "in-progress" else ""
    return (
        f'<form method="post" action="/key"{grid}><input type="hidden" name="call" value="{call.sid}">{buttons}</form>'
    )


def _reply(phone: Phone, to: str, key: str) -> str:
    label, send = _("Text message to Hansa"), _("Send")
    return (
        f'<form method="post" action="/say"><input type="hidden" name="number" value="{escape(phone.number)}">'
        f'<input type="hidden" name="to" value="{escape(to)}">'
        f'<label for="{key}-body">{label}<input id="{key}-body" name="body" required maxlength="320"'
        f' autocomplete="off"></label><button>{send}</button></form>'
    )


def _manner(phone: Phone, key: str) -> str:
    label, button = _("When it rings"), _("Set")
    manners = {
        "hand": _("You answer here"),
        "answers": _("Answers at once"),
        "sleeps": _("Sleeps: does not answer"),
        "busy": _("Is busy"),
        "voicemail": _("Voicemail answers"),
    }
    options = "".join(
        f'<option value="{name}"{" selected" if name == phone.manner else ""}>{manner}</option>'
        for name, manner in manners.items()
    )
    return (
        f'<form method="post" action="/manner"><input type="hidden" name="number" value="{escape(phone.number)}">'
        f'<label for="{key}-manner">{label}<select id="{key}-manner" name="manner">{options}</select></label>'
        f'<button class="plain">{button}</button></form>'
    )


def _mailbox(to: str, mails: Sequence[Mail]) -> str:
    key = f"m{to.encode().hex()[:40]}"
    return _box(key, escape(to), (
        (mail.message_id or str(n), mail.subject, f"{mail.at:%H:%M:%S}", mail.text) for n, mail in enumerate(mails)
    ))  # fmt: skip


def _browser(key: str, pushes: Sequence[Push]) -> str:
    title = escape(_("Browser %(name)s") % {"name": key[:6]})
    return _box(f"b{key}", title, (
        (str(n), push.content[:80], f"{push.at:%H:%M:%S} · {push.urgency} · TTL {push.ttl} s", push.content)
        for n, push in enumerate(pushes)
    ))  # fmt: skip


def _box(key: str, title: str, rows: Iterable[tuple[str, str, str, str]]) -> str:
    entries = "".join(
        f'<details id="{key}-{escape(name)}"><summary>{escape(subject)} <span class="quiet">{escape(when)}</span>'
        f"</summary><pre>{_linked(text)}</pre></details>"
        for name, subject, when, text in reversed(list(rows)[-_SHOWN:])
    )
    head = f'<h3 id="{key}-title">{title}</h3>'
    return f'<article class="card" id="{key}" aria-labelledby="{key}-title">{head}{entries}</article>'


def _linked(text: str) -> str:
    parts, end = [], 0
    for link in _LINK.finditer(text):
        parts += [escape(text[end : link.start()]), f'<a href="{escape(link.group())}">{escape(link.group())}</a>']
        end = link.end()
    return "".join([*parts, escape(text[end:])])
