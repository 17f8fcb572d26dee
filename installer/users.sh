# shellcheck shell=bash
# The users that the daemon and the jobs run as. Nobody can log in as them.

# make_user NAME [UID GID]: a user with a group of its own; an interrupted run may have made one of the two.
make_user() {
  local name=$1 uid=${2-} gid=${3-} found ids
  local options=(--system --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin)
  if found=$(id -u "$name" 2>/dev/null); then
    [[ -z $uid || $found -eq $uid ]] && return
    printf 'the user %s has the uid %s, not %s: set runner_uid_min in config.yaml\n' "$name" "$found" "$uid"
    return 1
  fi
  if [[ -z $uid ]]; then
    getent group "$name" >/dev/null || groupadd --system "$name"
    useradd "${options[@]}" --gid "$name" "$name"
    return
  fi
  # Above the system's own ids on purpose: nothing else hands these out.
  ids=(-K "SYS_UID_MAX=$uid" -K "SYS_GID_MAX=$gid")
  getent group "$name" >/dev/null || groupadd --system "${ids[@]}" --gid "$gid" "$name"
  useradd "${options[@]}" "${ids[@]}" --uid "$uid" --gid "$gid" "$name"
}

make_runners() {
  local runner runners uid_min gid_min
  runners=$(setting SERVICE_RUNNERS)
  uid_min=$(setting SERVICE_RUNNER_UID_MIN)
  gid_min=$(setting SERVICE_RUNNER_GID_MIN)
  for ((runner = 0; runner < runners; runner++)); do
    make_user "crankcase-runner$runner" "$((uid_min + runner))" "$((gid_min + runner))"
  done
}
