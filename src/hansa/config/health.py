# SPDX-License-Identifier: Apache-2.0
"""Whether this process answers and reaches its database: for the launcher, load balancers and monitors."""

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from hansa.ledger.queries import stuck_logs


def health(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database answers, else 503. The second line says how many logs wait for a newer version."""
    try:
        stuck = len(stuck_logs())
    except DatabaseError:
        return HttpResponse("The database does not answer.\n", content_type="text/plain", status=503)
    more = f"Logs that wait for a newer version: {stuck}. See the page Ledger.\n" if stuck else ""
    return HttpResponse(f"ok\n{more}", content_type="text/plain")
