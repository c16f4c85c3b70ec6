# SPDX-License-Identifier: Apache-2.0
"""Numbers in Spanish: $1,200.00, as in English beside it. With a comma for cents one amount would read as two."""

DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
