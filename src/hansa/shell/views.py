# SPDX-License-Identifier: Apache-2.0
"""Home, search, help, theme, gallery, and the pages for what goes wrong."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST, require_safe

from hansa.core import search
from hansa.shell import gallery
from hansa.shell.context import THEME_COOKIE, THEMES
from hansa.shell.places import address_of

_YEAR = 365 * 86_400


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Send everyone to what is due; a visitor to the sign-in page."""
    duties = address_of("duty:duty-list") if getattr(request, "actor", None) else ""
    return redirect(duties or settings.LOGIN_URL)


@require_POST
def theme_choose(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme in a cookie and go back to the page."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    chosen = request.POST.get("theme", "auto")
    if chosen in THEMES:
        # Readable by page.js, which switches without a round trip; it says nothing about the person.
        response.set_cookie(THEME_COOKIE, chosen, max_age=_YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    return response


@require_GET
def search_page(request: HttpRequest) -> HttpResponse:
    """Show what the person may see that matches, by kind, and what was not searched."""
    query = request.GET.get("q", "").strip()[:200]
    actor = getattr(request, "actor", None)
    if actor is None:
        return redirect(f"{address_of(settings.LOGIN_URL)}?next={request.get_full_path()}")
    context = {"query": query, "kinds": search.search(actor, query), "searched": search.kinds()}
    return render(request, "shell/search.html", context)


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Show how to get help and why something may be refused."""
    return render(request, "shell/help.html")


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Show what is safe while there is no connection."""
    return render(request, "shell/offline.html")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Lead browsers that ask for the icon by its old name, as they do for papers, to the one that pages name."""
    return redirect(static("shell/logo.svg"), permanent=True)


@require_safe
def gallery_page(request: HttpRequest) -> HttpResponse:
    """Show every component in every state, with its code."""
    return render(request, "shell/gallery.html", gallery.context())
