#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every check and every test, on two cores.
set -eu
if ! command -v chromium >/dev/null 2>&1; then
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
        echo "The browser tests need chromium: install it, then run again." >&2
        exit 1
    fi
    echo "Installing chromium (the browser tests need it)."
    apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends chromium >/dev/null
fi
sh tools/lint.sh
exec "$BIN/python" -m pytest -n 2 -q
