#!/bin/bash
# Proves the set-up contract in a new Debian 12: demo and tests, as root and as an ordinary user. Needs root and debootstrap.
# The machine's own mirror, certificates, proxy and pip settings are carried in; none of them is written down here.
set -euo pipefail
cd "$(dirname "$0")/.."

release=bookworm
basics=python3,git,make,ca-certificates
seconds=${FOR:-60}
work=$(mktemp -d /var/tmp/hearthline-fresh.XXXXXX)
mounted=()

say() { echo "fresh: $*" >&2; }

clean_up() {
    for point in "${mounted[@]}"; do umount --lazy "$point" || true; done
    # Never through a mount that would not go.
    rm -rf --one-file-system "$work"
}

# Everything a process expects of a machine, as far as a chroot has it.
open_room() {
    local room=$1
    mount -t proc proc "$room/proc" && mounted+=("$room/proc")
    for point in /dev /dev/pts /dev/shm; do
        mount --bind "$point" "$room$point" && mounted=("$room$point" "${mounted[@]}")
    done
}

carry_settings() {
    local room=$1
    cp /etc/resolv.conf /etc/hosts "$room/etc/"
    apt-config dump | grep -E '^Acquire::(http|https|ftp|Retries)' > "$room/etc/apt/apt.conf.d/00machine" || true
    cp /usr/local/share/ca-certificates/*.crt "$room/usr/local/share/ca-certificates/" 2>/dev/null || true
    chroot "$room" update-ca-certificates >/dev/null 2>&1
    cp /etc/pip.conf "$room/etc/" 2>/dev/null || true
    cp "${XDG_CONFIG_HOME:-$HOME/.config}/pip/pip.conf" "$room/etc/" 2>/dev/null || true
}

# Only what says how to reach the network survives into the room; a folder of wheels here does not exist there.
network=()
while IFS= read -r line; do network+=("$line"); done < <(
    env | grep -iE '^(PIP_(CERT|INDEX_URL|EXTRA_INDEX_URL|TRUSTED_HOST|DEFAULT_TIMEOUT|PROXY)|[a-z]+_proxy|SSL_CERT_(FILE|DIR))=' || true
)

# run ROOM USER COMMAND…: in the user's own clone.
run() {
    local room=$1 user=$2
    shift 2
    local house=/root
    [ "$user" = root ] || house=/home/$user
    chroot "$room" /usr/bin/env -i HOME="$house" USER="$user" LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin \
        "${network[@]}" setpriv --reuid "$user" --regid "$user" --init-groups \
        /bin/sh -c 'cd "$HOME/hearthline" && exec "$@"' run "$@"
}

run_told() { run "$@" | tee "$work/told"; }

clone_for() {
    local room=$1 user=$2 house=/root
    [ "$user" = root ] || house=/home/$user
    git clone --quiet --no-hardlinks . "$room$house/hearthline"
    chroot "$room" chown -R "$user:$user" "$house"
}

timed() {
    local label=$1 started=$SECONDS
    shift
    "$@"
    say "$label: $((SECONDS - started)) s"
    times+=("$label: $((SECONDS - started)) s")
}

times=()
[ "$(id -u)" -eq 0 ] || { say "needs root"; exit 1; }
command -v debootstrap >/dev/null || { say "needs debootstrap (apt-get install debootstrap)"; exit 1; }
trap clean_up EXIT
trap 'exit 1' HUP INT TERM

mirror=$(apt-get indextargets --format '$(REPO_URI)' "Codename: $release" | head -n 1)
base=$work/base
timed "a new Debian 12" debootstrap --variant=minbase --include="$basics" "$release" "$base" "$mirror" >"$work/debootstrap.log" \
    || { tail "$work/debootstrap.log" >&2; exit 1; }
carry_settings "$base"
chroot "$base" useradd --create-home --shell /bin/sh someone

move_in() {
    local user=$1
    room=$work/$user
    cp -a "$base" "$room"
    open_room "$room"
    clone_for "$room" "$user"
}

as_root() {
    move_in root
    timed "root: make demo, set-up included" run "$room" root make demo FOR="$seconds" DEMO_ARGS=--json
    # With CI=true a server that did not get installed is a failure.
    timed "root: make test" run "$room" root env CI=true make test
    timed "root: make setup again" run "$room" root make setup
}

as_someone() {
    move_in someone
    if run "$room" someone make setup 2>"$work/told"; then say "set-up went on without python3-venv"; exit 1; fi
    grep python3-venv "$work/told" >&2 || { cat "$work/told" >&2; exit 1; }
    chroot "$room" apt-get install -qq --yes --no-install-recommends python3-venv >/dev/null
    timed "someone: make demo, set-up included" run "$room" someone make demo FOR="$seconds" DEMO_ARGS=--json
    timed "someone: make test" run_told "$room" someone make test
    grep -q 'left out' "$work/told" || { say "nothing was said of what was left out"; exit 1; }
}

as_root
as_someone
say "passed"
printf 'fresh: %s\n' "${times[@]}" >&2
