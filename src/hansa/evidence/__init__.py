# SPDX-License-Identifier: Apache-2.0
"""Records: how long each kind is kept and by which law, legal holds, requests for records and what was withheld."""
