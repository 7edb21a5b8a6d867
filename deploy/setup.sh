#!/bin/sh
# Leaves .venv/bin/hearthline, the tools and the pages' third-party files, as locked. A second call does nothing
# until a lock changes.
set -eu
cd "$(dirname "$0")/.."

say() { echo "setup: $*" >&2; }

find_python() {
    for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    say "Python 3.11 or newer is needed, and none was found"
    return 1
}

# Debian splits ensurepip from python3; without it `python3 -m venv` leaves half an environment behind.
need_venv() {
    "$python" -c 'import ensurepip, venv' 2>/dev/null && return
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        say "python3-venv is missing; as root: apt-get install --no-install-recommends python3-venv"
        return 1
    fi
    deploy/apt-install.sh python3-venv
}

install_locked() {
    # The lock is complete, so nothing is resolved; modules compile when first imported, which halves the time.
    .venv/bin/python -m pip install --quiet --no-compile --no-deps --only-binary :all: --require-hashes \
        -r requirements/dev.txt
    # The build tools came with the lock; building in isolation would fetch them again, unpinned.
    .venv/bin/python -m pip install --quiet --no-compile --no-deps --no-build-isolation --editable .
}

python=$(find_python)
home="$PWD $python $("$python" -V)"  # a virtual environment can neither be moved nor change its Python
parts=$(cat pyproject.toml requirements/dev.txt deploy/setup.sh | sha256sum)
if [ "$(cat .venv/.home .venv/.parts 2>/dev/null)" = "$(printf '%s\n%s' "$home" "$parts")" ]; then
    deploy/assets.sh
    exit
fi

started=$(date +%s)
if [ "$(cat .venv/.home 2>/dev/null)" != "$home" ]; then
    need_venv
    say "making .venv with $python"
    "$python" -m venv --clear .venv
    echo "$home" > .venv/.home
fi
say "installing $(grep -c '==' requirements/dev.txt) locked packages"
install_locked
deploy/assets.sh
echo "$parts" > .venv/.parts
say "ready after $(($(date +%s) - started)) s"
