# SPDX-License-Identifier: Apache-2.0
"""Opens the member's scope for a request, says who acts, and keeps a refused request from changing anything."""

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation

from hansa.core.rls import member_scope
from hansa.core.verdicts import Invalid, Refused
from hansa.people import actions, queries, ratelimit, sign_in
from hansa.people.choices import office_label


class MemberMiddleware:
    """Every request of a signed-in person runs in one transaction in which only their member's rows exist.

    Sets `request.actor` (an `Actor`, or None for a stranger). A request that ends in an exception changes nothing.
    """

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request inside the scope of the member that it belongs to."""
        request.actor = None
        if wait := _wait(request):
            return ratelimit.too_many(request, wait)
        member = sign_in.member_of(request)
        if member is None:
            return self.get_response(request)
        with member_scope(member):
            self._recognise(request, member)
            request.hansa_savepoint = transaction.savepoint()
            response = self.get_response(request)
            if response.status_code >= 500:
                self._undo(request)
            return response

    def _recognise(self, request: HttpRequest, member: str) -> None:
        """Set who acts, by token or by session; a session whose account was closed ends here."""
        if secret := sign_in.bearer_of(request):
            request.token = actions.use_token(secret)
            request.actor = queries.actor_for(request.token.account) if request.token else None
        elif request.user.is_authenticated:
            full = queries.has_second_factor(request)
            request.actor = queries.actor_for(request.user, request.session.get(sign_in.OFFICE_KEY), offices=full)
            if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
                translation.activate(request.user.language)
                request.LANGUAGE_CODE = translation.get_language()
        elif sign_in.MEMBER_KEY in request.session:
            request.session.flush()

    def _undo(self, request: HttpRequest) -> None:
        savepoint = getattr(request, "hansa_savepoint", None)
        if savepoint and transaction.get_connection().in_atomic_block:
            # First: what failed may have marked the transaction, and a marked one takes no statement.
            transaction.set_rollback(False)
            transaction.savepoint_rollback(savepoint)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Undo what the request did; show a refusal or a complaint as a page, leave all else to Django."""
        self._undo(request)
        if isinstance(exception, Refused):
            return _refusal(request, exception)
        if isinstance(exception, Invalid):
            return _complaint(request, exception)
        return None


def _wait(request: HttpRequest) -> int:
    """Return the seconds that a program, or someone who tries to sign in, has to wait; 0 when they may go on."""
    if secret := sign_in.bearer_of(request):
        return ratelimit.take("api", secret, ratelimit.API)
    if request.method == "POST" and sign_in.is_sign_in(request):
        return ratelimit.take("sign-in", ratelimit.client_of(request), ratelimit.SIGN_IN)
    return 0


def _refusal(request: HttpRequest, refused: Refused) -> HttpResponse:
    verdict = refused.verdict
    who = [office_label(office) for office in verdict.who]
    if request.path.startswith("/api/"):
        said = {"detail": str(verdict.reason), "who": list(verdict.who)}
        return JsonResponse(said | ({"clause": verdict.clause} if verdict.clause else {}), status=403)
    holders = queries.holders(request.actor.member, verdict.who) if request.actor else []
    context = {"reason": verdict.reason, "offices": who, "holders": holders, "verdict": verdict}
    return render(request, "people/refused.html", context, status=403)


def _complaint(request: HttpRequest, invalid: Invalid) -> HttpResponse:
    errors = {field: str(message) for field, message in invalid.errors.items()}
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": errors}, status=422)
    return render(request, "people/not_taken.html", {"errors": errors}, status=422)
