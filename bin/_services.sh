# shellcheck shell=bash
# PostgreSQL and Redis for a test run: own ports, own passwords, nothing kept, ended with the script.

# Debian keeps initdb and pg_ctl out of PATH, in a folder for each version: the newest is taken.
find_postgresql() {
  local folder
  folder=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
  [ ! -d "$folder" ] || export PATH=$folder:$PATH
}

# start_postgresql FOLDER: exports DATABASE_URL. Durability is off: a test database that is lost is made again. So is
# autovacuum: a world that a test class keeps in an open transaction counts as empty, and plans made for empty tables hang.
start_postgresql() {
  local folder=$1 port password
  port=$(free_port) password=$(password)
  mkdir -p "$folder"
  (umask 077 && echo "$password" >"$folder/password")
  # SIGINT is PostgreSQL's fast end: it waits for no client. It refuses to run as root.
  local as=(setpriv --pdeathsig INT --)
  if [ "$(id -u)" -eq 0 ]; then
    as=(setpriv --reuid=postgres --regid=postgres --clear-groups --pdeathsig INT --)
    chown -R postgres "$folder"
    chmod a+x "$(dirname "$folder")"
  fi
  (cd / && "${as[@]}" initdb --pgdata="$folder/data" --username=jdp --pwfile="$folder/password" --auth=scram-sha-256 \
    --encoding=UTF8 --locale=C.UTF-8 --no-sync) >"$folder.log" 2>&1 || {
    cat "$folder.log" >&2
    die "PostgreSQL could not make a database."
  }
  start "${as[@]}" postgres -D "$folder/data" -p "$port" -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
    -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off >>"$folder.log" 2>&1
  wait_until "PostgreSQL" "$folder.log" pg_isready --quiet --host=127.0.0.1 --port="$port"
  export DATABASE_URL=postgres://jdp:$password@127.0.0.1:$port/postgres
}

# start_redis FOLDER: exports REDIS_URL.
start_redis() {
  local folder=$1 port password
  port=$(free_port) password=$(password)
  mkdir -p "$folder"
  # The password comes by a file, since a command line can be read by anyone on the machine.
  printf '%s\n' "bind 127.0.0.1" "port $port" "requirepass $password" 'save ""' "appendonly no" "dir $folder" >"$folder/redis.conf"
  start redis-server "$folder/redis.conf" >"$folder.log" 2>&1
  wait_until "Redis" "$folder.log" env REDISCLI_AUTH="$password" redis-cli -p "$port" ping
  export REDIS_URL=redis://:$password@127.0.0.1:$port/0
}

password() { "$python" -c 'import secrets; print(secrets.token_hex(16))'; }

wait_until() { # NAME LOG COMMAND…
  local name=$1 log=$2 tries
  shift 2
  for ((tries = 0; tries < 300; tries++)); do
    if "$@" >/dev/null 2>&1; then return; fi
    sleep 0.1
  done
  cat "$log" >&2
  die "$name did not start within half a minute."
}
