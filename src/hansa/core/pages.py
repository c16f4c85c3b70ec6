# SPDX-License-Identifier: Apache-2.0
"""What every page with a list or with one thing on it does alike: a page of rows, and 404 for what is not there."""

from typing import TypeVar

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest

SIZE = 50
Row = TypeVar("Row")


def page_of(rows, request: HttpRequest, *, size: int = SIZE, name: str = "page") -> Page:
    """Return the page of `rows` (a list or a query) that the address asks for; the nearest one for a wrong number."""
    return Paginator(rows, size).get_page(request.GET.get(name))


def found(row: Row | None) -> Row:
    """Return what a query found; `Http404` when that is nothing, which also hides what one may not see."""
    if row is None:
        raise Http404
    return row
