#!/usr/bin/env bash
# run.sh [OPTION...]: the benchmarks; --help lists the options. `make bench` calls it and has installed Pasarela.
# The baseline's libraries get an environment of their own, so that Pasarela is measured with exactly what it ships with.
set -euo pipefail
cd "$(dirname "$0")/.."
python=.venv/bin/python
[ -x "$python" ] || { echo "Run 'make bench', which installs Pasarela first." >&2; exit 2; }

# install STAMP LABEL REQUIREMENTS...: into .venv-bench, when a list is newer than what was installed from it.
install() {
  local stamp=.venv-bench/$1 label=$2 list arguments=() stale=
  shift 2
  for list in "$@"; do
    arguments+=(-r "$list")
    [ "$stamp" -nt "$list" ] || stale=yes
  done
  [ -n "$stale" ] || return 0
  [ -x .venv-bench/bin/python ] || "$python" -m venv .venv-bench || exit 2
  requirements/quietly.sh "$label" .venv-bench/bin/python -m pip install --disable-pip-version-check --require-hashes \
    "${arguments[@]}" || exit 2
  touch "$stamp"
}

case " $* " in *" --help "* | *" -h "*) ;; *)
  install .bench "Installing what the ORM baseline needs" requirements/build.txt requirements/bench.txt
  ;;
esac
case " $* " in *" --profile "*)
  install .profile "Installing the profiler" bench/profile-requirements.txt
  ;;
esac
exec "$python" -m bench.main "$@"
