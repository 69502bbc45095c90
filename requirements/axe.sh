#!/usr/bin/env bash
# axe.sh VENV: puts axe-core, which finds what keeps people with disabilities from using a page, into VENV/share.
#
# One file of one version, checked by its hash; npm only fetches the package, nothing of it is run here.
set -euo pipefail
version=4.14.1
sha256=29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c
venv=$(realpath "$1")

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
(cd "$folder" && npm pack --silent "axe-core@$version" >/dev/null && tar -xzf "axe-core-$version.tgz")
echo "$sha256  $folder/package/axe.min.js" | sha256sum --check --quiet
mkdir -p "$venv/share/pasarela"
cp "$folder/package/axe.min.js" "$venv/share/pasarela/axe.min.js"
