#!/usr/bin/env bash
# Deploys the current build.
set -euo pipefail

TARGET=${1:-staging}
RELEASES=/srv/releases

# Uploads the build to the target host.
upload() {
  local build=$1
  rsync -az --delete "$build/" "$TARGET:$RELEASES/next"
}

function rollback {
  local previous
  previous=$(ls -1t "$RELEASES" | sed -n 2p)
  ln -sfn "$RELEASES/$previous" current
}

log() { echo "$(date -Is) $*"; }

if ! upload build; then
  rollback
  log "rolled back"
  exit 1
fi
