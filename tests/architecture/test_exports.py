# SPDX-License-Identifier: Apache-2.0
"""Contact data of people who report, consent or ask is never exported in bulk (design, section 5)."""

import importlib
from collections.abc import Iterator
from typing import get_args, get_origin

import pytest
from pydantic import BaseModel

from hansa.config.api import api
from tests.architecture.test_layout import HOUSE, ROOT, sources

WRITERS = ("csv.writer", "csv.DictWriter", "text/csv", "Workbook(")


def lists_in(annotation: object, inside: bool = False, seen: frozenset = frozenset()) -> Iterator[type[BaseModel]]:
    """Yield the schemas that an answer holds many of: those in lists, tuples, sets or mappings, at any depth."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if annotation in seen:
            return
        if inside:
            yield annotation
        for field in annotation.model_fields.values():
            yield from lists_in(field.annotation, inside, seen | {annotation})
        return
    many = inside or get_origin(annotation) in (list, tuple, set, frozenset, dict)
    for part in get_args(annotation):
        yield from lists_in(part, many, seen)


def contacts_of(schema: type[BaseModel]) -> frozenset[str]:
    declared = getattr(schema, "personal", None)
    return declared.whose.get("contact", frozenset()) if declared else frozenset()


def answers() -> Iterator[tuple[str, object]]:
    """Yield the address and the answer's annotation of every operation of the API."""
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                for model in operation.response_models.values():
                    if isinstance(model, type) and issubclass(model, BaseModel):
                        yield f"{operation.methods} {prefix}{path}", model.model_fields["response"].annotation


def test_no_answer_of_the_api_holds_the_contacts_of_many():
    found = [
        f"{address}: {schema.__name__}.{'.'.join(sorted(contacts_of(schema)))}"
        for address, annotation in answers()
        for schema in lists_in(annotation)
        if contacts_of(schema)
    ]
    assert len({address for address, _ in answers()}) > 30 and not found


def test_the_search_for_contacts_finds_them():
    from typing import ClassVar

    from hansa.core.personal import Personal, declare

    class Caller(BaseModel):
        phone: str
        personal: ClassVar[Personal] = declare(contact="phone", purpose="x", sealed="x", purge="x")

    class Page(BaseModel):
        rows: list[Caller]

    assert list(lists_in(list[Caller])) == [Caller] == list(lists_in(Page))
    assert not list(lists_in(Caller)) and contacts_of(Caller) == {"phone"}


def test_what_writes_a_table_says_what_it_holds_and_it_holds_no_contacts():
    """Each table that leaves the node is made in an `exporting` module, whose `PERSONAL` declares its columns."""
    writing = {
        path.relative_to(HOUSE).parts[0]
        for path in sources()
        if any(word in path.read_text("utf-8") for word in WRITERS)
    }
    assert "evidence" in writing
    for part in sorted(writing):
        module = importlib.import_module(f"hansa.{part}.exporting")
        assert not module.PERSONAL.whose.get("contact"), part


@pytest.mark.parametrize("name", ["requester", "contact"])
def test_the_exemption_log_has_no_column_for_who_asked(name):
    from hansa.evidence.exporting import EXEMPTION_COLUMNS

    assert name not in EXEMPTION_COLUMNS and ROOT
