# SPDX-License-Identifier: Apache-2.0
"""Addresses: each part brings its own."""

from importlib.util import find_spec

from django.conf import settings
from django.urls import include, path

from hansa.config.api import api
from hansa.config.health import health

urlpatterns = [
    path("health/", health, name="health"),
    path("api/v1/", api.urls),
    path("account/", include("hansa.people.account_urls")),
    path("hooks/", include("hansa.notify.hook_urls")),
    *(path("", include(f"hansa.{part}.urls")) for part in settings.PARTS if find_spec(f"hansa.{part}.urls")),
]

handler400 = "hansa.shell.errors.bad_request"
handler403 = "hansa.shell.errors.permission_denied"
handler404 = "hansa.shell.errors.not_found"
handler500 = "hansa.shell.errors.server_error"
