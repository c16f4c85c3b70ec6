# SPDX-License-Identifier: Apache-2.0
"""The address at which a board listens for changes."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.views.decorators.http import require_GET

from hansa.activation import live, queries
from hansa.core.verdicts import require
from hansa.duty.policy import may_read


@login_required
@require_GET
def activation_live(request: HttpRequest, activation_id: UUID) -> StreamingHttpResponse:
    """Stream that the activation has changed, from the place that the client knows.

    The place is `Last-Event-ID` when the browser connects again, `after` the first time; a number of the ledger.
    """
    require(may_read(request.actor))
    if queries.get(activation_id) is None:
        raise Http404
    known = request.headers.get("Last-Event-ID") or request.GET.get("after", "")
    missed = live.changed_since(activation_id, int(known)) if known.isdecimal() and len(known) < 19 else 0
    response = StreamingHttpResponse(live.stream(activation_id, missed), content_type="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response
