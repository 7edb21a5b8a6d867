#!/bin/sh
# The servers the tests talk to. Root gets them installed; anyone else is told by the tests what they left out.
set -eu
cd "$(dirname "$0")"

missing=
while read -r package; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done < test-packages.txt

if [ -n "$missing" ] && [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    # shellcheck disable=SC2086 - one word a package
    ./apt-install.sh $missing
fi
