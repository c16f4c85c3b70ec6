# SPDX-License-Identifier: Apache-2.0
"""Addresses of the ledger's pages."""

from django.urls import path

from hansa.ledger import views

app_name = "ledger"
urlpatterns = [
    path("ledger/", views.act_list, name="act-list"),
    path("ledger/recalls/", views.recall_list, name="recall-list"),
    path("ledger/recalls/<str:digest>/destroy/", views.recall_destroy, name="recall-destroy"),
    path("ledger/recalls/<str:digest>/refuse/", views.recall_refuse, name="recall-refuse"),
    path("ledger/keys/", views.key_list, name="key-list"),
    path("ledger/<uuid:act_id>/recall/", views.act_recall, name="act-recall"),
    path("ledger/<uuid:act_id>/let-read/", views.act_let_read, name="act-let-read"),
    path("ledger/<uuid:act_id>/", views.act_detail, name="act-detail"),
    path("ledger/<uuid:act_id>/leaf.json", views.act_leaf, name="act-leaf"),
    path("ledger/<uuid:act_id>/proof.txt", views.act_proof, name="act-proof"),
]
