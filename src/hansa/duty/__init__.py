# SPDX-License-Identifier: Apache-2.0
"""Who has to do what by when: duties, the inbox, log lines and shift hand-overs."""
