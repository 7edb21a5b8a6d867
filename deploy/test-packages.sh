#!/bin/sh
# What tests need of the system: the packages of test-packages.txt, or of the list named. Root gets them installed;
# anyone else is told by the tests what they left out.
set -eu
cd "$(dirname "$0")"

missing=
while read -r package; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done < "${1:-test-packages.txt}"

if [ -n "$missing" ] && [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    # shellcheck disable=SC2086 - one word a package
    ./apt-install.sh $missing
fi
