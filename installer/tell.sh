# shellcheck shell=bash
# What the installation tells its user: steps with their times on the screen, everything they print in the log.

# die WHAT HINT: ends the installation.
die() {
  printf '\ninstall: %s\nhint: %s\n' "$1" "$2" >&2
  exit 1
}

note() {
  printf '%s\n' "$1"
  if [[ -w $log ]]; then
    printf '%s\n' "$1" >>"$log"
  fi
}

begin_log() {
  mkdir -p -- "$log_dir"
  # What the service tells there of jobs and keys by name is for root.
  chmod 750 -- "$log_dir"
  printf '\n==== %s: install.sh %s, from %s\n' "$(date -Is)" "$*" "$source_dir" >>"$log"
  trap 'interrupted INT' INT
  trap 'interrupted TERM' TERM
  trap 'interrupted HUP' HUP
}

interrupted() {
  trap - "$1"
  printf '\ninstall: interrupted; nothing that runs is harmed\nhint: run install.sh again, it goes on from here\n' >&2
  kill -s "$1" $$
}

# step TITLE COMMAND...: runs a step; its output goes to the log, and the end of it to the screen when it fails.
step() {
  local title=$1 start=$SECONDS status
  shift
  printf '%-52s' "$title"
  printf '\n== %s\n' "$title" >>"$log"
  # Not in a condition: there bash would go on after a failed command of the step.
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
    step_failed "$title"
  fi
  printf '%4d s\n' "$((SECONDS - start))"
}

# show TITLE COMMAND...: the same for a step whose own lines are worth seeing.
show() {
  local title=$1 start=$SECONDS status
  shift
  printf '%s\n' "$title"
  printf '\n== %s\n' "$title" >>"$log"
  set +e
  (
    set -e
    "$@"
  ) 2>&1 </dev/null | tee -a -- "$log" | sed 's/^/  /'
  status=${PIPESTATUS[0]}
  set -e
  if ((status != 0)); then
    step_failed "$title"
  fi
  printf '%-52s%4d s\n' '' "$((SECONDS - start))"
}

step_failed() {
  die "\"$1\" failed" "the lines above say why, all of them are in $log; run install.sh again when it is mended"
}
