# SPDX-License-Identifier: Apache-2.0
"""Those of allauth's pages that Hansa uses: sign-in and out, second factors, sessions. No sign-up, no reset by mail.

Whoever lost their way in asks an administrator for a new invitation: a mailbox alone never opens an account.
"""

from allauth.account import views
from django.urls import include, path

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
]
