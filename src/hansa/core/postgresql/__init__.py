# SPDX-License-Identifier: Apache-2.0
"""Django's PostgreSQL backend with statements that wait for each other's round trip."""
