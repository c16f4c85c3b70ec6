# SPDX-License-Identifier: Apache-2.0
"""Addresses of duties, the inbox, hand-overs and rotas."""

from django.urls import path

from hansa.duty import alarm_urls
from hansa.duty.views import covering, inbox, planning, rota

app_name = "duty"
_ROTA = "rotas/<slug:office>/"
urlpatterns = [
    *alarm_urls.urlpatterns,
    path("duties/", inbox.duty_list, name="duty-list"),
    path("duties/<uuid:duty_id>/take/", inbox.duty_take, name="duty-take"),
    path("duties/<uuid:duty_id>/release/", inbox.duty_release, name="duty-release"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/read/", inbox.inbox_read, name="inbox-read"),
    path("log/", inbox.line_list, name="line-list"),
    path("handovers/", inbox.handover_list, name="handover-list"),
    path("handovers/new/", inbox.handover_new, name="handover-new"),
    path("handovers/<uuid:handover_id>/", inbox.handover_detail, name="handover-detail"),
    path("handovers/<uuid:handover_id>/accept/", inbox.handover_accept, name="handover-accept"),
    path("rotas/", rota.rota_list, name="rota-list"),
    path("rotas/new/", planning.rota_new, name="rota-new"),
    path("rotas/holidays/", planning.day_list, name="rota-days"),
    path("rotas/holidays/<uuid:day_id>/drop/", planning.day_drop, name="rota-day-drop"),
    path("rotas/calendars/", covering.calendar_list, name="rota-calendars"),
    path("rotas/calendars/<uuid:link_id>/revoke/", covering.calendar_revoke, name="rota-calendar-revoke"),
    path("rotas/feed/<str:secret>.ics", rota.rota_feed, name="rota-feed"),
    path("rotas/covers/<uuid:cover_id>/withdraw/", covering.cover_withdraw, name="rota-cover-withdraw"),
    path("rotas/fixed/<uuid:fixed_id>/withdraw/", planning.fixed_withdraw, name="rota-fixed-withdraw"),
    path("rotas/swaps/<uuid:swap_id>/answer/", covering.swap_answer, name="rota-swap-answer"),
    path("rotas/swaps/<uuid:swap_id>/withdraw/", covering.swap_withdraw, name="rota-swap-withdraw"),
    path(_ROTA, rota.rota_week, name="rota-week"),
    path(f"{_ROTA}settings/", planning.rota_settings, name="rota-settings"),
    path(f"{_ROTA}lines/new/", planning.line_new, name="rota-line-new"),
    path(f"{_ROTA}lines/<uuid:line_id>/", planning.line_change, name="rota-line-change"),
    path(f"{_ROTA}lines/<uuid:line_id>/end/", planning.line_end, name="rota-line-end"),
    path(f"{_ROTA}fix/", planning.fixed_new, name="rota-fixed"),
    path(f"{_ROTA}cover/", covering.cover_new, name="rota-cover"),
    path(f"{_ROTA}swap/", covering.swap_new, name="rota-swap"),
]
