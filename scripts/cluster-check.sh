#!/usr/bin/env bash
# Checks what lies in cluster/ without a cluster: manifests against the API's own schemas (which kubernetes-validate brings
# along), units with systemd's own eyes, scripts for what a shell cannot read.
set -euo pipefail
cd "$(dirname "$0")/.."
validate=$1
failed=0

for manifest in cluster/kubernetes/*.yaml; do
    "$validate" --strict --quiet --kubernetes-version 1.33.0 "$manifest" || failed=1
done

if command -v systemd-analyze >/dev/null; then
    # The programs lie where the package puts them, in a root of the check's own.
    root=$(mktemp -d)
    trap 'rm -rf "$root"' EXIT
    mkdir -p "$root/units" "$root/bin"
    for program in grokmap grokmap-worker; do install -m 755 /bin/true "$root/bin/$program"; done
    for unit in cluster/systemd/*.service; do
        copy=$root/units/$(basename "${unit/@/@check}")
        sed -e "s|/usr/bin/grokmap|$root/bin/grokmap|" -e '/^Documentation=/d' "$unit" >"$copy"
        said=$(systemd-analyze verify "$copy" 2>&1 | grep -F "$(basename "$copy")" || true)
        [ -z "$said" ] || { echo "$said" >&2; failed=1; }
        # In tenths; 0 is the least exposed.
        if ! systemd-analyze security --offline=true --threshold=25 "$copy" >"$root/said" 2>&1; then
            tail -n 1 "$root/said" >&2
            failed=1
        fi
        grep -h 'Overall exposure' "$root/said" | sed "s|^[^O]*||; s|check||"
    done
else
    echo "cluster-check: no systemd-analyze here, the units were not looked at" >&2
fi

for script in cluster/slurm/sweep.sbatch scripts/*.sh Tests/EndToEndTests/fake_ssh.sh; do
    bash -n "$script" || failed=1
done
exit $failed
