# SPDX-License-Identifier: Apache-2.0
"""Where the telephone provider and browsers call back. Without a slash at the end, as providers sign them."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from hansa.notify import webhooks

urlpatterns: list[URLPattern | URLResolver] = [
    path("sms", webhooks.sms, name="notify-sms"),
    path("sms/status/<uuid:marker>", webhooks.sms_status, name="notify-sms-status"),
    path("voice/<uuid:marker>", webhooks.voice, name="notify-voice"),
    path("voice/<uuid:marker>/key", webhooks.voice_key, name="notify-voice-key"),
    path("voice/status/<uuid:marker>", webhooks.voice_status, name="notify-voice-status"),
    path("push/<uuid:marker>", webhooks.push_shown, name="notify-push-shown"),
]

# A mail provider's events, at `<provider>/tracking/`: only with a secret, for anymail takes any without one.
if settings.ANYMAIL.get("WEBHOOK_SECRET"):
    urlpatterns.append(path("", include("anymail.urls")))
