# SPDX-License-Identifier: Apache-2.0
"""What the telephone provider posts: signed, or refused; and the word of browsers that showed a message.

A repeat is answered with success and changes nothing. The signature is checked over the configured address and every
field, also those that nobody here knows.
"""

import logging
from collections.abc import Callable
from functools import wraps
from uuid import UUID
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from hansa.notify import checking
from hansa.notify.carrier import reports, signature
from hansa.notify.sms import answering as texts
from hansa.notify.voice import answering as calls

_log = logging.getLogger(__name__)


def signed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a view see only what the provider signed."""

    @csrf_exempt
    @require_POST
    @wraps(view)
    def checked(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        url = f"{settings.HANSA_HOOKS_URL}{request.path}{f'?{query}' if query else ''}"
        fields = {name: [str(value) for value in values] for name, values in request.POST.lists()}
        given = request.headers.get("X-Twilio-Signature", "")
        if not signature.is_valid(settings.HANSA_PHONE_TOKEN, url, fields, given):
            _log.warning("A webhook at %s was not signed by the provider", request.path)
            return HttpResponse("The signature does not fit.", status=403, content_type="text/plain")
        return view(request, *args, **kwargs)

    return checked


@signed
def sms(request: HttpRequest) -> HttpResponse:
    """Take a text message that came in."""
    sid, sender = request.POST.get("MessageSid", ""), request.POST.get("From", "")
    said = texts.take(sid, sender, request.POST.get("Body", "")) if sid and sender else ""
    return _xml(f"<Response>{f'<Message>{escape(said)}</Message>' if said else ''}</Response>")


@signed
def sms_status(request: HttpRequest, marker: UUID) -> HttpResponse:
    """Note how far a text has come."""
    sid, code = request.POST.get("MessageSid", ""), request.POST.get("ErrorCode", "")
    reports.text_status(marker, sid, request.POST.get("MessageStatus", ""), code)
    return HttpResponse(status=204)


@signed
def voice(request: HttpRequest, marker: UUID) -> HttpResponse:
    """Say what a call that was picked up is about."""
    return _xml(calls.picked_up(marker, request.POST.get("CallSid", "")))


@signed
def voice_key(request: HttpRequest, marker: UUID) -> HttpResponse:
    """Do what a key asks for."""
    return _xml(calls.pressed(marker, request.POST.get("Digits", "")))


@signed
def voice_status(request: HttpRequest, marker: UUID) -> HttpResponse:
    """Note how far a call has come."""
    reports.call_status(marker, request.POST.get("CallSid", ""), request.POST.get("CallStatus", ""))
    return HttpResponse(status=204)


@csrf_exempt
@require_POST
def push_shown(request: HttpRequest, marker: UUID) -> HttpResponse:
    """Note that a browser showed a message. Only who decrypted it knows the marker; twice is as once."""
    checking.shown(marker)
    return HttpResponse(status=204)


def _xml(document: str) -> HttpResponse:
    return HttpResponse(document, content_type="text/xml; charset=utf-8")
