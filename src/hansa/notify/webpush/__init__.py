# SPDX-License-Identifier: Apache-2.0
"""Web push: a headline and a link, encrypted for one browser."""
