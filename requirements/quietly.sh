#!/usr/bin/env bash
# quietly.sh LABEL COMMAND...: runs the command without a word if it ends well within two seconds; after that
# shows what it printed and prints. On failure shows all of it. The exit status is the command's own.
set -uo pipefail
label=$1
shift

# What pip says for every package that is there already, and about the machine's own configuration.
chatter='^Requirement already satisfied|^Looking in |is ignored: it is neither'

log=$(mktemp)
"$@" >"$log" 2>&1 &
job=$!
follower=
cleanup() {
  [ -z "$follower" ] || kill "$follower" 2>/dev/null
  rm -f "$log"
}
trap cleanup EXIT
trap 'kill "$job" 2>/dev/null; exit 130' INT TERM

for _ in {1..20}; do
  kill -0 "$job" 2>/dev/null || break
  sleep 0.1
done
if kill -0 "$job" 2>/dev/null; then
  echo "$label"
  tail -n +1 -f --pid="$job" "$log" > >(grep --line-buffered -vE "$chatter") &
  follower=$!
fi

wait "$job"
status=$?
if [ -n "$follower" ]; then
  # tail looks at its process once a second, and shows the rest before it ends.
  wait "$follower"
  follower=
elif [ "$status" -ne 0 ]; then
  cat "$log"
fi
exit "$status"
