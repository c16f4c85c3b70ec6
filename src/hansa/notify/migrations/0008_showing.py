# SPDX-License-Identifier: Apache-2.0
"""When a browser last said that it showed a message; how the worker finds, on the whole node, whom to ask."""

from django.db import migrations, models

# A browser is due when it was confirmed, and showed its last message, before the week; once it was asked, when it has
# not answered in time and was not called silent for it, or when the next week is over. See migration 0002.
_FUNCTION = """
CREATE FUNCTION notify_push_due(week timestamptz, patience timestamptz) RETURNS TABLE (member text, address uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$
BEGIN
  PERFORM set_config('hansa.finding', 'on', true);
  RETURN QUERY SELECT a.member::text, a.id FROM notify_address a
    WHERE a.channel = 'webpush' AND a.disabled_at IS NULL AND COALESCE(a.heard_at, a.verified_at) <= week
      AND (a.checked_at IS NULL OR a.checked_at <= week
        OR (a.checked_at <= patience AND a.silent_at IS NULL AND COALESCE(a.heard_at, a.verified_at) < a.checked_at))
    ORDER BY 1, 2;
  PERFORM set_config('hansa.finding', 'off', true);
END $$
"""


def _forwards(apps, editor) -> None:
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        (schema,) = cursor.fetchone()
    editor.execute(_FUNCTION.replace("{schema}", schema))


def _backwards(apps, editor) -> None:
    editor.execute("DROP FUNCTION notify_push_due(timestamptz, timestamptz)")


class Migration(migrations.Migration):
    dependencies = [("notify", "0007_many_members")]

    operations = [
        *(
            migrations.AddField("address", name, models.DateTimeField(null=True))
            for name in ("heard_at", "checked_at", "silent_at")
        ),
        migrations.RunPython(_forwards, _backwards),
    ]
