#!/usr/bin/env bash
# Installs the Debian packages that Freshet is linked with, and checks for Swift. Safe to run again; does nothing when nothing is missing.
set -euo pipefail

packages=(librdkafka-dev libsqlite3-dev libyaml-dev libsimdjson-dev zlib1g-dev libzstd-dev libssl-dev pkg-config)
swift_needed=6.2

fail() {
    echo "setup: $*" >&2
    exit 1
}

missing_packages() {
    local package
    for package in "${packages[@]}"; do
        dpkg-query -W -f='${db:Status-Abbrev}\n' "$package" 2>/dev/null | grep -q '^ii' || echo "$package"
    done
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "these packages are missing, and there is neither root nor sudo to install them; as root: apt-get install ${missing[*]}"
    fi
}

install_packages() {
    command -v apt-get >/dev/null && command -v dpkg-query >/dev/null ||
        fail "this system has no apt (Debian, Ubuntu); install the equivalents of: ${packages[*]}"
    mapfile -t missing < <(missing_packages)
    [ ${#missing[@]} -gt 0 ] || return 0
    echo "setup: installing ${missing[*]}"
    as_root apt-get update -qq || fail "apt-get update failed; the lines above say why"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
        fail "apt-get could not install: ${missing[*]}"
}

check_swift() {
    command -v swift >/dev/null || fail "no swift in PATH; install Swift $swift_needed or later from https://www.swift.org/install/linux/"
    local found
    found=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
    [ -n "$found" ] || fail "swift --version does not name a version; install Swift $swift_needed or later"
    [ "$(printf '%s\n' "$swift_needed" "$found" | sort -V | head -n 1)" = "$swift_needed" ] ||
        fail "Swift $found is too old; Freshet needs $swift_needed or later: https://www.swift.org/install/linux/"
}

install_packages
check_swift
