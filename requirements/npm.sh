#!/usr/bin/env bash
# npm.sh VENV: installs npm/package-lock.json into VENV/npm, checked by hash. The lock file names no registry.
# No package may run code of its own while it is installed.
set -euo pipefail
folder=$(realpath "$1")/npm
cd "$(dirname "$0")/npm"

rm -rf "$folder"
mkdir "$folder"
cp package.json package-lock.json "$folder"
cd "$folder"
npm ci --ignore-scripts --no-audit --no-fund
node -e "require('openpay')"
