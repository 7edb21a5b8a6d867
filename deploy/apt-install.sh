#!/bin/sh
# Installs Debian packages as root, bare and with no service started.
set -eu

policy=/usr/sbin/policy-rc.d  # Debian asks it before a package starts a service; 101 means no
restore() {
    rm -f "$policy"
    if [ -e "$policy.before-hearthline" ]; then mv "$policy.before-hearthline" "$policy"; fi
}

if [ -e "$policy" ]; then mv "$policy" "$policy.before-hearthline"; fi
trap restore EXIT
trap 'exit 1' HUP INT TERM
printf '#!/bin/sh\nexit 101\n' > "$policy"
chmod 755 "$policy"

echo "apt: installing $*" >&2
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -qq --yes --no-install-recommends "$@" >/dev/null
