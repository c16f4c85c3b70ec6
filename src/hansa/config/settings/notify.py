# SPDX-License-Identifier: Apache-2.0
"""Messages: mail server, push services, test messages. docs/notify.md and docs/operator.md explain each."""

import json

from hansa.config import env

from .security import HANSA_DOMAIN

# SMTP out of the box; another backend, such as one of anymail's, by its path.
EMAIL_BACKEND = env.text("HANSA_EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = env.text("HANSA_SMTP_HOST", "")
EMAIL_PORT = env.number("HANSA_SMTP_PORT", 587)
EMAIL_HOST_USER = env.text("HANSA_SMTP_USER", "")
EMAIL_HOST_PASSWORD = env.text("HANSA_SMTP_PASSWORD", "")
_TLS = env.text("HANSA_SMTP_TLS", "starttls")
EMAIL_USE_TLS = _TLS == "starttls"
EMAIL_USE_SSL = _TLS == "tls"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("HANSA_MAIL_FROM", f"Hansa <hansa@{HANSA_DOMAIN}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Connections to the mail server side by side, in each worker.
HANSA_EMAIL_LANES = env.number("HANSA_EMAIL_LANES", 4)

# What cannot be delivered comes back to addresses of this domain, into the mailbox that the node reads.
HANSA_BOUNCE_DOMAIN = env.text("HANSA_BOUNCE_DOMAIN", "")
HANSA_MAILBOX_URL = env.text("HANSA_MAILBOX_URL", "")
HANSA_MAIL_LOOPBACK = env.text("HANSA_MAIL_LOOPBACK", "")

# Settings of anymail as JSON, such as {"POSTMARK_SERVER_TOKEN": "…", "WEBHOOK_SECRET": "name:password"}.
ANYMAIL = json.loads(env.text("HANSA_ANYMAIL", "{}"))

# Push services to which messages may go, beside those of the browsers.
HANSA_PUSH_HOSTS = env.words("HANSA_PUSH_HOSTS")
HANSA_PUSH_CONTACT = env.text("HANSA_PUSH_CONTACT", f"mailto:hansa@{HANSA_DOMAIN}")
