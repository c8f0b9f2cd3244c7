#!/usr/bin/env bash
# Installs what `make dist` made into clean roots without Swift and trains there: the Debian package into a minimal Debian, the
# tarball into a root with nothing but glibc and a shell. As root; needs debootstrap and a Debian mirror.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$(mktemp -d)
cleanup() {
    for point in $(awk -v root="$root/" 'index($2, root) == 1 {print $2}' /proc/mounts | sort -r); do umount -l "$point"; done
    rm -rf "$root"
}
trap cleanup EXIT
sweep='sweep: small
cell: {task: {symbols: 6}, model: {hidden: [24]}, steps: 2000}
axes: {learning_rate: {path: optimizer.decoder.learning_rate, values: [1.0e-3, 1.0e-2]}}
'
expected=$(sed -n 's/.*static let version = "\(.*\)"/\1/p' Sources/Core/Science.swift)

echo "== the Debian package, in a minimal Debian"
debian=$root/debian
debootstrap --variant=minbase bookworm "$debian" >"$root/log" 2>&1 || { tail -n 5 "$root/log" >&2; exit 1; }
cp dist/grokmap_"$expected"_*.deb "$debian/tmp/"
cp /etc/resolv.conf "$debian/etc/" 2>/dev/null || true
inside() { chroot "$debian" env -i PATH=/usr/bin:/bin:/usr/sbin:/sbin HOME=/root DEBIAN_FRONTEND=noninteractive "$@"; }
# Without /proc first.
inside sh -c 'apt-get update -q && apt-get install -y -q --no-install-recommends /tmp/*.deb' >"$root/log" 2>&1 || { tail -n 5 "$root/log" >&2; exit 1; }
inside sh -c 'ls /opt/swift /usr/lib/swift 2>/dev/null' && { echo "there is a Swift in it" >&2; exit 1; }
for program in grokmap grokmap-worker; do
    inside "$program" --version | head -n 1 | grep -qF "$expected" || { echo "$program --version without /proc" >&2; exit 1; }
done
mount -t proc proc "$debian/proc"
mount --bind /dev "$debian/dev"
inside grokmap run /usr/share/grokmap/sweeps/quickstart.yaml --out /root/out --quiet
inside sh -c 'test -s /root/out/report/index.html && test -s /usr/share/man/man1/grokmap-run.1.gz'
du -sh --apparent-size "$debian/usr/bin/grokmap" "$debian/usr/bin/grokmap-worker" | sed "s|$debian||"

echo "== a worker of it reaches a coordinator outside"
out=$root/outside
printf '%s' "$sweep" | sed 's/small/outside/' >"$root/outside.yaml"
tarball=$(ls dist/grokmap-"$expected"-*.tar.gz)
mkdir "$root/here"
tar -xzf "$tarball" -C "$root/here" --strip-components=1
"$root/here/bin/grokmap" run "$root/outside.yaml" --out "$out" --slots 0 --bind tcp://127.0.0.1:* 2>"$root/said" &
run=$!
for _ in $(seq 100); do grep -q -- --connect "$root/said" && break; sleep 0.1; done
inside grokmap-worker --connect "$(sed -n 's/.*--connect \(tcp[^ ]*\).*/\1/p' "$root/said" | head -n 1)" --slots 1
wait $run

echo "== the tarball, in a root with glibc and a shell alone"
bare=$root/bare
mkdir -p "$bare/bin" "$bare/proc" "$bare/tmp" "$bare/dev" "$bare/opt"
cp /bin/dash "$bare/bin/sh"
tar -xzf "$tarball" -C "$bare/opt"
for library in $(ldd "$root/here/bin/grokmap" "$root/here/bin/grokmap-worker" /bin/dash | awk '$2 == "=>" {print $3} $1 ~ /^\// {print $1}' |
    grep -E '/(libc|libm|libmvec|libdl|libpthread|librt|libresolv|libutil|ld-linux[^/]*)\.so' | sort -u); do
    mkdir -p "$bare$(dirname "$library")"
    cp -L "$library" "$bare$library"
done
mount -t proc proc "$bare/proc"
mount --bind /dev "$bare/dev"
echo "$sweep" >"$bare/small.yaml"
programs=$(cd "$bare" && ls -d opt/*/bin)
chroot "$bare" "/$programs/grokmap" run /small.yaml --out /out --quiet
test -s "$bare/out/sweep.h5"
echo "== all of it ran"
