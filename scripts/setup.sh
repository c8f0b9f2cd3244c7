#!/usr/bin/env bash
# Installs the system packages that grokmap builds and tests with, only those that are missing, as root or through sudo.
set -euo pipefail

wanted=(libzmq3-dev libopenblas-dev libhdf5-dev libsqlite3-dev zlib1g-dev nettle-dev pkg-config hdf5-tools python3-venv make)
missing=()
for package in "${wanted[@]}"; do
    status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing+=("$package")
done
if ! command -v swift >/dev/null; then
    echo "setup: Swift 6.2 or newer is not on the PATH: install it from swift.org" >&2
    exit 2
fi
if [ ${#missing[@]} -eq 0 ]; then
    echo "setup: all system packages are there"
    exit 0
fi
echo "setup: installing ${missing[*]}"
as_root=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "setup: need root or sudo to install ${missing[*]}" >&2; exit 2; }
    as_root=(sudo)
fi
log=$(mktemp)
if ! { "${as_root[@]}" apt-get update -q &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
        "${missing[@]}"; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "setup: apt-get failed (whole log: $log)" >&2
    exit 2
fi
rm -f "$log"
