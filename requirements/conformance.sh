#!/usr/bin/env bash
# conformance.sh VENV: installs conformance.txt into VENV. Run after test.txt, which holds the pins it shares.
#
# Openpay's client and its dependency are source packages whose setup.py asks for 2to3, gone since setuptools
# 58. A throw-away environment with the old setuptools builds their wheels: no build isolation, so every pip
# does the same, whichever way it passes constraints to builds. Everything fetched is checked by hash.
set -euo pipefail
venv=$(realpath "$1")
cd "$(dirname "$0")"

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$venv/bin/python" -m venv "$folder/build"
"$folder/build/bin/python" -m pip install --no-deps --require-hashes -r conformance-build.txt
"$folder/build/bin/python" -m pip wheel --no-build-isolation --no-deps --require-hashes \
  --wheel-dir "$folder/wheels" -r conformance.txt
# The old setuptools is in conformance.txt because openpay's metadata demand it; nothing imports it.
rm "$folder"/wheels/setuptools-*.whl
"$venv/bin/python" -m pip install --no-index --no-deps "$folder"/wheels/*.whl
"$venv/bin/python" -W ignore -c 'import openpay'
