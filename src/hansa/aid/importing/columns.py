# SPDX-License-Identifier: Apache-2.0
"""Which column is which, by its header in English or Spanish."""

from collections.abc import Sequence
from dataclasses import dataclass

from hansa.aid.catalogue import fold

# Column, whether a row needs it, and the headers that mean it. The first of each language is what templates use.
COLUMNS: dict[str, tuple[bool, tuple[str, ...], tuple[str, ...]]] = {
    "kind": (
        True,
        ("What", "Item", "Kind", "Resource", "Resource kind", "Description", "NIMS id", "Code", "Supply", "Need"),
        ("Qué", "Artículo", "Clase", "Recurso", "Descripción", "Código", "Suministro", "Necesidad", "Código NIMS"),
    ),
    "quantity": (
        True,
        ("Quantity", "Qty", "Amount", "Number", "Count", "Requested", "Units requested"),
        ("Cantidad", "Cant", "Número", "Solicitado"),
    ),
    "needed_by": (
        True,
        ("Needed by", "Need by", "Due", "Required by", "Deadline", "Requested arrival", "When", "Date needed"),
        ("Necesario para", "Para cuándo", "Fecha límite", "Fecha", "Requerido para", "Cuándo"),
    ),
    "place": (
        False,
        ("Where", "Place", "Deliver to", "Location", "Staging", "Staging place", "Site", "Address", "Report to"),
        ("Dónde", "Lugar", "Entregar en", "Ubicación", "Sitio", "Dirección", "Punto de entrega"),
    ),
    "priority": (False, ("Priority", "Urgency", "Prio"), ("Prioridad", "Urgencia")),
    "level": (False, ("Type", "NIMS type", "Level", "Resource type"), ("Tipo", "Tipo NIMS", "Nivel")),
    "lifeline": (False, ("Lifeline", "Community lifeline"), ("Línea vital", "Servicio vital")),
    "conditions": (False, ("Conditions", "Lodging, meals, hazards", "Limits"), ("Condiciones", "Límites")),
    "note": (
        False,
        ("Note", "Notes", "Comment", "Comments", "Details", "Remarks"),
        ("Nota", "Notas", "Comentario", "Detalles"),
    ),
    "until": (False, ("Until", "End", "Needed until", "End date"), ("Hasta", "Fin", "Necesario hasta")),
}


def header_key(text: str) -> str:
    """Return a header as it is compared: no case, accents, punctuation or "(optional)"."""
    plain = fold(text).replace("(optional)", "").replace("(opcional)", "")
    return " ".join("".join(letter if letter.isalnum() else " " for letter in plain).split())


_BY_HEADER = {
    header_key(header): column for column, (_, english, spanish) in COLUMNS.items() for header in (*english, *spanish)
}


@dataclass(frozen=True, slots=True)
class Headers:
    """Where each known column stands; what is missing, unknown (left out of the import) or there twice."""

    at: dict[str, int]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    twice: tuple[str, ...]


def match_headers(headers: Sequence[str]) -> Headers:
    """Return which columns the headers name, in either language."""
    at: dict[str, int] = {}
    unknown, twice = [], []
    for position, header in enumerate(headers):
        column = _BY_HEADER.get(header_key(header))
        if column is None:
            if header:
                unknown.append(header)
        elif column in at:
            twice.append(header)
        else:
            at[column] = position
    missing = tuple(column for column, (needed, _, _) in COLUMNS.items() if needed and column not in at)
    return Headers(at, missing, tuple(unknown), tuple(twice))
