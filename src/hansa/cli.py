# SPDX-License-Identifier: Apache-2.0
"""The `hansa` command: each subcommand opens the node and calls one function."""

import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

import click
import psycopg
from django.db.utils import OperationalError

from hansa import __version__
from hansa.config.binaries import CannotStart
from hansa.config.node import bring_schema_up_to_date, opened_node, reason_of, say

_PORT = click.option("--port", type=int, envvar="PORT", default=8000, show_default=True, help="On 127.0.0.1.")
_WORKERS = click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Web processes.")
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(dir_okay=False, path_type=Path)


class _Commands(click.Group):
    """Commands whose expected failures end with one line and status 1."""

    def invoke(self, ctx: click.Context):
        try:
            return super().invoke(ctx)
        except CannotStart as error:
            say(str(error))
        except (psycopg.OperationalError, OperationalError) as error:  # Django's is none of psycopg's
            say(f"The database did not answer: {reason_of(error)}")
        sys.exit(1)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """Hansa runs a league: mutual aid from invocation to delivered aid, on a signed ledger."""


@main.command()
@_PORT
@_WORKERS
@click.option("--run", "play", is_flag=True, help="Play the exercise without a browser and print what happened.")
@click.option("--json", "as_json", is_flag=True, help="With --run: print JSON.")
@click.option("--scenario", default="civil-deployment", show_default=True, help="The scenario to load or play.")
def demo(port: int, workers: int, play: bool, as_json: bool, scenario: str) -> None:
    """Serve an exercise league on this machine, or play its exercise."""
    from hansa.config import demo as demonstration

    if not play:
        demonstration.show(port, workers, scenario)
    elif not demonstration.play(scenario, as_json):
        sys.exit(1)


@main.command()
@_PORT
@_WORKERS
def serve(port: int, workers: int) -> None:
    """Serve this node's pages on loopback, with its worker, until Ctrl-C."""
    from hansa.config import serve as serving

    with serving.stops_cleanly(), serving.bind(port) as listener, opened_node(attach=False) as node:
        bring_schema_up_to_date()
        ready = f"Hansa serves http://localhost:{port} (Ctrl-C stops it)."
        serving.run(listener, node, workers=workers, ready=lambda: say(ready))


@main.command()
def worker() -> None:
    """Work off this node's jobs until told to stop."""
    with opened_node():
        from hansa.config.work import work

        work()


@main.command()
def migrate() -> None:
    """Bring the schema up to date, as the role that owns it."""
    with opened_node():
        changed = bring_schema_up_to_date()
        say("The schema is up to date now." if changed else "The schema was up to date.")


