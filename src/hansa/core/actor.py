# SPDX-License-Identifier: Apache-2.0
"""Who acts: a person, in an office, for a member."""

from dataclasses import dataclass
from uuid import UUID

SYSTEM_OFFICE = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """A person acting for a member in one office; `offices` lists all that they hold now.

    `person` is None only for the node itself, which may sign nothing that binds a member.
    """

    person: UUID | None
    member: str
    office: str
    name: str = ""
    offices: tuple[str, ...] = ()

    def holds(self, *offices: str) -> bool:
        """Return whether the actor acts in, or also holds, one of these offices."""
        return self.office in offices or any(office in offices for office in self.offices)
