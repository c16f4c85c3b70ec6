# SPDX-License-Identifier: Apache-2.0
"""Single sign-on: to the member's own sign-in system, and back with what it says."""

from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from requests import RequestException

from hansa.people import ratelimit
from hansa.people.sign_on import SILENT, Exchange, member_of, refused


@never_cache
@require_GET
def sign_on_begin(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead to the sign-in system; of what the address says only `next` is heard."""
    if wait := ratelimit.take("sign-in", ratelimit.client_of(request), ratelimit.SIGN_IN):
        return ratelimit.too_many(request, wait)
    heard = QueryDict(mutable=True)
    if then := request.GET.get("next"):
        heard["next"] = then
    request.GET = heard  # type: ignore[assignment]
    return _exchange(request, provider_id, OAuth2LoginView)


@never_cache
@require_GET
def sign_on_finish(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Come back from the sign-in system: signed in, on to the second factor, or told why not."""
    return _exchange(request, provider_id, OAuth2CallbackView)


def _exchange(request: HttpRequest, system: str, step: type) -> HttpResponse:
    if member_of(system) is None:
        raise Http404
    try:
        return step.adapter_view(Exchange(request, system))(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except RequestException:
        return refused(request, SILENT, 503)
