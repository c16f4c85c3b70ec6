# SPDX-License-Identifier: Apache-2.0
"""Secrets, hosts, cookies, content security policy."""

from csp.constants import NONCE, NONE, SELF

from hansa.config import env

SECRET_KEY = env.required("SECRET_KEY")

# The lasting domain of the node; passkeys are bound to it. Browsers allow passkeys on localhost without TLS.
HANSA_DOMAIN = env.text("HANSA_DOMAIN", "localhost")
_LOCAL = HANSA_DOMAIN == "localhost"
ALLOWED_HOSTS = [HANSA_DOMAIN, "127.0.0.1", "[::1]", *env.words("HANSA_HOSTS")]
CSRF_TRUSTED_ORIGINS = [] if _LOCAL else [f"https://{HANSA_DOMAIN}"]

SESSION_COOKIE_SECURE = not _LOCAL
CSRF_COOKIE_SECURE = not _LOCAL
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = not _LOCAL
SECURE_SSL_REDIRECT = not _LOCAL
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("HANSA_BEHIND_PROXY") else None
SECURE_HSTS_SECONDS = 0 if _LOCAL else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = not _LOCAL
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
