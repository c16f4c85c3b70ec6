# SPDX-License-Identifier: Apache-2.0
"""E-mail over Django's mail backends: SMTP out of the box, an anymail provider by setting."""
