# SPDX-License-Identifier: Apache-2.0
"""Pages for what goes wrong: what happened, what is safe, what to do. Never a bare status line for a person."""

from dataclasses import dataclass

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from hansa.core.verdicts import Text


@dataclass(frozen=True, slots=True)
class Trouble:
    """The words of one error page."""

    title: Text
    happened: Text
    todo: Text


_TROUBLES = {
    400: Trouble(
        _("This could not be read"),
        _("The server did not understand what your browser sent. Nothing was changed."),
        _("Go back, reload the page and send it again. A draft on this device is kept."),
    ),
    403: Trouble(
        _("You cannot do this here"),
        _("The page does not accept this from you. Nothing was changed."),
        _("Go back and reload the page. If it stays so, your administrator can see which office is needed."),
    ),
    404: Trouble(
        _("There is no such page"),
        _("The address may be mistyped, or your member may not see what is there."),
        _("Search for it, or start from your duties."),
    ),
    405: Trouble(
        _("This address is not for opening"),
        _("It takes a form or a program, not a visit. Nothing was changed."),
        _("Go back to the page with the form."),
    ),
    413: Trouble(
        _("This is too large"),
        _("You sent more than the server takes. Nothing was changed; a draft on this device is kept."),
        _("Choose a smaller file, or send it in parts."),
    ),
    429: Trouble(
        _("Too many tries"),
        _("There were too many requests from here in a short time. Nothing was changed."),
        _("Wait a minute, then try again. In danger, call 911."),
    ),
}
_OTHER = Trouble(
    _("Something failed"), _("The server could not finish. Nothing was changed."), _("Go back and try again.")
)


def page(request: HttpRequest, status: int) -> HttpResponse:
    """Return the page for a status, in the person's language; for a program that uses the API, the same as JSON."""
    trouble = _TROUBLES.get(status, _OTHER)
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": f"{trouble.title}. {trouble.happened}"}, status=status)
    return render(request, "shell/error.html", {"trouble": trouble}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """`handler400`; a body over the limit is 413, as RFC 9110 has it."""
    return page(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """`handler403`."""
    return page(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW; `reason` is for developers and stays in Django's own log line."""
    return page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """`handler404`."""
    return page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """`handler500`: asks neither the database nor the session, and speaks both languages."""
    return render(None, "shell/failed.html", status=500)  # type: ignore[arg-type]


class ErrorPages:
    """Middleware: a bare 405, 413 or 429 for a person becomes a page. Programs get their own answers untouched."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request; put a page in the place of an empty refusal."""
        response = self.get_response(request)
        empty = not getattr(response, "streaming", False) and not response.content
        if response.status_code in {405, 413, 429} and empty and request.accepts("text/html"):
            shown = page(request, response.status_code)
            for name in ("Allow", "Retry-After"):
                if name in response:
                    shown[name] = response[name]
            return shown
        return response
