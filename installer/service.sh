# shellcheck shell=bash
# The service: three units where systemd runs, a process that keeps the port where it does not.

units=(crankcase.socket crankcase-jailer.service crankcase.service)
unit_dir=/etc/systemd/system
keeper_pid_file=$run_dir/crankcase.pid

start_service() {
  if has_systemd; then
    start_units
  else
    start_keeper
  fi
}

# The socket is closed only when it is to listen elsewhere: connections wait in it while the service starts again.
start_units() {
  local unit old_address
  old_address=$(sed -n 's/^ListenStream=//p' "$unit_dir/crankcase.socket" 2>/dev/null || true)
  for unit in "${units[@]}"; do
    sed -e "s|/opt/crankcase|$prefix|g" -e "s|/var/lib/crankcase|$(setting SERVICE_DATA_DIR)|g" \
      -e "s|^ListenStream=.*|ListenStream=$(setting SERVICE_LISTEN)|" \
      "$prefix/current/systemd/$unit" >"$unit_dir/$unit.new"
    mv -- "$unit_dir/$unit.new" "$unit_dir/$unit"
  done
  systemctl daemon-reload
  systemctl enable "${units[@]}"
  systemctl reset-failed "${units[@]}" || true
  if [[ -n $old_address && $old_address != "$(setting SERVICE_LISTEN)" ]]; then
    systemctl stop "${units[@]}"
  fi
  systemctl start crankcase.socket
  # In this order: each is a call of its own, and a jailer whose daemon has not begun to stop is stopped at once, under its
  # jobs. One whose daemon is stopping waits for it (After= in the daemon's unit).
  systemctl restart crankcase.service crankcase-jailer.service
}

# A keeper that listens at the right place starts its command again; connections wait in its socket meanwhile.
start_keeper() {
  local pid address
  address=$(setting SERVICE_BIND_ADDRESS)
  if pid=$(keeper_pid) && keeper_listens_on "$pid" "$address" "$(setting SERVICE_PORT)"; then
    kill -HUP "$pid"
    return
  fi
  stop_keeper
  setsid -- "$prefix/current/keeper/build/keep-port" --pid-file "$keeper_pid_file" --grace "$(keeper_grace)" \
    --address "$address" --port "$(setting SERVICE_PORT)" -- "$prefix/current/bin/crankcase-service" \
    >>"$log_dir/crankcase.log" 2>&1 </dev/null 9>&- &
}

# What the service takes at most to end: the grace of its jobs, and two last steps of 5 s.
keeper_grace() {
  printf '%d\n' "$(($(setting SERVICE_GRACE_SECONDS) + 15))"
}

# The process id of the keeper; false where none runs. The number may long be somebody else's.
keeper_pid() {
  local pid
  pid=$(cat -- "$keeper_pid_file" 2>/dev/null) && [[ -n $pid ]] || return 1
  grep -qsz '/keep-port$' "/proc/$pid/cmdline" || return 1
  printf '%s\n' "$pid"
}

# keeper_listens_on PID ADDRESS PORT
keeper_listens_on() {
  local words
  words=$(tr '\0' ' ' <"/proc/$1/cmdline")
  [[ $words == *" --address $2 --port $3 -- "* ]]
}

stop_keeper() {
  local pid deadline
  pid=$(keeper_pid) || return 0
  kill -TERM "$pid"
  deadline=$((SECONDS + 400))
  while [[ $(keeper_pid) == "$pid" ]]; do
    ((SECONDS < deadline)) || return 1
    sleep 0.1
  done
}

stop_service() {
  if has_systemd; then
    systemctl disable --now "${units[@]}" 2>&1 || true
  fi
  stop_keeper
}

# wait_until_ready RELEASE: waits until this very release answers; a machine under emulation takes its time.
wait_until_ready() {
  node "$(release_dir)/scripts/wait-until-ready.ts" "$(setting SERVICE_URL)" "$1" || {
    show_service_log
    return 1
  }
}

show_service_log() {
  if has_systemd; then
    journalctl --no-pager --lines 15 --unit crankcase-jailer.service --unit crankcase.service
  else
    tail -n 15 -- "$log_dir/crankcase.log"
  fi
}

how_to_read_log() {
  if has_systemd; then
    printf 'look into: journalctl -u crankcase -u crankcase-jailer'
  else
    printf 'look into: %s/crankcase.log' "$log_dir"
  fi
}

tell_how_to_call() {
  local url key_header=
  url=$(setting SERVICE_URL)
  if ((no_service)); then
    printf '\nCrankcase is installed. Start it by hand: crankcase serve\n'
    return
  fi
  if [[ $(setting SERVICE_REQUIRES_KEY) == true ]]; then
    printf '\nIt listens on %s, so callers need a key. The first one, which may do everything, is\n\n  %s\n\n' \
      "$(setting SERVICE_BIND_ADDRESS)" "$(<"$etc_dir/admin-key")"
    printf 'It lies in %s/admin-key. Anybody who has it can run programs here: send it over TLS alone (docs/reverse-proxy.md).\n' "$etc_dir"
    # shellcheck disable=SC2016 # for the caller's shell
    key_header=' -H "authorization: $KEY"'
  fi
  cat <<END

Crankcase serves at $url. Call it:

  curl -s $url/api/v2/execute$key_header -H 'content-type: application/json' \\
    -d '{"language":"python","version":"*","files":[{"content":"print(input())"}],"stdin":"hi"}'

  crankcase run FILE
  crankcase status
  sudo crankcase doctor
END
}
