#!/bin/sh
# What takes too long for every test run. From the project's folder: Tests/nightly.sh
# Each part prints what it did; the script ends with 0 only if all parts passed. SEEDS=0..999 makes the simulator's part shorter.
set -u
failed=""

part() {
    name=$1
    shift
    printf '== %s\n' "$name"
    began=$(date +%s)
    if "$@"; then verdict=passed; else verdict=FAILED failed="$failed $name"; fi
    printf '== %s: %s after %s s\n' "$name" "$verdict" "$(($(date +%s) - began))"
}

swift build -c release || exit 1

# 20,000 seeds of the fault simulator; a failing one is printed with its shortest schedule.
part simulator .build/release/freshet simulate --seeds "${SEEDS:-0..19999}"

[ -z "$failed" ] || { printf 'failed:%s\n' "$failed"; exit 1; }
