# SPDX-License-Identifier: Apache-2.0
"""Addresses of the ledger's pages."""

from django.urls import path

from hansa.ledger import views

app_name = "ledger"
urlpatterns = [
    path("ledger/", views.act_list, name="act-list"),
    path("ledger/<uuid:act_id>/", views.act_detail, name="act-detail"),
    path("ledger/<uuid:act_id>/leaf.json", views.act_leaf, name="act-leaf"),
    path("ledger/<uuid:act_id>/proof.txt", views.act_proof, name="act-proof"),
]
