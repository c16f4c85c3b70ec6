#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Brings the front-end packages by their lock: with the system's Node from 20 on, else with the one from the wheel.
set -eu
if command -v npm >/dev/null 2>&1 && node -e 'process.exit(parseInt(process.versions.node) < 20)' 2>/dev/null; then
    npm=npm
else
    "$BIN/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-node.lock
    npm="$BIN/npm"
    PATH="$(cd "$BIN" && pwd):$PATH"
    export PATH
fi
exec "$npm" ci --silent --ignore-scripts
