# SPDX-License-Identifier: Apache-2.0
"""Who may recall, destroy, refuse, let others read, change the league's key; refusals say why and who could."""

from django.utils.translation import gettext as _

from hansa.core.actor import Actor
from hansa.core.verdicts import ALLOW, Verdict, refuse
from hansa.ledger import standing
from hansa.ledger.act import Act
from hansa.ledger.acts import ADMINISTRATOR
from hansa.ledger.audience import PUBLIC
from hansa.ledger.choices import Kept
from hansa.ledger.models import PurgeAnswer, Recall

# Who answers for a member's records.
RECORDS = ("legal", "chief-executive", ADMINISTRATOR)


def _in_office(actor: Actor) -> Verdict:
    if actor.holds(*RECORDS):
        return ALLOW
    return refuse(_("Your office does not decide on records. Nothing was changed."), *RECORDS)


def may_recall(actor: Actor, act: Act) -> Verdict:
    """Return whether the actor may ask every reader to destroy the text of an act."""
    if act.audience == PUBLIC:
        return refuse(_("This act is public: its words stand in the log, which never changes."))
    if act.author != actor.member:
        return refuse(_("Only the member that said something recalls it."))
    if Recall.objects.filter(digest=act.digest).exists():
        return refuse(_("This was recalled already. See the list of recalls."))
    if standing.is_rested_on(act):
        return refuse(_("Other acts rest on this one: without it, nobody could read what they promise."))
    return _in_office(actor)


def may_answer(actor: Actor, recall: Recall) -> Verdict:
    """Return whether the actor may say for its member what becomes of a recalled text: destroyed, or refused."""
    answer = PurgeAnswer.objects.filter(digest=recall.digest, reader=actor.member).first()
    if answer and answer.state != Kept.REFUSED:
        return refuse(_("Your member has confirmed this already. Nothing was changed."))
    return _in_office(actor)


def may_let_read(actor: Actor, act: Act) -> Verdict:
    """Return whether the actor may let one more member read a sealed act: its author may, while nobody recalled it."""
    if act.audience == PUBLIC or act.author != actor.member:
        return refuse(_("Only the member that sealed an act lets others read it."))
    if Recall.objects.filter(digest=act.digest).exists():
        return refuse(_("This was recalled: it goes to nobody else."))
    if actor.member in standing.gone_at(act.digest):
        return refuse(_("Your member has destroyed the text. It cannot be passed on."))
    return _in_office(actor)


def may_rotate(actor: Actor) -> Verdict:
    """Return whether the actor may open the league's next key period before it is time."""
    if actor.holds(ADMINISTRATOR):
        return ALLOW
    return refuse(_("Only an administrator changes the league's key before its time."), ADMINISTRATOR)
