#!/usr/bin/env bash
# install.sh: installs Crankcase on this machine (Debian 12 or 13, or a relative of theirs with apt), as root, and starts it.
#
# It installs what is missing, makes the users `crankcase` and `crankcase-runnerN`, puts a copy of this tree into
# /opt/crankcase, builds the jailer, the base and five languages into the data folder, starts the service and runs a
# program in each language. Run it again at any time: packages stay, the service gets the new code.
set -euo pipefail
umask 022

source_dir=$(dirname -- "$(readlink -f -- "$0")")
target=/opt/crankcase
staged=$target.new
run_dir=/run/crankcase
log_dir=/var/log/crankcase
log=$log_dir/install.log
languages=(bash python javascript c c++)
packages=(bash python node gcc)

# The service's variables: systemd reads the file by itself, and gives them to the service alone.
variables=()
if [[ -e /etc/crankcase/environment ]]; then
  variables=(--env-file-if-exists=/etc/crankcase/environment)
fi

usage() {
  cat <<'END'
usage: ./install.sh [--help]

Installs Crankcase on this machine and starts it. Run it as root, again after each change of this tree.

  /opt/crankcase             the program
  /var/lib/crankcase         bases and packages
  /etc/crankcase/config.yaml your settings, if you want other than the defaults (docs/configuration.md)
  /etc/crankcase/environment the service's variables, NAME=value lines, if you rather set some of them there
  /var/log/crankcase         the log of the installation; of the service too where there is no systemd

Examples:
  ./install.sh
  sudo ./install.sh
END
}

# --- what it tells ---------------------------------------------------------------------------------------------------

# die WHAT HINT: ends the installation.
die() {
  printf '\ninstall: %s\nhint: %s\n' "$1" "$2" >&2
  exit 1
}

# step TITLE COMMAND...: runs a step; its output goes to the log, and the end of it to the screen when it fails.
step() {
  local title=$1 start=$SECONDS status
  shift
  printf '%-44s' "$title"
  printf '\n== %s\n' "$title" >>"$log"
  # Not in an `if`: there bash would go on after a failed command of the step.
  set +e
  (
    set -e
    "$@"
  ) >>"$log" 2>&1 </dev/null
  status=$?
  set -e
  if ((status != 0)); then
    printf 'failed after %d s\n\n' "$((SECONDS - start))"
    tail -n 20 -- "$log" >&2
    die "\"$title\" failed" "the lines above say why, all of them are in $log; run install.sh again when it is mended"
  fi
  printf '%3d s\n' "$((SECONDS - start))"
}

# --- what it does, in order ------------------------------------------------------------------------------------------

check_machine() {
  if [[ $(id -u) -ne 0 ]]; then
    die 'it makes users, jails and a service, which takes root' "run: sudo $0"
  fi
  command -v apt-get >/dev/null || die 'there is no apt-get' 'it knows Debian and its relatives only, so far'
  case $(uname -m) in
    x86_64 | aarch64) ;;
    *) die "there are no packages for $(uname -m)" 'it runs on x86_64 and aarch64' ;;
  esac
}

missing_packages() {
  local need package check
  while read -r need package check; do
    [[ $need == build ]] || continue
    sh -c "$check" </dev/null >/dev/null 2>&1 || printf '%s\n' "$package"
  done <"$source_dir/scripts/needed-packages"
}

