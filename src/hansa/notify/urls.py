# SPDX-License-Identifier: Apache-2.0
"""Addresses of the part's pages. Where providers call back is in `hook_urls`."""

from django.urls import path

from hansa.notify import views

app_name = "notify"
urlpatterns = [
    path("addresses/", views.address_list, name="address-list"),
    path("addresses/add/", views.address_add, name="address-add"),
    path("addresses/push/", views.push_add, name="push-add"),
    path("addresses/<uuid:address_id>/confirm/", views.address_confirm, name="address-confirm"),
    path("addresses/<uuid:address_id>/code/", views.address_code, name="address-code"),
    path("addresses/<uuid:address_id>/remove/", views.address_remove, name="address-remove"),
    path("addresses/<uuid:address_id>/enlist/", views.address_enlist, name="address-enlist"),
    path("deliveries/", views.delivery_list, name="delivery-list"),
]
