# SPDX-License-Identifier: Apache-2.0
"""The web application, as uvicorn runs it."""

import os
from importlib import import_module

import django
from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.base import BaseHandler
from django.db import connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import set_urlconf

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hansa.config.settings")


class OneThread(ASGIHandler):
    """Runs middleware and view of a request in one thread; only streams stay in the event loop.

    Django's own asynchronous chain changes threads before and after each middleware, which costs more than the pages.
    """

    def __init__(self) -> None:
        BaseHandler.__init__(self)
        self.load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """Return the answer to a request."""
        set_urlconf(settings.ROOT_URLCONF)
        return await sync_to_async(self._answer, thread_sensitive=True)(request)

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.streaming:
            # A stream lasts for hours: the connection that its view used goes back to the pool now.
            connections.close_all()
        return response


django.setup(set_prefix=False)
# The towns are read before the first request, so that no page waits for them while others wait, too.
import_module("hansa.aid.queries.place").find_place("")
application = OneThread()
