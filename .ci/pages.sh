#!/bin/bash
# Checks and builds every page of web/ again, from its sources and locked packages. Fails when what is committed is
# different. Says so when this machine cannot build: without Node.js, or without the packages.
set -euo pipefail
cd "$(dirname "$(realpath "$0")")/../web"

if ! command -v npm >/dev/null; then
  echo "Node.js is not installed: the committed pages were not compared with their sources."
  exit 0
fi
for page in */package-lock.json; do
  directory=$(dirname "$page")
  if ! (cd "$directory" && npm ci --no-audit --no-fund --loglevel=error); then
    echo "The packages of web/$directory cannot be installed: its committed page was not compared with its sources."
    continue
  fi
  (cd "$directory" && npm run --silent --if-present check && npm run --silent build)
  changed=$(git status --porcelain -- "$directory/dist")
  if [[ -n $changed ]]; then
    printf 'The committed page is not what its sources make. Run npm ci && npm run build in web/%s:\n%s\n' "$directory" "$changed"
    exit 1
  fi
  echo "web/$directory is what its sources make."
done
