# SPDX-License-Identifier: Apache-2.0
"""Who may do what with aid: verdicts follow from offices, and a refusal names the offices that could."""
