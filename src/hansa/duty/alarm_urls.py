# SPDX-License-Identifier: Apache-2.0
"""Addresses of alerts. The link in a message is short: a text message has 160 signs."""

from django.urls import path

from hansa.duty import alarm_views as views

urlpatterns = [
    path("a/<uuid:alert_id>/<str:code>/", views.alert_answer, name="alert-answer"),
    path("alerts/", views.alert_list, name="alert-list"),
    path("alerts/plan/", views.alarm_plan, name="alarm-plan"),
    path("alerts/<uuid:alert_id>/", views.alert_detail, name="alert-detail"),
    path("alerts/<uuid:alert_id>/take/", views.alert_take, name="alert-take"),
    path("contacts/", views.contacts, name="contacts"),
]
