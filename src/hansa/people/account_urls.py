# SPDX-License-Identifier: Apache-2.0
"""Sign-in and out, single sign-on, second factors, sessions: mostly allauth's pages. No sign-up, no reset by mail.

Whoever lost their way in asks an administrator for a new invitation: a mailbox alone never opens an account. What
changes how a person signs in asks for a fresh proof first (`step_up`). allauth leads to `mfa_index` and
`mfa_list_webauthn` after a change: here that is the person's own account page.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path
from django.views.generic import RedirectView

from hansa.people.sign_on import offered
from hansa.people.step_up import step_up
from hansa.people.views import sessions, sign_on

_own_account = RedirectView.as_view(pattern_name="people:account-detail")

urlpatterns = [
    path("login/", account.LoginView.as_view(extra_context={"systems": offered}), name="account_login"),
    path("sign-on/<slug:provider_id>/login/", sign_on.sign_on_begin, name="openid_connect_login"),
    path("sign-on/<slug:provider_id>/login/callback/", sign_on.sign_on_finish, name="openid_connect_callback"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", step_up(account.password_change), name="account_change_password"),
    path("password/set/", step_up(account.password_set), name="account_set_password"),
    path("2fa/", _own_account, name="mfa_index"),
    path("2fa/authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("2fa/reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("2fa/app/", step_up(totp.activate_totp), name="mfa_activate_totp"),
    path("2fa/app/remove/", step_up(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("2fa/codes/", step_up(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("2fa/codes/new/", step_up(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("2fa/codes/download/", step_up(codes.download_recovery_codes), name="mfa_download_recovery_codes"),
    path("2fa/passkeys/", _own_account, name="mfa_list_webauthn"),
    path("2fa/passkeys/login/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("2fa/passkeys/reauthenticate/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("2fa/passkeys/<int:pk>/remove/", step_up(webauthn.remove_webauthn), name="mfa_remove_webauthn"),
    path("sessions/", sessions.session_list, name="usersessions_list"),
    path("sessions/end/", sessions.session_end, name="session-end"),
]
