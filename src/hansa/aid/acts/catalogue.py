# SPDX-License-Identifier: Apache-2.0
"""What members say about the catalogue and about what they could release."""

from typing import Annotated, ClassVar, Literal
from uuid import UUID, uuid5

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hansa import ledger
from hansa.aid import catalogue, naming
from hansa.aid.acts.request import Code, Facts, Latitude, Longitude, Quantity, degrees
from hansa.aid.choices import CATEGORIES as CATEGORY_LABELS
from hansa.aid.choices import FORMS as FORM_LABELS
from hansa.aid.choices import UNITS as UNIT_LABELS
from hansa.aid.models import Availability, Declaration, MemberKind
from hansa.aid.queries.catalogue import amount, kinds
from hansa.core.personal import Personal, declare
from hansa.core.verdicts import ALLOW, Text, Verdict, refuse
from hansa.ledger.act import Act, Body, Refs

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=120)]
_CATEGORIES = tuple(CATEGORY_LABELS)
_UNITS = tuple(sorted(catalogue.UNITS))


@ledger.act_type("aid.kind.defined", audience=ledger.LEAGUE)
class KindDefined(Body):
    """A member adds a kind to the catalogue for everyone; its code is the member's slug and `slug`."""

    slug: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{1,59}$")]
    form: Literal[catalogue.FORMS]  # type: ignore[valid-type]
    category: Literal[_CATEGORIES]  # type: ignore[valid-type]
    unit: Literal[_UNITS]  # type: ignore[valid-type]
    types: int = Field(default=0, ge=0, le=4)
    name_en: Name
    name_es: Name
    words: Annotated[str, StringConstraints(max_length=200)] = ""
    personal = declare(none="slug form category unit types name_en name_es words")

    def headline(self, act: Act) -> Text:
        """Say who defined what."""
        name = self.name_es if (get_language() or "en").startswith("es") else self.name_en
        return _("%(member)s added “%(name)s” to the catalogue.") % {"member": naming.member(act.author), "name": name}

    def facts(self, act: Act) -> Facts:
        """Return the names, form, category, unit and types."""
        return [
            (_("English name"), self.name_en),
            (_("Spanish name"), self.name_es),
            (_("Form"), FORM_LABELS[self.form]),
            (_("Category"), CATEGORY_LABELS[self.category]),
            (_("Unit"), UNIT_LABELS[self.unit]),
            (_("NIMS types"), str(self.types) if self.types else _("not typed")),
        ]

    def judge(self, act: Act, refs: Refs) -> Verdict:
        """Refuse what no lawful mutual aid needs (design, section 5)."""
        word = catalogue.refused(self.slug, self.name_en, self.name_es, self.words)
        if word:
            return refuse(_("“%(word)s” has no place in this catalogue. Describe what helps people.") % {"word": word})
        return ALLOW

    def apply(self, act: Act) -> None:
        """Write the kind; the first definition of a code counts, so that what was offered keeps its meaning."""
        code = f"{act.author}:{self.slug}"
        row = MemberKind(
            code=code, author=act.author, form=self.form, category=self.category, unit=self.unit, types=self.types,
            name_en=self.name_en, name_es=self.name_es, words=self.words, defined_at=act.at, act=act.digest,
            audience=act.audience,
        )  # fmt: skip
        standing = MemberKind.objects.select_for_update().filter(code=code).first()
        if standing is None or (act.at, act.digest) < (standing.defined_at, standing.act):
            row.save(force_insert=standing is None)


class Item(BaseModel):
    """So many units that a member could release, of one kind and type at one site."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    kind: Code
    level: int = Field(default=0, ge=0, le=9)
    quantity: Quantity
    site: Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)] = ""
    lat: Latitude | None = None
    lon: Longitude | None = None
    personal: ClassVar[Personal] = declare(none="kind level quantity site lat lon")


@ledger.act_type("aid.availability.declared", audience=ledger.LEAGUE)
class AvailabilityDeclared(Body):
    """All that a member could release now, above its reserve. Binds nobody; the newest declaration replaces the
    rest."""

    items: tuple[Item, ...] = Field(max_length=2_000)
    personal = declare(none="items")

    def headline(self, act: Act) -> Text:
        """Say who could release how many kinds."""
        return _("%(member)s told the league what it could release: %(count)s kinds.") % {
            "member": naming.member(act.author), "count": len({item.kind for item in self.items}),
        }  # fmt: skip

    def facts(self, act: Act) -> Facts:
        """Return every item."""
        known = kinds(item.kind for item in self.items)
        return [(item.site or _("Site"), amount(item.quantity, item.kind, item.level, known)) for item in self.items]

    def judge(self, act: Act, refs: Refs) -> Verdict:
        """Refuse a list that names the same kind, type and site twice."""
        keys = {(item.kind, item.level, item.site) for item in self.items}
        return (
            ALLOW
            if len(keys) == len(self.items)
            else refuse(_("The list names something twice. Reload and try again."))
        )

    def apply(self, act: Act) -> None:
        """Replace what the member declared before, unless a later declaration has."""
        newest, made = Declaration.objects.select_for_update().get_or_create(
            donor=act.author, defaults={"declared_at": act.at, "act": act.digest, "audience": act.audience}
        )
        if not made:
            if (newest.declared_at, newest.act) >= (act.at, act.digest):
                return
            Declaration.objects.filter(donor=act.author).update(
                declared_at=act.at, act=act.digest, audience=act.audience
            )
        Availability.objects.filter(donor=act.author).delete()
        Availability.objects.bulk_create(self._rows(act))

    def _rows(self, act: Act) -> list[Availability]:
        return [
            Availability(
                id=_row_id(act.id, number), donor=act.author, kind=item.kind, level=item.level, quantity=item.quantity,
                site=item.site, lat=degrees(item.lat), lon=degrees(item.lon),
                declared_at=act.at, act=act.digest, audience=act.audience,
            )
            for number, item in enumerate(self.items)
        ]  # fmt: skip


def _row_id(act: UUID, number: int) -> UUID:
    """Return the key of one item's row, derived from the act."""
    return uuid5(act, str(number))
