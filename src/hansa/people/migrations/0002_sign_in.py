# SPDX-License-Identifier: Apache-2.0
"""How sign-in finds its member, and row-level security for allauth's tables.

The functions belong to the owner role. Forced row-level security binds the owner, too, so each table that they read
has a policy that lets the owner read while such a function runs: the function switches `hansa.sign_in` on and off.
(A SET clause of the function would need a superuser; the owner is none.)
"""

from django.db import migrations

from hansa.core.rls import policy_sql

_LOOKUPS = {
    "people_member_by_email": ("text", "SELECT member FROM {schema}.people_account WHERE lower(email) = lower($1)"),
    "people_member_by_account": ("uuid", "SELECT member FROM {schema}.people_account WHERE id = $1"),
    "people_member_by_token": ("text", "SELECT member FROM {schema}.people_apitoken WHERE secret_hash = $1"),
    "people_member_by_invitation": ("text", "SELECT member FROM {schema}.people_invitation WHERE secret_hash = $1"),
}
_FUNCTION = """
CREATE FUNCTION {name}({kind}) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$
DECLARE found text;
BEGIN
  PERFORM set_config('hansa.sign_in', 'on', true);
  found := ({query});
  PERFORM set_config('hansa.sign_in', 'off', true);
  RETURN found;
END $$
"""
_READ_BY_LOOKUPS = ("people_account", "people_apitoken", "people_invitation")
_OWN_ACCOUNT = "user_id IN (SELECT id FROM people_account)"
_ALLAUTH = {
    "account_emailaddress": _OWN_ACCOUNT,
    "mfa_authenticator": _OWN_ACCOUNT,
    "usersessions_usersession": _OWN_ACCOUNT,
    "account_emailconfirmation": "email_address_id IN (SELECT id FROM account_emailaddress)",
}


def _forwards(apps, editor) -> None:
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        (schema,) = cursor.fetchone()
    for table in _READ_BY_LOOKUPS:
        editor.execute(
            f"CREATE POLICY sign_in ON {table} FOR SELECT TO CURRENT_USER"
            " USING (current_setting('hansa.sign_in', true) = 'on')"
        )
    for name, (kind, query) in _LOOKUPS.items():
        editor.execute(_FUNCTION.format(name=name, kind=kind, schema=schema, query=query.format(schema=schema)))
    for table, rule in _ALLAUTH.items():
        for statement in policy_sql(table, rule):
            editor.execute(statement)
    editor.execute("ALTER TABLE people_ratebucket SET UNLOGGED")


def _backwards(apps, editor) -> None:
    for name, (kind, _) in _LOOKUPS.items():
        editor.execute(f"DROP FUNCTION {name}({kind})")
    for table in _READ_BY_LOOKUPS:
        editor.execute(f"DROP POLICY sign_in ON {table}")
    for table in _ALLAUTH:
        editor.execute(f"DROP POLICY hansa ON {table}")
        editor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")


class Migration(migrations.Migration):
    """Runs after allauth's own migrations."""

    dependencies = [
        ("people", "0001_initial"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("usersessions", "0001_initial"),
    ]

    operations = [migrations.RunPython(_forwards, _backwards)]
