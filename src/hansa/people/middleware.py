# SPDX-License-Identifier: Apache-2.0
"""Opens the member's scope for a request, says who acts, and keeps a refused request from changing anything."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from hansa.core import clock
from hansa.core.rls import member_scope
from hansa.core.verdicts import Invalid, Refused
from hansa.people import actions, policy, queries, ratelimit, sign_in, watching
from hansa.people.choices import Office, office_label
from hansa.people.models import Account
from hansa.people.step_up import acts_in_office, url_of

_ASLEEP = _("Your sign-in is not enough for this, or is older than twelve hours. Confirm that it is you.")


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
            response = self.get_response(request)
            watching.keep(request, response)
            return response
        with member_scope(member):
            left = self._recognise(request, member)
            if left:
                return _out_of_office(request, left)
            request.hansa_savepoint = transaction.savepoint()
            response = self.get_response(request)
            if response.status_code >= 500:
                self._undo(request)
            else:
                watching.keep(request, response)
            return response

    def _recognise(self, request: HttpRequest, member: str) -> datetime | None:
        """Set who acts, by token or by session; a session whose account was closed ends here.

        Return when the person's last term ended if that has shut them out: then nobody acts.
        """
        if secret := sign_in.bearer_of(request):
            request.token = actions.use_token(secret)
            return self._admit(request, request.token.account) if request.token else None
        if request.user.is_authenticated:
            if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
                translation.activate(request.user.language)
                request.LANGUAGE_CODE = translation.get_language()
            return self._admit(request, request.user, request.session.get(sign_in.OFFICE_KEY))
        if sign_in.MEMBER_KEY in request.session:
            request.session.flush()
        return None

    def _admit(self, request: HttpRequest, account: Account, office: str | None = None) -> datetime | None:
        standing = queries.standing(account, clock.now())
        if standing.left_at and not sign_in.is_way_out(request):
            return standing.left_at
        request.asleep = () if hasattr(request, "token") or acts_in_office(request) else standing.offices
        request.actor = queries.actor_in(account, () if request.asleep else standing.offices, office)
        return None

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
    # Whoever scanned a waybill or followed a message signs in and goes on there.
    stranger = request.actor is None and request.user.is_anonymous
    entry = f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': _back(request)})}" if stranger else ""
    if entry and request.method in {"GET", "HEAD"}:
        return redirect(entry)
    holders = queries.holders(request.actor.member, verdict.who) if request.actor else []
    asleep = getattr(request, "asleep", ())
    # The office is the person's, only this session has not proved it lately: that is quickly mended.
    confirm = url_of(request) if set(asleep) & set(verdict.who) else ""
    context = {
        "reason": _ASLEEP if confirm else verdict.reason, "offices": who, "holders": holders, "verdict": verdict,
        "entry": entry, "confirm": f"{confirm}?{urlencode({'next': _back(request)})}" if confirm else "",
    }  # fmt: skip
    return render(request, "people/refused.html", context, status=403)


def _back(request: HttpRequest) -> str:
    """Return the page to go on with: a form is opened again, not sent again."""
    return request.get_full_path() if request.method == "GET" else request.path


def _out_of_office(request: HttpRequest, left: datetime) -> HttpResponse:
    """Tell someone whose last term has ended that nothing opens any more, and whom to ask."""
    said = policy.term_over(left)
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": str(said), "who": [Office.ADMINISTRATOR.value]}, status=403)
    holders = queries.holders(request.user.member, (Office.ADMINISTRATOR,))
    context = {"reason": said, "left": left, "holders": holders}
    return render(request, "people/term_over.html", context, status=403)


def _complaint(request: HttpRequest, invalid: Invalid) -> HttpResponse:
    errors = {field: str(message) for field, message in invalid.errors.items()}
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": errors}, status=422)
    return render(request, "people/not_taken.html", {"errors": errors}, status=422)