install_packages() {
  local missing
  mapfile -t missing < <(missing_packages)
  # apt's lists also say where this machine gets Debian from, which is where the base comes from.
  # A list of somebody else's that cannot be fetched is no reason to stop.
  apt-get update -q || true
  if ((${#missing[@]} > 0)); then
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
  fi
}

# make_user NAME [UID GID]: a user that nobody can log in as, with a group of its own.
make_user() {
  local name=$1 uid=${2-} gid=${3-} found ids
  local options=(--system --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin)
  if found=$(id -u "$name" 2>/dev/null); then
    [[ -z $uid || $found -eq $uid ]] && return
    printf 'the user %s has the uid %s, not %s: set runner_uid_min in config.yaml\n' "$name" "$found" "$uid"
    return 1
  fi
  if [[ -z $uid ]]; then
    useradd "${options[@]}" --user-group "$name"
    return
  fi
  # Above the system's own ids on purpose: nothing else hands these out.
  ids=(-K "SYS_UID_MAX=$uid" -K "SYS_GID_MAX=$gid")
  getent group "$name" >/dev/null || groupadd --system "${ids[@]}" --gid "$gid" "$name"
  useradd "${options[@]}" "${ids[@]}" --uid "$uid" --gid "$gid" "$name"
}

# The tree, aside of the one in use: a clone may lie where the daemon's user cannot read it.
copy_tree() {
  rm -rf -- "$staged"
  mkdir -p -- "$staged"
  tar -C "$source_dir" --exclude=./.git --exclude=./node_modules --exclude=./jailer/build --exclude=./test-results \
    -cf - . | tar -C "$staged" --no-same-owner -xf -
  chmod -R u=rwX,go=rX -- "$staged"
}

# npm calls a failed download of Node a success: running it shows that it is there.
install_dependencies() {
  cd -- "$staged"
  npm ci --omit=dev
  node_modules/.bin/node --version
}

build_jailer() {
  make -C "$staged/jailer"
}

# Writes what the configuration comes to; `setting` reads it.
read_configuration() {
  "$staged/node_modules/.bin/node" "${variables[@]}" "$staged/scripts/prepare-start.ts" \
    "$run_dir/start.env"
}

setting() {
  sed -n "s/^$1=//p" "$run_dir/start.env"
}

make_runners() {
  local slot slots uid_min gid_min
  slots=$(setting SERVICE_SLOTS)
  uid_min=$(setting SERVICE_RUNNER_UID_MIN)
  gid_min=$(setting SERVICE_RUNNER_GID_MIN)
  for ((slot = 0; slot < slots; slot++)); do
    make_user "crankcase-runner$slot" "$((uid_min + slot))" "$((gid_min + slot))"
  done
}

# The longest step tells what it does itself.
build_packages() {
  "$staged/node_modules/.bin/node" "$staged/scripts/build-packages.ts" --data-dir "$(setting SERVICE_DATA_DIR)" \
    "${packages[@]}" 2>&1 </dev/null | tee -a -- "$log"
}

# What runs keeps the old tree until it is started again from the new one.
put_in_place() {
  rm -rf -- "$target.old"
  if [[ -e $target ]]; then
    mv -T -- "$target" "$target.old"
  fi
  mv -T -- "$staged" "$target"
  mkdir -p /usr/local/bin
  ln -sfn "$target/bin/crankcase" /usr/local/bin/crankcase
}

start_service() {
  if [[ -d /run/systemd/system ]]; then
    cp -- "$target"/systemd/*.service /etc/systemd/system/
    systemctl daemon-reload
    systemctl enable crankcase-jailer.service crankcase.service
    systemctl restart crankcase-jailer.service crankcase.service
  else
    stop_background
    setsid -- "$target/node_modules/.bin/node" "${variables[@]}" "$target/src/cli/main.ts" serve \
      >>"$log_dir/crankcase.log" 2>&1 </dev/null &
    printf '%d\n' "$!" >"$run_dir/crankcase.pid"
  fi
}

# Ends the server that an earlier run started. It ends by itself within the grace of its jobs and two last steps of 5 s.
stop_background() {
  local pid children=()
  pid=$(cat "$run_dir/crankcase.pid" 2>/dev/null) || return 0
  is_server "$pid" || return 0
  kill -TERM "$pid"
  wait_until_gone "$pid" "$(($(setting SERVICE_GRACE_SECONDS) + 15))" && return
  printf 'the server, process %d, does not end and is killed\n' "$pid"
  read -ra children <"/proc/$pid/task/$pid/children" || true
  kill -KILL "$pid" "${children[@]}" || true
  wait_until_gone "$pid" 5
}

# is_server PID: a process id may long be somebody else's, or that of a zombie, which has no command line.
is_server() {
  grep -qsz -- "^$target/src/cli/main.ts$" "/proc/$1/cmdline"
}

# wait_until_gone PID SECONDS
wait_until_gone() {
  local deadline=$((SECONDS + $2))
  while is_server "$1"; do
    ((SECONDS < deadline)) || return 1
    sleep 0.1
  done
}

wait_until_ready() {
  local url script tries
  url=$(setting SERVICE_URL)
  script='fetch(process.argv[1]).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))'
  for ((tries = 0; tries < 200; tries++)); do
    "$target/node_modules/.bin/node" -e "$script" "$url/healthz" && return
    sleep 0.1
  done
  printf 'nothing answers at %s/healthz\n' "$url"
  show_service_log
  return 1
}

show_service_log() {
  if [[ -d /run/systemd/system ]]; then
    journalctl --no-pager --lines 15 --unit crankcase-jailer.service --unit crankcase.service
  else
    tail -n 15 -- "$log_dir/crankcase.log"
  fi
}

hello_program() {
  case $1 in
    bash) echo 'echo "Hello from Bash"' ;;
    python) echo 'print("Hello from Python")' ;;
    javascript) echo 'console.log("Hello from JavaScript")' ;;
    c) printf '%s\n' '#include <stdio.h>' 'int main(void) { puts("Hello from C"); }' ;;
    # Not <iostream>: compiling that takes more time than all the rest, and slow machines too shall see a hello.
    c++) printf '%s\n' '#include <cstdio>' 'int main() { std::puts("Hello from C++"); }' ;;
  esac
}

say_hello() {
  local language folder
  folder=$(mktemp -d)
  for language in "${languages[@]}"; do
    hello_program "$language" >"$folder/hello"
    printf '  %-12s' "$language"
    if ! "$target/bin/crankcase" run --url "$(setting SERVICE_URL)" "$language" "$folder/hello" </dev/null; then
      rm -rf -- "$folder"
      die "a program in $language did not run" "look into $log_dir, or journalctl -u crankcase -u crankcase-jailer"
    fi
  done
  rm -rf -- "$folder"
}

tell_how_to_call() {
  cat <<END

Crankcase runs at $(setting SERVICE_URL). Call it:

  curl -s $(setting SERVICE_URL)/api/v2/execute -H 'content-type: application/json' \\
    -d '{"language":"python","version":"*","files":[{"content":"print(input())"}],"stdin":"hi"}'

  crankcase run FILE
END
}

main() {
  case ${1-} in
    '') ;;
    -h | --help) usage && exit 0 ;;
    *) usage >&2 && exit 2 ;;
  esac
  check_machine
  mkdir -p -- "$log_dir" "$run_dir"
  printf '\n==== %s: install.sh from %s\n' "$(date -Is)" "$source_dir" >>"$log"
  step 'installing what is missing' install_packages
  step 'making the user crankcase' make_user crankcase
  step 'copying the tree' copy_tree
  step 'installing Node and its packages' install_dependencies
  step 'building the jailer' build_jailer
  step 'reading the configuration' read_configuration
  step 'making the users that jobs run as' make_runners
  build_packages || die 'the packages could not be built' 'the lines above say why; run install.sh again when it is mended'
  step "putting it into $target" put_in_place
  step 'starting the service' start_service
  step 'waiting until it answers' wait_until_ready
  rm -rf -- "$target.old"
  say_hello
  tell_how_to_call
}

main "$@"
