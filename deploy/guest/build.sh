#!/bin/sh
# Builds a small Debian guest with a real BlueZ for the tests marked `bluez`, and prints its folder: kernel and
# initramfs. Packages come from whatever apt is configured with, Python's from whatever pip is. Built once for
# these recipes and kept outside the repository; needs neither root nor KVM. Runs no guest.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
lock=$here/../../requirements/gateway.txt
python=${PYTHON:-python3}

recipe=$(cat "$here"/* "$lock" | sha256sum | cut -c1-16)
shelf=${XDG_CACHE_HOME:-$HOME/.cache}/hearthline/guest
image=$shelf/$recipe
if [ -e "$image/initramfs" ]; then echo "$image"; exit; fi

say() { echo "guest: $*" >&2; }
need() { command -v "$1" >/dev/null || { say "$1 is not installed"; exit 1; }; }
need apt-get
need dpkg-deb
need cpio

mkdir -p "$shelf"
work=$(mktemp -d "$shelf/making.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
root=$work/root
mkdir -p "$work/debs/partial" "$root"

# In this kernel a link that ends for want of a key kills bluetoothd (docs/how-to/real-bluez.md): another one, if
# apt knows any.
sick=6.1.192-2
kernel() {
    apt-cache madison linux-image-amd64 |
        awk -v sick="$sick" '$3 != sick { version = "=" $3; exit } END { print "linux-image-amd64" version }'
}

# Against an empty list of what is installed, apt brings the packages with all that they depend on.
fetch() {
    : > "$work/nothing"
    grep -v '^#' "$here/packages.txt" | sed "s/^linux-image-amd64\$/$(kernel)/" |
        xargs apt-get -qq --yes --no-install-recommends --download-only \
            -o Debug::NoLocking=1 -o APT::Sandbox::User= -o Dir::State::status="$work/nothing" \
            -o Dir::Cache::archives="$work/debs" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= install >&2
}

# Nothing is configured: no package script runs, so neither root nor a chroot is needed.
unpack() {
    for package in "$work"/debs/*.deb; do
        case $(basename "$package") in
            linux-image-*) dpkg-deb -x "$package" "$work/kernel" ;;
            perl* | libperl* | *-perl_* | initramfs-tools* | klibc* | udev_* | usrmerge* | dpkg_* | debconf* | passwd*) ;;
            *) dpkg-deb --fsys-tarfile "$package" | tar -x -C "$root" --keep-directory-symlink ;;
        esac
    done
    rm -rf "$root/usr/share/doc" "$root/usr/share/man" "$root/usr/share/locale" "$root/usr/share/info" \
        "$root/usr/share/alsa" "$root/usr/lib/x86_64-linux-gnu/gconv" "$root/usr/lib/python3"
}

# The wheels that a Pi gets, for the guest's Python whatever ours is.
add_wheels() {
    version=$(basename "$root"/usr/bin/python3.[0-9]*)
    "$python" -m pip install --quiet --no-compile --no-deps --require-hashes --only-binary :all: \
        --implementation cp --python-version "${version#python}" --platform "manylinux_2_28_$(uname -m)" \
        --platform "manylinux_2_17_$(uname -m)" --platform "manylinux2014_$(uname -m)" \
        --target "$root/opt/wheels" -r "$lock" >&2
}

# A program of the guest's, run by the guest's own loader: it may be newer than this machine's.
guests() {
    name=$1 program=$2
    shift 2
    "$root/lib64/ld-linux-x86-64.so.2" --argv0 "$name" \
        --library-path "$root/lib/x86_64-linux-gnu:$root/usr/lib/x86_64-linux-gnu" "$root/$program" "$@"
}

# Here, since compiling in an emulated machine takes minutes.
compile() {
    for folder in "usr/lib/$(basename "$root"/usr/lib/python3.[0-9]*)" opt/wheels; do
        PYTHONHOME=$root/usr guests python3 "$(cd "$root" && echo usr/bin/python3.[0-9]*)" -m compileall -q \
            --invalidation-mode unchecked-hash -s "$root" -p / "$root/$folder" >&2 || true  # some files are templates
    done
}

add_modules() {
    release=$(basename "$work"/kernel/lib/modules/*)
    from=$work/kernel/lib/modules/$release
    to=$root/lib/modules/$release
    mkdir -p "$to"
    cp "$from"/modules.builtin "$from"/modules.builtin.modinfo "$from"/modules.order "$to"
    (cd "$from" && grep -v '^#' "$here/modules.txt" | xargs cp -a --parents -t "$to")
    guests depmod bin/kmod -b "$root" "$release"
    cp "$work"/kernel/boot/vmlinuz-* "$work/vmlinuz"
}

add_accounts() {
    mkdir -p "$root"/proc "$root"/sys "$root"/dev "$root"/run "$root"/tmp "$root"/root "$root"/var/lib/bluetooth
    printf 'root:x:0:0:root:/root:/bin/sh\nmessagebus:x:100:100::/:/bin/false\n' > "$root/etc/passwd"
    printf 'root:x:0:\nmessagebus:x:100:\nbluetooth:x:101:\n' > "$root/etc/group"
    ln -sfn /run "$root/var/run"
    echo 0123456789abcdef0123456789abcdef > "$root/etc/machine-id"
    for name in $(guests busybox bin/busybox --list); do
        [ -e "$root/bin/$name" ] || ln -s busybox "$root/bin/$name"
    done
    install -m 755 "$here/init" "$root/init"
}

say "building in $work"
fetch
unpack
add_wheels
compile
add_modules
add_accounts
(cd "$root" && find . | cpio --quiet -o -H newc -R 0:0) | gzip -1 > "$work/initramfs"
mkdir "$work/image"
mv "$work/initramfs" "$work/vmlinuz" "$work/image"
dpkg-deb -f "$work"/debs/bluez_*.deb Version > "$work/image/bluez-version"
mv -T "$work/image" "$image" 2>/dev/null || true  # somebody else was quicker
say "$(du -sh "$image" | cut -f1) in $image"
echo "$image"
