# SPDX-License-Identifier: Apache-2.0
"""A transparency log in pure functions: Merkle tree, proofs, C2SP tiles, signed notes and checkpoints.

Imports PyNaCl and the standard library, nothing of Hansa, so that it can be published and audited alone.
Sources: RFC 6962 section 2, RFC 9162 section 2.1, C2SP tlog-tiles, signed-note, tlog-checkpoint, tlog-cosignature.
"""
