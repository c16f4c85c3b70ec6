# SPDX-License-Identifier: Apache-2.0
"""Addresses of the part."""

from django.urls import path

from hansa.pact.views import charter, guests, members

app_name = "pact"
urlpatterns = [
    path("league/", members.member_list, name="member-list"),
    path("league/ratify/", members.charter_ratify, name="charter-ratify"),
    path("league/leave/", members.notice_give, name="notice-give"),
    path("league/stay/", members.notice_cancel, name="notice-cancel"),
    path("league/members/<slug:slug>/", members.member_show, name="member-show"),
    path("league/members/<slug:slug>/vouch/", members.member_vouch, name="member-vouch"),
    path("league/charter/", charter.charter_show, name="charter-show"),
    path("league/charter/amend/", charter.amendment_propose, name="amendment-propose"),
    path("league/charter/check/", charter.text_check, name="text-check"),
    path("league/charter/versions/<slug:digest>/", charter.version_show, name="version-show"),
    path("league/charter/versions/<slug:digest>/text/", charter.version_text, name="version-text"),
    path("league/charter/versions/<slug:old>/compare/<slug:new>/", charter.version_compare, name="version-compare"),
    path("league/proposals/<uuid:proposal>/", charter.proposal_show, name="proposal-show"),
    path("league/proposals/<uuid:proposal>/vote/", charter.vote_give, name="vote-give"),
    path("league/guests/", guests.guest_list, name="guest-list"),
    path("league/guests/invite/", guests.guest_invite, name="guest-invite"),
    path("league/guests/terms/", guests.guest_terms, name="guest-terms"),
    path("league/guests/<uuid:invitation>/", guests.guest_show, name="guest-show"),
    path("league/guests/<uuid:invitation>/link/", guests.guest_link, name="guest-link"),
    path("league/guests/<uuid:invitation>/end/", guests.guest_end, name="guest-end"),
    path("guest/<str:secret>/", guests.guest_open, name="guest-open"),
]
