# SPDX-License-Identifier: Apache-2.0
"""Addresses of activations."""

from django.urls import path

from hansa.activation import live_views, phone_views, views

app_name = "activation"
_one = "activations/<uuid:activation_id>/"
urlpatterns = [
    path("activations/", views.activation_list, name="activation-list"),
    path("activations/consult/", views.activation_consult, name="activation-consult"),
    path("activations/invoke/", views.activation_invoke, name="activation-invoke"),
    path("activations/spoken/", views.activation_report, name="activation-report"),
    path("activations/log/", views.line_log, name="line-log"),
    path("consultations/<uuid:consultation_id>/", views.consultation_detail, name="consultation-detail"),
    path(_one, views.activation_board, name="activation-board"),
    path(f"{_one}timeline/", views.activation_timeline, name="activation-timeline"),
    path(f"{_one}live/", live_views.activation_live, name="activation-live"),
    path(f"{_one}acknowledge/", views.activation_acknowledge, name="activation-acknowledge"),
    path(f"{_one}decline/", views.activation_decline, name="activation-decline"),
    path(f"{_one}attest/", views.activation_attest, name="activation-attest"),
    path(f"{_one}adopt/", views.activation_adopt, name="activation-adopt"),
    path(f"{_one}level/", views.activation_level, name="activation-level"),
    path(f"{_one}extend/", views.activation_extend, name="activation-extend"),
    path(f"{_one}phone/<slug:member>/", phone_views.activation_phone, name="activation-phone"),
    path(f"{_one}stand-down/", views.activation_stand_down, name="activation-stand-down"),
]
