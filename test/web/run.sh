#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# run.sh logic|page: the dashboard's tests as TAP. Without what they need they are skipped, counted and named.
cd "$(dirname "$0")/../../web" || exit 1
skip() { printf '1..1\nok 1 - the %s of the dashboard # SKIP %s\n' "$what" "$1"; exit 0; }
what=$1
command -v node >/dev/null 2>&1 || skip 'node is not installed (./dev deps web)'
[ -d node_modules ] || skip 'what npm brings is not here (./dev web)'
case $what in
    logic) exec node test/run.mjs ;;
    page) exec node test/e2e.mjs --quick ;;
    *) echo "run.sh: '$what' is not logic or page" >&2; exit 2 ;;
esac
