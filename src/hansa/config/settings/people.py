# SPDX-License-Identifier: Apache-2.0
"""Accounts, sign-in and passkeys. docs/people.md explains each choice."""

from hansa.config import env
from hansa.people import sign_on_systems

from .security import HANSA_DOMAIN

AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ["hansa.people.backends.AccountBackend"]
SESSION_ENGINE = "hansa.people.backends"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_AGE = 14 * 86_400
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]

# Passkeys are bound to this domain for as long as they live: it must outlast servers and suppliers.
HANSA_RP_ID = env.text("HANSA_RP_ID", HANSA_DOMAIN)

ACCOUNT_ADAPTER = "hansa.people.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
# An administrator vouches for the address; whoever opens the invitation had the mailbox or the hand that gave it.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
# Beside our own check (people/step_up.py), which also stops whoever has nothing to be asked for.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("HANSA_PROXIES", 0)

MFA_ADAPTER = "hansa.people.adapters.MfaAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Hansa"
MFA_TOTP_TOLERANCE = 1

# Members' own sign-in systems; each opens accounts of its own member. Nothing that they tell is kept but a subject.
HANSA_SIGN_ON = sign_on_systems.read(env.text("HANSA_SIGN_ON", ""))
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [system.for_allauth() for system in HANSA_SIGN_ON]}}
SOCIALACCOUNT_ADAPTER = "hansa.people.sign_on.SignOnAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
# A link begins it: the content security policy lets no form lead away from the node.
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_OPENID_CONNECT_URL_PREFIX = "sign-on"

# Where passkeys answer. A browser on localhost sends its port.
HANSA_ORIGINS = env.words("HANSA_ORIGINS") or [
    f"http://localhost:{env.number('PORT', 8000)}" if HANSA_RP_ID == "localhost" else f"https://{HANSA_DOMAIN}"
]
