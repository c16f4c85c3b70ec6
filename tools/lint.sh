#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Everything that is checked without running Hansa's tests.
set -eu
export DJANGO_SETTINGS_MODULE=hansa.config.under_test
set -x
"$BIN/ruff" check .
"$BIN/ruff" format --check .
"$BIN/lint-imports" --no-cache
"$BIN/djlint" --quiet --lint src/hansa
"$BIN/hansa" messages --check
"$BIN/mypy"
