# shellcheck shell=bash
# Taking Crankcase away again; and telling beforehand what an installation would do.

runner_lock=/run/crankcase-runner-uids.lock

uninstall_crankcase() {
  local data_dir state_dir instance
  release=${installed_release:-none}
  read_settings 2>/dev/null || rm -f -- "$run_dir/install.env"
  data_dir=$(setting_or SERVICE_DATA_DIR "$(configured_data_dir)")
  state_dir=$(setting_or SERVICE_STATE_DIR "$data_dir/daemon")
  instance=$(setting_or SERVICE_INSTANCE default)
  step 'stopping the service' stop_service
  if ((purge)); then
    step 'removing packages, settings and logs' remove_data "$data_dir" "$state_dir"
    step 'removing the users' remove_users
    step 'removing what of Debian it had brought' remove_debian_packages
  fi
  step 'removing the program' remove_program
  if ((purge)); then
    rm -rf -- "$log_dir"
    printf '\nCrankcase is removed, and nothing of it is left.\n'
  else
    printf '\nCrankcase is removed. Left are %s, %s and %s, and the users; --purge removes them too.\n' "$data_dir" "$etc_dir" "$log_dir"
  fi
  rm -f -- /run/crankcase-install.lock
}

# setting_or NAME VALUE: the release in use knows best; without one, what can be told by hand.
setting_or() {
  local found
  found=$(setting "$1" 2>/dev/null) || true
  printf '%s
' "${found:-$2}"
}

remove_program() {
  local unit
  for unit in "${units[@]}"; do
    rm -f -- "$unit_dir/$unit" "$unit_dir/$unit.new"
  done
  if has_systemd; then
    systemctl daemon-reload
    systemctl reset-failed "${units[@]}" 2>/dev/null || true
  fi
  # A jailer that was killed has left its own.
  remove_cgroups 'crankcase-try-*' "crankcase-$instance"
  if [[ $(readlink -- "$command_link") == "$prefix/current/bin/crankcase" ]]; then
    rm -f -- "$command_link"
  fi
  remove_completions
  rm -rf --one-file-system -- "$run_dir" "$prefix/releases" "$prefix/npm-cache" "$prefix/current" "$prefix/current.new"
  rm -f -- "$prefix"/debian-packages*
  rmdir --ignore-fail-on-non-empty -- "$prefix" || true
}

# remove_data DATA STATE: only what is ours in them, since somebody may have named a folder that holds other things.
remove_data() {
  local part
  for part in archives artifacts builds compiled jobs; do
    rm -rf --one-file-system -- "${2:?}/$part"
  done
  rm -f -- "$2"/piston-index-* "$2"/daily-jobs.json*
  rmdir -- "$2" 2>/dev/null || ! [[ -e $2 ]] || printf '%s stays: something else is in it\n' "$2"
  for part in bases packages cache starts; do
    rm -rf --one-file-system -- "${1:?}/$part"
  done
  find "$1" -mindepth 1 -maxdepth 1 \( -name '.*' -o -name '*.lock' \) -exec rm -rf --one-file-system -- {} +
  rmdir -- "$1" 2>/dev/null || ! [[ -e $1 ]] || printf '%s stays: something else is in it\n' "$1"
  rm -rf -- "$etc_dir"
  # Another instance's jailer may hold it.
  flock --nonblock "$runner_lock" rm -- "$runner_lock" 2>/dev/null || true
}

remove_users() {
  local user
  for user in $(getent passwd | sed -n 's/^\(crankcase\(-runner[0-9]*\)\{0,1\}\):.*/\1/p'); do
    userdel -- "$user"
  done
  for user in $(getent group | sed -n 's/^\(crankcase\(-runner[0-9]*\)\{0,1\}\):.*/\1/p'); do
    groupdel -- "$user"
  done
}

# Only where nothing else needs them by now: a simulation says what would go with them.
remove_debian_packages() {
  local brought=() would_go
  if [[ ! -s $prefix/debian-packages ]]; then
    return
  fi
  mapfile -t brought < <(installed_packages | LC_ALL=C comm -12 -- "$prefix/debian-packages" -)
  ((${#brought[@]} > 0)) || return 0
  would_go=$(apt_get --simulate purge "${brought[@]}" | sed -n 's/^Purg \([^ ]*\).*/\1/p')
  if [[ -n $(comm -23 <(printf '%s\n' "$would_go" | sort -u) <(printf '%s\n' "${brought[@]%%:*}" "${brought[@]}" | sort -u)) ]]; then
    printf 'other packages need some of these by now, and so all stay: %s\n' "${brought[*]}"
    return
  fi
  apt_get purge "${brought[@]}"
}

# For --dry-run: nothing here changes anything.
tell_plan() {
  local missing
  if ((uninstall)); then
    printf 'would stop and remove the release %s in %s, units and the command %s\n' "${installed_release:-(none)}" "$prefix" "$command_link"
    if ((purge)); then
      printf 'would remove %s, %s and %s, the users crankcase and crankcase-runnerN, and packages of Debian that it brought\n' \
        "$(configured_data_dir)" "$etc_dir" "$log_dir"
    fi
    return
  fi
  missing=$(missing_packages | paste -s -d ' ')
  printf '%-10s %s\n' \
    debian "${missing:-nothing is missing}" \
    release "$release in $prefix${installed_release:+, instead of $installed_release}" \
    languages "$(told_packages), below ${data:-$(configured_data_dir)}" \
    settings "$etc_dir/config.yaml${bind:+, bind_address $bind}${port:+, port $port}${data:+, data_dir $data}" \
    service "$(planned_service)"
}

planned_service() {
  if ((no_service)); then
    echo 'none'
  elif has_systemd; then
    printf '%s\n' "${units[*]}"
  else
    printf 'keep-port, in the background: there is no systemd\n'
  fi
}
