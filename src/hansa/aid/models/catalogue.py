# SPDX-License-Identifier: Apache-2.0
"""Kinds that members define beside the catalogue that ships with Hansa."""

from django.db import models

from hansa.core.models import SharedModel
from hansa.core.personal import declare


class MemberKind(SharedModel):
    """A kind of resource that a member defined by act; its code is `member:slug`."""

    code = models.CharField(max_length=130, primary_key=True)
    author = models.CharField(max_length=63)
    form = models.CharField(max_length=20)
    category = models.CharField(max_length=20)
    unit = models.CharField(max_length=20)
    types = models.PositiveSmallIntegerField(default=0)
    name_en = models.CharField(max_length=120)
    name_es = models.CharField(max_length=120)
    words = models.CharField(max_length=200, blank=True)
    defined_at = models.DateTimeField()
    act = models.CharField(max_length=64)

    personal = declare(none="code author form category unit types name_en name_es words defined_at act audience")