@main.command()
@click.argument("file", type=_FILE)
def backup(file: Path) -> None:
    """Write the database and the encrypted keys to FILE."""
    from hansa.config import backup as backups

    with opened_node() as node:
        say(backups.write(node, file))


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Fill an empty database from FILE, and put its keys into the data folder."""
    from hansa.config import backup as backups

    backups.unpack_keys(file)
    with opened_node() as node:
        say(backups.read(node, file))


@main.command()
def assets() -> None:
    """Copy the front-end files that pages use from node_modules into the ignored static folder."""
    from hansa.shell.assets import MissingPackages, collect

    try:
        say(f"{len(collect())} front-end files are in place.")
    except MissingPackages as error:
        say(str(error))
        sys.exit(1)


@main.command()
@click.argument("parts", nargs=-1)
@click.option("--check", is_flag=True, help="Write nothing; end non-zero when Spanish is missing or a guess.")
@click.option("--compile", "compile_only", is_flag=True, help="Only compile the catalogs that are there.")
def messages(parts: tuple[str, ...], check: bool, compile_only: bool) -> None:
    """Bring the Spanish catalogs of PARTS (default: all) up to date with their sources, and compile them."""
    from hansa.shell import messages as catalogs

    if compile_only:
        catalogs.compile_all()
        return
    findings = catalogs.check(parts) if check else catalogs.update(parts)
    for line in findings.lines:
        say(line)
    if findings.lines:
        say(f"{len(findings.lines)} texts need Spanish: edit the part's locale/es/LC_MESSAGES/django.po.")
        sys.exit(1)
    say("Spanish is complete.")


@main.command()
@click.option("--export", "folder", type=_FOLDER, help="Verify this exported folder instead of this node.")
@click.option("--trust", type=_FILE, help="A file that pins the members' recovery keys and earlier heads.")
@click.option("--pin", type=_FILE, help="Write what was found good to this file, to trust it from now on.")
def verify(folder: Path | None, trust: Path | None, pin: Path | None) -> None:
    """Check every signature, approval, inclusion and consistency of every log, offline."""
    from hansa.config import checking

    sys.exit(0 if checking.verify(folder, trust, pin) else 1)


@main.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--bodies", is_flag=True, help="Add the sealed bodies, for members that may hold them.")
def export(folder: Path, bodies: bool) -> None:
    """Write every log as static tlog-tiles files under FOLDER."""
    from hansa.config import checking

    say(f"{checking.export(folder, bodies=bodies):,} acts are in {folder}. Check them: hansa verify --export {folder}")


@main.command()
@click.option("--swap", is_flag=True, help="Put the rebuilt tables in the place of what is there.")
def rebuild(swap: bool) -> None:
    """Fill a second schema from the ledger and compare it with this one, table by table."""
    from hansa.config import checking

    sys.exit(0 if checking.rebuild(swap) else 1)


@main.command()
@click.option("--league", required=True, help="The league to open, or to join.")
@click.option("--member", required=True, help="The member's id, like oakland-ca.")
@click.option("--admin", "admins", required=True, multiple=True, help='"Name, Title <name@city.gov>"; repeat for more.')
@click.option("--rp-id", required=True, envvar="HANSA_RP_ID", help="The lasting domain to which passkeys are bound.")
@click.option("--recovery", default="2of3", show_default=True, help="How many of how many recovery keys sign together.")
@click.option("--join", "joins", is_flag=True, help="The league exists already: do not open it here.")
@click.option("--name", default="", help="What people call the league; its id by default.")
@click.option(
    "--charter", type=click.File(encoding="utf-8"), help="The league's first charter; Hansa's model charter by default."
)
def init(
    league: str,
    member: str,
    admins: tuple[str, ...],
    rp_id: str,
    recovery: str,
    joins: bool,
    name: str,
    charter: TextIO | None,
) -> None:
    """Found a member of a real league on this node: log, recovery keys, first administrators."""
    os.environ["HANSA_RP_ID"] = rp_id
    os.environ.setdefault("HANSA_DOMAIN", rp_id)
    with opened_node():
        bring_schema_up_to_date()
        from hansa.config import founding

        text = charter.read() if charter else ""
        _print(founding.init(league, member, admins, recovery_keys=recovery, joins=joins, name=name, charter=text))


@main.group()
def administrator() -> None:
    """Let a member's recovery keys appoint or end administrators, vouch for their passkeys, replace a lost key."""


def _by_recovery_keys(step: str, *named: str) -> None:
    with opened_node():
        from hansa.config import founding

        _print(getattr(founding, step)(*named, lambda text: click.prompt(text, hide_input=True, err=True)))


@administrator.command()
@click.argument("member")
@click.argument("email")
def vouch(member: str, email: str) -> None:
    """Enrol the passkeys that the administrator with this address made by invitation."""
    _by_recovery_keys("vouch", member, email)


@administrator.command()
@click.argument("member")
@click.argument("person")
def appoint(member: str, person: str) -> None:
    """Appoint a further administrator: "Name, Title <name@city.gov>"."""
    _by_recovery_keys("appoint", member, person)


@administrator.command()
@click.argument("member")
@click.argument("email")
def end(member: str, email: str) -> None:
    """End an administrator's terms."""
    _by_recovery_keys("end", member, email)


@administrator.command("replace-key")
@click.argument("member")
def replace_key(member: str) -> None:
    """Give the member a new key to read by: the old one was lost, or may be in other hands."""
    _by_recovery_keys("replace_key", member)


def _print(lines: Iterable[str]) -> None:
    """Print what a step yields, all or nothing: on a refusal the transaction is undone and one line says why."""
    from django.db import transaction

    from hansa.core.verdicts import Invalid, Refused

    try:
        with transaction.atomic():
            said = list(lines)
    except Refused as refused:
        raise CannotStart(str(refused.verdict.reason)) from None
    except Invalid as invalid:
        raise CannotStart(" ".join(str(message) for message in invalid.errors.values())) from None
    for line in said:
        click.echo(line)


@main.command()
def openapi() -> None:
    """Print the description of the HTTP API, as docs/openapi.json keeps it."""
    with opened_node(throwaway=True):
        from hansa.config.api import description

        click.echo(description(), nl=False)


@main.command()
@click.argument("name", required=False, type=click.Choice(["ledger", "aid", "notify", "allocation", "sealing"]))
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON per bench.")
def bench(name: str | None, as_json: bool) -> None:
    """Measure the figures that Hansa promises (all, or those of NAME), each over a durable database of its own."""
    from hansa.config import bench as benches

    for each in [name] if name else benches.NAMES:
        done = benches.run(each)
        click.echo(json.dumps(done.as_dict()) if as_json else done.as_text())


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Run one of Django's own commands over this node."""
    with opened_node():
        from django.core.management import execute_from_command_line

        execute_from_command_line(["hansa manage", *arguments])


if __name__ == "__main__":
    main()
