# SPDX-License-Identifier: Apache-2.0
"""What can be done with the catalogue: add a kind."""

from datetime import datetime
from uuid import UUID

from django.utils.text import slugify
from django.utils.translation import gettext as _

from hansa import ledger
from hansa.aid import catalogue
from hansa.aid.actions.drawing import draw
from hansa.aid.acts.catalogue import KindDefined
from hansa.aid.models import MemberKind
from hansa.aid.policy.request import may_define_kind
from hansa.aid.queries.catalogue import all_kinds
from hansa.core.actor import Actor
from hansa.core.verdicts import Invalid, require
from hansa.ledger import Act, PendingAct


def define_kind(
    *, name_en: str, name_es: str, form: str, category: str, unit: str, actor: Actor, at: datetime, types: int = 0,
    words: str = "", id: UUID | None = None,
) -> Act | PendingAct:  # fmt: skip
    """Add a kind to the catalogue for the whole league. Raises `Refused` for what has no place there."""
    if id and (known := ledger.get(id)):
        return known
    require(may_define_kind(actor))
    slug = slugify(name_en)[:60].strip("-")
    errors = {}
    for field, name in (("name_en", name_en), ("name_es", name_es)):
        if len(name.strip()) < 2:
            errors[field] = _("No name is given. Nothing was added. Enter one in both languages.")
        elif found := catalogue.exact(all_kinds(), name):
            text = _("“%(name)s” is in the catalogue already, as %(code)s. Nothing was added. Use that one.")
            errors[field] = text % {
                "name": name, "code": found.code}  # fmt: skip
    if len(slug) < 2 and "name_en" not in errors:
        errors["name_en"] = _("The English name needs letters or digits. Nothing was added. Enter another.")
    if MemberKind.objects.filter(code=f"{actor.member}:{slug}").exists():
        errors.setdefault("name_en", _("Your member has defined that already. Nothing was added. Use it."))
    if errors:
        raise Invalid(errors)
    body = draw(
        KindDefined,
        slug=slug,
        form=form,
        category=category,
        unit=unit,
        types=types,
        name_en=name_en,
        name_es=name_es,
        words=words,
    )
    return ledger.submit(actor, body, id=id)
