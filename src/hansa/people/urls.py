# SPDX-License-Identifier: Apache-2.0
"""Addresses of the part."""

from django.urls import path

from hansa.people.views import account, approve, compartments, entry, joint, persons

app_name = "people"
urlpatterns = [
    path("approve/", approve.act_approve, name="act-approve"),
    path("approve/challenge/", approve.act_challenge, name="act-challenge"),
    path("approve/receipt/", approve.act_receipt, name="act-receipt"),
    path("approve/waiting/", approve.act_waiting, name="act-waiting"),
    path("approve/withdraw/", approve.act_withdraw, name="act-withdraw"),
    path("people/", persons.person_list, name="person-list"),
    path("people/invite/", persons.person_invite, name="person-invite"),
    path("people/me/", account.account_detail, name="account-detail"),
    path("people/me/office/", account.office_choose, name="office-choose"),
    path("people/me/language/", account.language_choose, name="language-choose"),
    path("people/me/passkeys/add/", account.passkey_add, name="passkey-add"),
    path("people/me/tokens/add/", account.token_make, name="token-make"),
    path("people/me/tokens/<uuid:token>/revoke/", account.token_revoke, name="token-revoke"),
    path("people/passkeys/<str:credential>/revoke/", account.passkey_revoke, name="passkey-revoke"),
    path("people/terms/<uuid:appointment>/end/", persons.appointment_end, name="appointment-end"),
    path("people/why/", joint.why, name="why"),
    path("people/steps/", joint.joint_list, name="joint-list"),
    path("people/steps/<uuid:step>/", joint.joint_show, name="joint-show"),
    path("people/steps/<uuid:step>/confirm/", joint.joint_confirm, name="joint-confirm"),
    path("people/steps/<uuid:step>/decline/", joint.joint_decline, name="joint-decline"),
    path("people/steps/<uuid:step>/withdraw/", joint.joint_withdraw, name="joint-withdraw"),
    path("people/compartments/", compartments.compartment_list, name="compartment-list"),
    path("people/compartments/<slug:code>/", compartments.compartment_show, name="compartment-show"),
    path("people/compartments/<slug:code>/name/", compartments.compartment_name, name="compartment-name"),
    path("people/compartments/<slug:code>/open/", compartments.compartment_open, name="compartment-open"),
    path("people/seats/<uuid:seat>/end/", compartments.seat_end, name="seat-end"),
    path("people/readings/", compartments.reading_list, name="reading-list"),
    path("people/<uuid:person>/", persons.person_detail, name="person-detail"),
    path("people/<uuid:person>/appoint/", persons.appointment_make, name="appointment-make"),
    path("people/<uuid:person>/close/", persons.person_close, name="person-close"),
    path("people/<uuid:person>/renew/", persons.person_renew, name="person-renew"),
    path("join/<str:secret>/", entry.invitation_accept, name="invitation-accept"),
    path("exercise/sign-in/<str:token>/", entry.persona_sign_in, name="persona-sign-in"),
]
