# SPDX-License-Identifier: Apache-2.0
"""`hansa init` and `hansa administrator`: a member comes to life, and its recovery keys speak, on the command line.

Recovery keys are shown once on this terminal and never stored. Everything that these commands do is in
`people.founding`, which the exercise calls, too.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from django.conf import settings

from hansa.core import clock
from hansa.core.rls import member_scope
from hansa.core.verdicts import Invalid
from hansa.ledger import actions as ledger
from hansa.ledger.keys import SigningKey
from hansa.ledger.models import Log, Root
from hansa.pact import actions as pact
from hansa.pact.charter import model_charter
from hansa.people import actions, founding, recovery
from hansa.people.founding import Newcomer
from hansa.people.models import Account
from hansa.people.words import words_of

_PERSON = re.compile(r"\s*(?P<name>[^<,]+?)\s*(?:,\s*(?P<title>[^<]+?)\s*)?<(?P<email>[^<>\s]+)>\s*")


def read_person(text: str) -> Newcomer:
    """Return the person whom "Name, Title <address>" names; `Invalid` for another form."""
    found = _PERSON.fullmatch(text)
    if not found:
        raise Invalid({"admin": f'{text!r} names nobody: write "Name, Title <name@city.gov>".'})
    return Newcomer(found["email"], found["name"], found["title"] or "Administrator")


def read_recovery(text: str) -> tuple[int, int]:
    """Return how many of how many recovery keys sign together; "2of3" is two of three."""
    found = re.fullmatch(r"(\d)\s*of\s*(\d)", text)
    if not found:
        raise Invalid({"recovery": f"{text!r} is no number of keys: write 2of3 for two of three."})
    return int(found[1]), int(found[2])


def init(
    league: str,
    member: str,
    administrators: Sequence[str],
    *,
    recovery_keys: str,
    joins: bool,
    name: str = "",
    charter: str = "",
) -> Iterator[str]:
    """Found `member` on this node, opening `league` or joining it; yield what its people write down and do next.

    Opening signs the league's first charter with the recovery keys: `charter`, or Hansa's model. Its chief executive
    and those of the other governments ratify it in the browser.
    """
    text = "" if joins else pact.checked_text(charter or model_charter())
    threshold, count = read_recovery(recovery_keys)
    people = [read_person(text) for text in administrators]
    roots = founding.recovery_keys(count)
    at = clock.now()
    ledger.found_node(league, exercise=None)
    founded = founding.found_member(
        member, administrators=people, roots=roots, threshold=threshold, at=at, opens_league=not joins
    )
    if text:
        pact.found_league(member, name=name or league, text=text, signers=roots[:threshold])
    yield f"{member} is founded in the league {league}. {threshold} of {count} recovery keys speak for it."
    yield "\nWrite each recovery key on paper, give each to another person, clear this screen. They are kept nowhere."
    for number, key in enumerate(roots, 1):
        yield f"  recovery key {number}:  {recovery.to_text(key)}"
    yield from _fingerprints(member, founded.first.digest)
    yield "\nFirst administrators: open the link once, on the device that will hold the passkey (seven days)."
    with member_scope(member):
        for account in founded.administrators:
            yield f"  {account.name}:  {link(actions.new_invitation(account, actor=None, at=at))}"
    yield from _next_steps(founded.administrators[0], threshold, joins)


def _fingerprints(member: str, first: str) -> Iterator[str]:
    yield "\nCompare these by telephone with the other members, by a number that you know from elsewhere:"
    with member_scope(member):
        root = Root.objects.get(author=member)
        origin = Log.objects.get(author=member).origin
    yield f"  log:               {origin}"
    yield f"  log key:           {recovery.fingerprint(root.log_key)}"
    for number, key in enumerate(root.keys, 1):
        yield f"  recovery key {number}:    {recovery.fingerprint(key)}"
    yield f"  first act:         {words_of(first)}"


def _next_steps(administrator: Account, threshold: int, joins: bool) -> Iterator[str]:
    domain, email = settings.HANSA_RP_ID, administrator.email
    yield "\nNext:"
    yield f"  1. Keep HANSA_DOMAIN={settings.HANSA_DOMAIN} and HANSA_RP_ID={domain} set: passkeys are bound to it."
    yield "  2. Start the node: hansa serve"
    yield "  3. Open the link, make the passkey, and have it vouched for by the recovery keys:"
    yield f"     hansa administrator vouch {administrator.member} {email}   (asks for {threshold} recovery keys)"
    yield "  4. Sign in, and invite the others: People, Invite a person."
    if joins:
        yield "  5. Ask a member for the league's key, once it has compared the fingerprints; then ratify the charter."
    else:
        yield "  5. Appoint the chief executive, who ratifies the charter (League, Ratify the charter). Others follow."


def link(secret: str) -> str:
    """Return the address of an invitation."""
    return f"{settings.HANSA_ORIGINS[0]}/join/{secret}/"


def read_keys(member: str, ask: Callable[[str], str]) -> list[SigningKey]:
    """Return the recovery keys that `ask` brings, as many as sign together; `Invalid` for a copying error."""
    with member_scope(member):
        root = Root.objects.filter(author=member).first()
    if root is None:
        raise Invalid({"member": f"{member} has no log on this node."})
    try:
        return [recovery.from_text(ask(f"Recovery key {n} of {root.threshold}")) for n in range(1, root.threshold + 1)]
    except recovery.NotARecoveryKey as error:
        raise Invalid({"recovery": f"{str(error)[0].upper()}{str(error)[1:]}. Nothing was signed."}) from None


def vouch(member: str, email: str, ask: Callable[[str], str]) -> Iterator[str]:
    """Enrol by the recovery keys the passkeys that an administrator made by invitation."""
    signers = read_keys(member, ask)
    with member_scope(member):
        made = founding.vouch_for_passkeys(_account(email), signers=signers)
    yield f"{len(made)} passkey(s) of {email} now sign for {member}."


def appoint(member: str, person: str, ask: Callable[[str], str]) -> Iterator[str]:
    """Appoint a further administrator by the recovery keys; a new account gets an invitation."""
    newcomer = read_person(person)
    signers = read_keys(member, ask)
    with member_scope(member):
        account = Account.objects.filter(email=newcomer.email.lower()).first()
        invited = account is None
        if account is None:
            account = actions.make_account(email=newcomer.email, name=newcomer.name, title=newcomer.title)
        founding.appoint_administrators([account], signers=signers, at=clock.now())
        yield f"{account.name} is an administrator of {member}."
        if invited:
            yield f"Invitation (once, seven days): {link(actions.new_invitation(account, actor=None, at=clock.now()))}"


def end(member: str, email: str, ask: Callable[[str], str]) -> Iterator[str]:
    """End an administrator's terms by the recovery keys."""
    signers = read_keys(member, ask)
    with member_scope(member):
        ended = founding.end_administrator(_account(email), signers=signers)
    yield f"{email} is no administrator of {member} any more ({len(ended)} term(s) ended)."


def replace_key(member: str, ask: Callable[[str], str]) -> Iterator[str]:
    """Give a member a new key to read by, signed by the recovery keys."""
    signers = read_keys(member, ask)
    with member_scope(member):
        ledger.replace_reading_key(member, signers=signers)
    yield f"{member} reads by a new key. Others share the league's keys with it within minutes; what was sealed to"
    yield "the old key by name stays shut, until its author lets the member read it again."


def _account(email: str) -> Account:
    account = Account.objects.filter(email=email.strip().lower()).first()
    if account is None:
        raise Invalid({"email": f"{email} has no account for this member."})
    return account
