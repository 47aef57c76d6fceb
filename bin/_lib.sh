# shellcheck shell=bash
# What bin/demo, bin/test and bin/check share: Python, uv, the locked packages, Debian's packages, processes that end.
set -euo pipefail
shopt -s inherit_errexit

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$top"
tools=$top/var/tools
# The machine's own Python, always: nothing is downloaded that Debian does not look after.
export UV_PYTHON_DOWNLOADS=never
# A folder of packages that belongs to somebody else (an activated venv) is left alone: ours is .venv.
unset VIRTUAL_ENV UV_PROJECT_ENVIRONMENT

say() { printf '%s\n' "$*"; }
die() {
  printf '%s\n' "$*" >&2
  exit 1
}

# --- Python, uv, packages --------------------------------------------------------------------------------------------

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

# The Python that .venv has already, else the system's own (a distribution builds it with profiles, a quarter faster than what
# pyenv compiles), else the oldest one we support: it is the one the tests run on most.
find_python() {
  local name
  for name in "$top/.venv/bin/python" /usr/bin/python3.11 /usr/bin/python3.12 /usr/bin/python3.13 /usr/bin/python3 python3.11 python3.12 python3.13 python3.14 python3; do
    if is_new_enough "$name"; then
      command -v "$name"
      return
    fi
  done
  return 1
}

# Prints where uv is: this machine's if it is not older than the one we pin, else our own copy.
find_uv() {
  local wanted found
  wanted=$(sed -n 's/^VERSION = "\(.*\)"$/\1/p' bin/_bootstrap.py)
  if found=$(uv --version 2>/dev/null) && printf '%s\n%s\n' "$wanted" "$(cut -d' ' -f2 <<<"$found")" | sort -VC; then
    command -v uv
    return
  fi
  if [ "$("$tools/uv" --version 2>/dev/null | cut -d' ' -f2)" != "$wanted" ]; then
    say "Fetching uv $wanted …" >&2
    "$python" bin/_bootstrap.py "$tools"
  fi
  say "$tools/uv"
}

# install_python_packages [options of uv sync]: what uv.lock names, hashes checked, into .venv.
install_python_packages() {
  python=$(find_python) || die "Python 3.11 or newer is needed. A person with rights must run:

    sudo apt-get update && sudo apt-get install -y python3

(where that Python is older than 3.11, as on Ubuntu 22.04: python3.11)"
  uv=$(find_uv)
  # An existing .venv is kept: by its version. A new one is made with the Python that was found.
  UV_PYTHON=$python
  [ ! -x .venv/bin/python ] || UV_PYTHON=$("$python" -c 'import sys; print("{}.{}".format(*sys.version_info))')
  export UV_PYTHON
  [ -x .venv/bin/python ] || say "Installing the Python packages …"
  "$uv" sync --quiet --frozen "$@"
  export PATH=$top/.venv/bin:$PATH
}

# --- Debian's packages -----------------------------------------------------------------------------------------------

has_library() { "$python" -c 'import ctypes, sys; ctypes.CDLL(sys.argv[1])' "$1" 2>/dev/null; }
has_command() { command -v "$1" >/dev/null; }

# install_debian_packages TEST:PACKAGE…: installs each PACKAGE whose TEST fails. A TEST that ends in .so.N is a library,
# any other a command: what counts is that it works, not who put it there.
install_debian_packages() {
  local pair missing=()
  for pair in "$@"; do
    case ${pair%%:*} in
      *.so.*) has_library "${pair%%:*}" || missing+=("${pair#*:}") ;;
      *) has_command "${pair%%:*}" || missing+=("${pair#*:}") ;;
    esac
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  local command="apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
  if [ "$(id -u)" -ne 0 ] || ! has_command apt-get; then
    die "Missing on this machine: ${missing[*]}. A person with rights must run:

    sudo sh -c '$command'

and then start this again."
  fi
  say "Installing ${missing[*]} …"
  apt_install "${missing[@]}"
}

# Installs quietly and starts no service: the tests start their own servers, on their own ports, and end them.
apt_install() {
  local log policy=/usr/sbin/policy-rc.d
  log=$(mktemp)
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
    at_exit rm -f "$policy"
  else
    policy=
  fi
  export DEBIAN_FRONTEND=noninteractive
  if ! { apt-get update && apt-get install -y --no-install-recommends "$@"; } >"$log" 2>&1 </dev/null; then
    tail -n 20 "$log" >&2
    die "apt-get could not install $*. Everything it said: $log"
  fi
  rm -f "$log"
  [ -z "$policy" ] || rm -f "$policy"
}

# What WeasyPrint draws with. Fonts are in the repository.
# shellcheck disable=SC2034 # read by the scripts
libraries=(
  libpango-1.0.so.0:libpango-1.0-0
  libpangoft2-1.0.so.0:libpangoft2-1.0-0
  libharfbuzz-subset.so.0:libharfbuzz-subset0
)

# --- ending what was begun -------------------------------------------------------------------------------------------

running=() # processes begun with `start` and not yet ended
endings=() # commands given to at_exit

# at_exit COMMAND…: run when the script ends, however it ends; the last one given first. A failure stops none of the rest.
at_exit() { endings+=("$(printf '%q ' "$@")"); }
end() {
  local status=$? i
  trap - EXIT
  trap '' INT TERM HUP # a second Ctrl-C must not leave a server behind
  stop 10 "${running[@]}"
  for ((i = ${#endings[@]} - 1; i >= 0; i--)); do
    eval "${endings[i]}" || true
  done
  exit "$status"
}
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

# start COMMAND…: in the background, in a session of its own (the terminal's Ctrl-C reaches only this script, which then
# ends things in order), and told to end by the kernel should this script be killed outright. Its id is in $started.
start() {
  setsid setpriv --pdeathsig TERM -- "$@" </dev/null &
  started=$!
  running+=("$started")
}

# run COMMAND…: as `start`, and wait for it: bash would hear of a SIGTERM only after a command in the foreground.
run() {
  local status=0
  start "$@"
  wait "$started" || status=$?
  unset 'running[-1]'
  return "$status"
}

# stop SECONDS PID…: ask all to end and wait; what their sessions leave behind, and who is too slow, is ended by force.
stop() {
  local tries=$(($1 * 10)) pid alive=1
  shift
  [ $# -gt 0 ] || return 0
  kill -TERM "$@" 2>/dev/null || true
  while [ -n "$alive" ] && ((tries-- > 0)); do
    sleep 0.1
    alive=
    for pid in "$@"; do
      if kill -0 "$pid" 2>/dev/null; then alive=1; else kill -KILL -- "-$pid" 2>/dev/null || true; fi
    done
  done
  for pid in "$@"; do kill -KILL -- "-$pid" 2>/dev/null || true; done
}

# A port nobody listens on.
free_port() { "$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
