# A real Kafka for one run of tests; for bash scripts to source. KAFKA_SH names the script that starts one, `scratch` a folder for its data.

# Debian packages, as root or by sudo.
install() { # PACKAGE...
    local as_root=()
    [ "$(id -u)" -eq 0 ] || as_root=(sudo)
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

broker=""

# Exports what the tests want to know of it.
start_broker() {
    local missing=() port attempt
    command -v java >/dev/null || missing+=(openjdk-17-jre-headless)
    command -v kcat >/dev/null || missing+=(kcat)
    [ ${#missing[@]} -eq 0 ] || install "${missing[@]}"
    # A broker takes three ports from this one on; below the range that outgoing connections use.
    for attempt in 1 2 3 4 5; do
        port=$((20000 + RANDOM % 1000 * 10))
        broker=$scratch/kafka-$attempt
        if KAFKA_BOOTSTRAP=$("$KAFKA_SH" start "$broker" --port "$port"); then
            export KAFKA_BOOTSTRAP FRESHET_KAFKA_SH=$KAFKA_SH
            return 0
        fi
    done
    echo "no broker could be started" >&2
    return 1
}

stop_broker() {
    [ -z "$broker" ] || "$KAFKA_SH" stop "$broker" || true
    broker=""
}
