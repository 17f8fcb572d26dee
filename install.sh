#!/usr/bin/env bash
# install.sh: installs Crankcase on this machine as root, upgrades it, or removes it; `./install.sh --help` tells.
#
# Nothing that runs is touched before all that replaces it is there: a release is made aside, tried beside the running one,
# and put in place by one rename; the listening socket stays open meanwhile. Whatever ends this script, running it again
# goes on from there.
set -euo pipefail
umask 022

source_dir=$(dirname -- "$(readlink -f -- "$0")")
log_dir=/var/log/crankcase
log=$log_dir/install.log
etc_dir=/etc/crankcase
run_dir=/run/crankcase
# The caller's folder may not be readable to those that are started here, or be gone.
cd /

# shellcheck source=installer/tell.sh
source "$source_dir/installer/tell.sh"
# shellcheck source=installer/options.sh
source "$source_dir/installer/options.sh"
# shellcheck source=installer/machine.sh
source "$source_dir/installer/machine.sh"
# shellcheck source=installer/users.sh
source "$source_dir/installer/users.sh"
# shellcheck source=installer/release.sh
source "$source_dir/installer/release.sh"
# shellcheck source=installer/settings.sh
source "$source_dir/installer/settings.sh"
# shellcheck source=installer/languages.sh
source "$source_dir/installer/languages.sh"
# shellcheck source=installer/service.sh
source "$source_dir/installer/service.sh"
# shellcheck source=installer/completions.sh
source "$source_dir/installer/completions.sh"
# shellcheck source=installer/removal.sh
source "$source_dir/installer/removal.sh"

install_crankcase() {
  step 'installing what is missing' install_packages
  step 'making the user crankcase' make_user crankcase
  step "making the release $release" make_release
  step 'writing the settings' write_settings
  step 'making the users that jobs run as' make_runners
  show "building the languages: $(told_packages)" build_packages
  if [[ -n $installed_release ]]; then
    show 'trying the release beside the running one' try_release
  fi
  put_release_in_place
  step 'writing what shells complete command lines by' write_completions
  tell_how_to_call
}

# What fails here puts the earlier release back.
put_release_in_place() {
  local status
  # Not in a condition, for the reason that `step` gives.
  set +e
  (
    set -e
    switch_and_start
  )
  status=$?
  set -e
  if ((status != 0)); then
    roll_back
  fi
}

switch_and_start() {
  step 'putting it into place' switch_to "$release"
  if ((no_service)); then
    return
  fi
  step 'starting the service' start_service
  step 'waiting until it answers' wait_until_ready "$release"
  show 'a hello in each language' say_hello --url "$(setting SERVICE_URL)"
  step 'removing what nothing uses any more' remove_old_releases
}

roll_back() {
  if [[ -z $installed_release || $installed_release == "$release" ]]; then
    die 'the service did not come up' "$(how_to_read_log); run install.sh again when it is mended"
  fi
  step "going back to the release $installed_release" switch_to "$installed_release"
  step 'starting it again' start_service
  step 'waiting until it answers' wait_until_ready "$installed_release"
  die "the release $release did not come up; $installed_release serves again" "$(how_to_read_log)"
}

main() {
  read_options "$@"
  check_machine
  prepare_release
  choose_packages
  if ((dry_run)); then
    tell_plan
    return
  fi
  require_root
  take_lock
  begin_log "$@"
  if ((uninstall)); then
    uninstall_crankcase
  else
    install_crankcase
  fi
}

main "$@"
