#!/usr/bin/env bash
# What takes too long for every test run. From the project's folder: Tests/nightly.sh [PART...]
#   simulator   20,000 seeds of the fault simulator without and with a catalogue, rules and erasures; SEEDS=0..999 makes it shorter. A failing one is printed with its shortest schedule.
#   kills       200 SIGKILLs of the daemon and 20 of the broker over public logs; KILLS=20 (a log) makes it shorter.
#   battery     all integration tests, those with a long version in that one.
#   hour        an even load at half the sustained rate: memory, threads, descriptors and lag stay flat; SECONDS_OF_LOAD=120 makes it shorter,
#               RATE=4000 sets the rate.
# Without a part: all of them. All but the first need a real Kafka, which they start: KAFKA_SH names the script; the kills need the public logs,
# too: FRESHET_SHARED_DATA names their folder. Results go to RESULTS (.build/nightly). It ends with 0 only if all parts passed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
results=${RESULTS:-.build/nightly}
beside=$(cd .. && pwd)/shared
KAFKA_SH=${KAFKA_SH:-$beside/kafka/kafka.sh}
export FRESHET_SHARED_DATA=${FRESHET_SHARED_DATA:-$beside/data}
scratch=$(mktemp -d)
failed=""
. Tests/broker.sh
trap 'stop_broker; rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM

# Runs a part, in this shell, which must know of its broker; what it prints goes to a file as well.
part() { # NAME
    local began=$SECONDS verdict=passed
    printf '== %s\n' "$1"
    "$1" > >(tee "$results/$1.log") 2>&1 || verdict=FAILED failed="$failed $1"
    # A broker that runs on holds what it inherited, and `tee` would wait for it.
    stop_broker
    wait $!
    printf '== %s: %s after %s s\n' "$1" "$verdict" "$((SECONDS - began))"
}

# Tests whose names match, in their long versions; a filter that matches nothing, and tests that are skipped, pass on their own.
long_tests() { # PATTERN [OPTION...]
    local pattern=$1
    shift
    FRESHET_NIGHTLY=1 swift test -c release --filter "$pattern" "$@" >"$scratch/tests.log" 2>&1
    local status=$?
    grep -vE '^(\[[0-9]|Build|◇|✔ Test )' "$scratch/tests.log"
    grep -qE 'Test run with [1-9][0-9]* test' "$scratch/tests.log" || { echo "no test ran"; return 1; }
    return $status
}

simulator() {
    .build/release/freshet simulate --seeds "${SEEDS:-0..19999}" && .build/release/freshet simulate --catalogue --seeds "${SEEDS:-0..19999}"
}

# The broker is the tests' own.
kills() {
    FRESHET_KAFKA_SH=$KAFKA_SH FRESHET_KILLS=${KILLS:-100} long_tests 'IntegrationTests.NightlyKillTests'
    local status=$?
    if grep -q 'Test.*skipped' "$scratch/tests.log"; then echo "a test was skipped"; return 1; fi
    return $status
}

battery() { start_broker && long_tests 'IntegrationTests|FreshetKafkaTests' --skip NightlyKillTests; }

hour() {
    start_broker && .build/release/freshet bench --brokers "$KAFKA_BOOTSTRAP" --soak --seconds "${SECONDS_OF_LOAD:-3600}" --events 3000000 \
        ${RATE:+--rates "$RATE"} --json "$results/hour.json" --html "$results/hour.html"
}

mkdir -p "$results"
# Also builds the program. The same way as the tests, or each would build everything anew.
swift test list -c release >"$scratch/list.log" 2>&1 || { tail "$scratch/list.log"; exit 1; }
[ $# -gt 0 ] || set -- simulator kills battery hour
for name in "$@"; do
    case $name in
    simulator | kills | battery | hour) part "$name" ;;
    *) echo "no part $name" >&2; exit 64 ;;
    esac
done
[ -z "$failed" ] || { printf 'failed:%s\n' "$failed"; exit 1; }
