# SPDX-License-Identifier: Apache-2.0
"""Addresses of the frame."""

from django.urls import include, path

from hansa.shell import views

_own = [
    path("", views.home, name="home"),
    path("search/", views.search_page, name="search"),
    path("help/", views.help_page, name="help"),
    path("offline/", views.offline, name="offline"),
    path("theme/", views.theme_choose, name="theme-choose"),
    path("gallery/", views.gallery_page, name="gallery"),
    path("favicon.ico", views.favicon, name="favicon"),
]
urlpatterns = [path("", include((_own, "shell"))), path("i18n/", include("django.conf.urls.i18n"))]
