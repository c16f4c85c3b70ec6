# SPDX-License-Identifier: Apache-2.0
"""Addresses of duties, the inbox and hand-overs."""

from django.urls import path

from hansa.duty import alarm_urls, views

app_name = "duty"
urlpatterns = [
    *alarm_urls.urlpatterns,
    path("duties/", views.duty_list, name="duty-list"),
    path("duties/<uuid:duty_id>/take/", views.duty_take, name="duty-take"),
    path("duties/<uuid:duty_id>/release/", views.duty_release, name="duty-release"),
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/read/", views.inbox_read, name="inbox-read"),
    path("log/", views.line_list, name="line-list"),
    path("handovers/", views.handover_list, name="handover-list"),
    path("handovers/new/", views.handover_new, name="handover-new"),
    path("handovers/<uuid:handover_id>/", views.handover_detail, name="handover-detail"),
    path("handovers/<uuid:handover_id>/accept/", views.handover_accept, name="handover-accept"),
]
