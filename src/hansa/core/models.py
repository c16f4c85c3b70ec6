# SPDX-License-Identifier: Apache-2.0
"""The two kinds of rows: shared ones are a fold over signed acts, local ones are a member's own."""

from django.db import models

from hansa.core.ids import new_id
from hansa.core.rls import current_member


class SharedModel(models.Model):
    """A row that every node computes alike from the ledger. Only `apply` writes it; its key derives from acts."""

    audience = models.CharField(max_length=100, default="public", db_index=False)

    class Meta:
        abstract = True

    @classmethod
    def put(cls, **values) -> None:
        """Write a row under its primary key, in the place of what is there; one statement, so twice is as once."""
        keys = [field.name for field in cls._meta.pk_fields]
        named = [name for name in values if name not in keys]
        cls._default_manager.bulk_create(
            [cls(**values)], update_conflicts=True, unique_fields=keys, update_fields=named
        )

    @classmethod
    def keep(cls, **values) -> None:
        """Write a row unless one stands under its key: the first one stays."""
        cls._default_manager.bulk_create([cls(**values)], ignore_conflicts=True)


class LocalModel(models.Model):
    """A row of one member that never leaves the node. The scope that is open says whose it is."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    member = models.CharField(max_length=63, default=current_member, editable=False, db_index=True)

    class Meta:
        abstract = True
