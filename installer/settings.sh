# shellcheck shell=bash
# The settings: those that the command line names are written, all of them are read by the release's own code.

# The service's variables: systemd reads the file by itself.
service_variables=()
if [[ -e $etc_dir/environment ]]; then
  service_variables=("--env-file=$etc_dir/environment")
fi

write_settings() {
  local values=()
  [[ -z $bind ]] || values+=("bind_address=$bind")
  [[ -z $port ]] || values+=("port=$port")
  [[ -z $data ]] || values+=("data_dir=$data")
  mkdir -p -- "$etc_dir" "$run_dir"
  if ((${#values[@]} > 0)); then
    node "$(release_dir)/scripts/write-settings.ts" "$etc_dir/config.yaml" "${values[@]}"
  fi
  read_settings
  make_admin_key
}

# Where callers need a key, there must be one to begin with; changing what is installed takes one everywhere. An interrupted
# run may have made one that nobody has seen.
make_admin_key() {
  local key
  if [[ -s $etc_dir/admin-key ]]; then
    return
  fi
  key=$("$(release_dir)/bin/crankcase" keys create admin --scope admin --replace)
  (umask 077 && printf '%s\n' "$key" >"$etc_dir/admin-key.new")
  mv -- "$etc_dir/admin-key.new" "$etc_dir/admin-key"
}

# Writes what the configuration comes to; `setting` reads it.
read_settings() {
  node "${service_variables[@]}" "$(release_dir)/lib/prepare-start.js" "$run_dir/install.env"
}

setting() {
  sed -n "s/^$1=//p" "$run_dir/install.env"
}
