# SPDX-License-Identifier: Apache-2.0
"""The ledger: every promise is a signed act in its member's own transparency log (design, section 2).

Parts use what is named here: `from hansa import ledger`. Names load on first use, because Django imports this
package before models can be loaded.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hansa.ledger.act import Act as Act
    from hansa.ledger.act import Body as Body
    from hansa.ledger.act import Refs as Refs
    from hansa.ledger.act import Requirement as Requirement
    from hansa.ledger.actions import approve as approve
    from hansa.ledger.actions import drop_pending as drop_pending
    from hansa.ledger.actions import found_node as found_node
    from hansa.ledger.actions import open_log as open_log
    from hansa.ledger.actions import publish_by_root as publish_by_root
    from hansa.ledger.actions import read_pending as read_pending
    from hansa.ledger.actions import submit as submit
    from hansa.ledger.actions import submit_all as submit_all
    from hansa.ledger.audience import LEAGUE as LEAGUE
    from hansa.ledger.audience import PUBLIC as PUBLIC
    from hansa.ledger.audience import league_scope as league_scope
    from hansa.ledger.audience import named as named
    from hansa.ledger.models import PendingAct as PendingAct
    from hansa.ledger.publishing import say as say
    from hansa.ledger.purging import purge as purge
    from hansa.ledger.queries import get as get
    from hansa.ledger.queries import receipts as receipts
    from hansa.ledger.reacting import hosted_members as hosted_members
    from hansa.ledger.registry import act_type as act_type
    from hansa.ledger.registry import on as on
    from hansa.ledger.registry import on_destroyed as on_destroyed
    from hansa.ledger.registry import on_for_all as on_for_all
    from hansa.ledger.registry import set_approval_rule as set_approval_rule
    from hansa.ledger.registry import set_hold_check as set_hold_check
    from hansa.ledger.registry import set_league_members as set_league_members
    from hansa.ledger.registry import set_office_check as set_office_check

_HOME = {
    "act": ("Act", "Body", "Refs", "Requirement"),
    "actions": (
        "approve",
        "drop_pending",
        "found_node",
        "open_log",
        "publish_by_root",
        "read_pending",
        "submit",
        "submit_all",
    ),
    "audience": ("LEAGUE", "PUBLIC", "league_scope", "named"),
    "models": ("PendingAct",),
    "publishing": ("say",),
    "purging": ("purge",),
    "queries": ("get", "receipts"),
    "reacting": ("hosted_members",),
    "registry": (
        "act_type",
        "on",
        "on_destroyed",
        "on_for_all",
        "set_approval_rule",
        "set_hold_check",
        "set_league_members",
        "set_office_check",
    ),
}
_MODULES = {name: module for module, names in _HOME.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"hansa.ledger has no {name}")
    return getattr(import_module(f"hansa.ledger.{_MODULES[name]}"), name)
