# SPDX-License-Identifier: Apache-2.0
"""Days and times in Spanish as the ux reference writes them: 20 nov 2026, 3:00 p.m. Numbers: $1,200.00, as in English
beside it. With a comma for cents one amount would read as two.
"""

DATE_FORMAT = "j M Y"
TIME_FORMAT = "g:i a"
DATETIME_FORMAT = "j M Y, g:i a"
DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
