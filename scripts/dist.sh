#!/usr/bin/env bash
# Builds the tarball and the Debian package into dist/: programs that need no Swift, hardened, with man pages, completions,
# sweeps, units and the licences of everything linked. Needs patchelf, dpkg-dev and python3 beside what `make setup` installs.
set -euo pipefail
cd "$(dirname "$0")/.."

for tool in patchelf dpkg-shlibdeps dpkg-deb python3; do
    command -v "$tool" >/dev/null || { echo "dist: $tool is missing: apt install patchelf dpkg-dev python3" >&2; exit 2; }
done
build=.build/dist
version=$(sed -n 's/.*static let version = "\(.*\)"/\1/p' Sources/Core/Science.swift)
machine=$(uname -m)
architecture=$(dpkg --print-architecture)
out=dist
stage=$build/stage
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}

# PIE is the compiler's default. Full RELRO: everything bound at the start, nothing writable that need not be.
for product in grokmap grokmap-worker; do
    swift build -c release --static-swift-stdlib --scratch-path "$build" --product "$product" \
        -Xcc -fstack-protector-strong -Xlinker -z -Xlinker relro -Xlinker -z -Xlinker now
done
rm -rf "$stage"
mkdir -p "$stage/programs" "$out"
for program in grokmap grokmap-worker; do
    cp "$build/release/$program" "$stage/programs/"
    strip --strip-unneeded "$stage/programs/$program"
    patchelf --remove-rpath "$stage/programs/$program"
done

# What both packages have beside the programs, below share/.
share=$stage/share
mkdir -p "$share/doc/grokmap" "$share/man/man1" "$share/grokmap" "$share/bash-completion/completions" \
    "$share/zsh/vendor-completions" "$share/fish/vendor_completions.d"
for program in grokmap grokmap-worker; do
    tool=$build/release/$program
    "$tool" --experimental-dump-help | python3 scripts/manpages.py "$version" "$SOURCE_DATE_EPOCH" "$share/man/man1"
    # It is sourced, not run: without the line that names a shell.
    "$tool" --generate-completion-script bash | sed '1{/^#!/d}' >"$share/bash-completion/completions/$program"
    "$tool" --generate-completion-script zsh >"$share/zsh/vendor-completions/_$program"
    "$tool" --generate-completion-script fish >"$share/fish/vendor_completions.d/$program.fish"
done
gzip -9n "$share"/man/man1/*
cp -r sweeps cluster "$share/grokmap/"
cp README.md "$share/doc/grokmap/"
gzip -9nc CHANGELOG.md >"$share/doc/grokmap/CHANGELOG.md.gz"
licences() {  # Ours, and of what is linked in; then of the libraries that are named.
    echo "grokmap"; echo "======="; cat LICENSE
    for package in "$build"/checkouts/*; do
        printf '\n%s\n=======\n' "$(basename "$package")"
        cat "$package"/LICENSE*
    done
    printf '\nSwift runtime and Foundation (with ICU)\n=======\n'
    echo "Copyright Apple Inc. and the Swift project authors. Apache License 2.0 (as above) with Runtime Library Exception:"
    echo "https://swift.org/LICENSE.txt. ICU: Copyright Unicode, Inc., https://www.unicode.org/license.txt"
    for package in "$@"; do
        printf '\n%s\n=======\n' "$package"
        cat "/usr/share/doc/$package/copyright"
    done
}

owner() {  # The package of a file, which may know it by its path before /lib became /usr/lib; nothing for a file of nobody's.
    { dpkg -S "$1" 2>/dev/null || dpkg -S "${1#/usr}" 2>/dev/null || true; } | head -n 1 | cut -d: -f1
}

# The tarball brings its libraries, all but glibc's, and finds them wherever it lies.
name=grokmap-$version-linux-$machine
tree=$stage/$name
mkdir -p "$tree/bin" "$tree/lib"
cp "$stage/programs/"* "$tree/bin/"
cp -r "$share" "$tree/share"
owners=()
while read -r library path; do
    cp -L "$path" "$tree/lib/$library"
    chmod 644 "$tree/lib/$library"
    patchelf --set-rpath '$ORIGIN' "$tree/lib/$library"
    owners+=("$(owner "$(readlink -f "$path")")")
done < <(ldd "$stage/programs/"* | awk '$2 == "=>" {print $1, $3}' | sort -u |
    grep -vE '^(libc|libm|libmvec|libdl|libpthread|librt|libresolv|libutil)\.so')
for program in grokmap grokmap-worker; do patchelf --set-rpath '$ORIGIN/../lib' "$tree/bin/$program"; done
licences $(printf '%s\n' "${owners[@]}" | grep . | sort -u) >"$tree/LICENCES"
tar -C "$stage" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -czf "$out/$name.tar.gz" "$name"

# The Debian package takes its libraries from Debian.
tree=$stage/deb
mkdir -p "$tree/DEBIAN" "$tree/usr/bin" "$tree/lib/systemd/system"
cp "$stage/programs/"* "$tree/usr/bin/"
cp -r "$share" "$tree/usr/share"
[ ! -d cluster/systemd ] || cp cluster/systemd/*.service "$tree/lib/systemd/system/"
licences >"$tree/usr/share/doc/grokmap/copyright"
gzip -9n >"$tree/usr/share/doc/grokmap/changelog.gz" <<EOF
grokmap ($version) unstable; urgency=medium

  * What has changed is in CHANGELOG.md.

 -- grokmap developers <grokmap@localhost>  $(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")
EOF
mkdir -p "$stage/debian"
printf 'Source: grokmap\n\nPackage: grokmap\nArchitecture: any\nDepends: ${shlibs:Depends}\nDescription: x\n' >"$stage/debian/control"
depends=$(cd "$stage" && dpkg-shlibdeps -O deb/usr/bin/grokmap deb/usr/bin/grokmap-worker 2>/dev/null | sed 's/^shlibs:Depends=//')
cat >"$tree/DEBIAN/control" <<EOF
Package: grokmap
Version: $version
Architecture: $architecture
Maintainer: grokmap developers <grokmap@localhost>
Installed-Size: $(du -sk "$tree/usr" | cut -f1)
Depends: $depends
Recommends: systemd, openssh-client
Section: science
Priority: optional
Homepage: https://arxiv.org/abs/2205.10343
Description: phase diagrams of grokking
 grokmap trains a small network at every point of a grid of hyperparameters
 and says whether it comprehends, groks, memorizes or is confused. A
 coordinator hands the cells of the grid to workers on this and other
 machines; each comes back as one verified HDF5 file, and the result is a
 figure with the evidence behind every square.
EOF
find "$tree" -type d -exec chmod 755 {} +
find "$tree/usr/share" "$tree/lib" -type f -exec chmod u=rwX,go=rX {} +
(cd "$tree" && find usr lib -type f -print0 | sort -z | xargs -0 md5sum >DEBIAN/md5sums)
dpkg-deb --root-owner-group -Zxz --build "$tree" "$out/grokmap_${version}_$architecture.deb" >/dev/null
ls -l "$out" | awk 'NR > 1 {printf "%s  %.1f MB\n", $NF, $5 / 1e6}'
