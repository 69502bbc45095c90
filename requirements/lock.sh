#!/usr/bin/env bash
# Recompiles every requirements/*.in into a hashed *.txt that names no registry and no folder.
# `requirements/lock.sh --upgrade` (or `make lock UPGRADE=1`) also moves the pins to the newest versions.
# Call it by `make lock`, which installs the tools into .venv-lock.
set -euo pipefail
cd "$(dirname "$0")"
compiler=$(realpath ../.venv-lock)/bin/pip-compile

# The machine's own pip configuration (mirrors, folders of wheels) must not leave its hashes in the files.
export PIP_CONFIG_FILE=/dev/null
unset PIP_FIND_LINKS PIP_INDEX_URL PIP_EXTRA_INDEX_URL
export CUSTOM_COMPILE_COMMAND='make lock'

compile() {
  local name=$1
  shift
  echo "requirements/$name.in -> requirements/$name.txt"
  "$compiler" --quiet --generate-hashes --allow-unsafe --strip-extras --no-annotate \
    --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
    "$@" --output-file "$name.txt" "$name.in"
}

# The order matters: later files are constrained by earlier ones. conformance.in needs the old setuptools that
# .venv-lock holds, hence no isolation; setuptools itself is listed there as unsafe and never installed.
for name in build runtime test bench conformance-build lock; do
  compile "$name" "$@"
done
compile conformance --no-build-isolation --unsafe-package setuptools "$@"

# The Node.js packages of the conformance suite, likewise without addresses.
echo 'requirements/npm/package.json -> requirements/npm/package-lock.json'
npm_verb=install
[ "${1-}" != --upgrade ] || npm_verb=update
(cd npm && npm "$npm_verb" --package-lock-only --ignore-scripts --no-audit --no-fund --omit-lockfile-registry-resolved)
if grep -n '"resolved"' npm/package-lock.json; then
  echo 'These lines say where a package lies; the locked file must not.' >&2
  exit 1
fi

if grep -nE 'https?://|file:/|^-' -- *.txt; then
  echo 'These lines name an address or an option; the locked files must not.' >&2
  exit 1
fi
