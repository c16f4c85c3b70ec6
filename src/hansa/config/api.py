# SPDX-License-Identifier: Apache-2.0
"""The HTTP API under /api/v1: each part brings its router. `hansa openapi` writes the committed description."""

import json
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError

from hansa import __version__
from hansa.people.api_auth import reads
from hansa.shell import errors

api = NinjaAPI(
    title="Hansa",
    version="1",
    description=f"Hansa {__version__}. Programs read and act with a bearer token; what a passkey signs stays pending.",
    urls_namespace="api",
    docs_url=None,
    auth=reads,
)
for part in settings.PARTS:
    if find_spec(f"hansa.{part}.api"):
        api.add_router(f"/{part}", import_module(f"hansa.{part}.api").router)


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    # Without the message: with DEBUG it would name the model.
    return api.create_response(request, {"detail": "Not found"}, status=404)


@api.exception_handler(HttpError)
def _refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    if error.status_code == 400:
        # No JSON, or nested too deep to be read: ninja says so in English only, and not that nothing was changed.
        return errors.page(request, 400)
    return api.create_response(request, {"detail": str(error)}, status=error.status_code)


def description() -> str:
    """Return the OpenAPI description as it is committed: sorted, two spaces, a newline at the end."""
    schema: dict[str, Any] = api.get_openapi_schema(path_prefix="/api/v1/")
    return json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
