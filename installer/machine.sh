# shellcheck shell=bash
# What the machine is, and what it lacks.

# Variables of Crankcase in the caller's shell would be heard by this script and not by the service: nobody wants that.
forget_own_variables() {
  local name
  for name in "${!CRANKCASE_@}" "${!PISTON_@}"; do
    printf 'install: %s of your shell is not used; put it into %s/environment, which the service reads\n' "$name" "$etc_dir" >&2
    unset "$name"
  done
}

check_machine() {
  forget_own_variables
  check_distribution
  case $(uname -m) in
    x86_64 | aarch64) ;;
    *) die "there are no packages for $(uname -m)" 'take a machine with x86_64 or aarch64' ;;
  esac
}

check_distribution() {
  local id version name
  id=$(os_release ID)
  version=$(os_release VERSION_ID)
  name=$(os_release PRETTY_NAME)
  case $id:$version in
    debian:12 | debian:13) ;;
    ubuntu:22.04 | ubuntu:24.04 | ubuntu:26.04)
      printf 'install: %s is written for, but has not been tried yet: tell us how it went\n' "$name" >&2
      ;;
    *)
      die "it knows Debian 12 and 13 and Ubuntu 22.04, 24.04 and 26.04, and this is ${name:-unknown}" \
        'take one of them: as a virtual machine (Vagrantfile), in the cloud or in a container (docs/install.md)'
      ;;
  esac
}

os_release() {
  sed -n "s/^$1=//p" /etc/os-release 2>/dev/null | tr -d \"\'
}

require_root() {
  if [[ $(id -u) -ne 0 ]]; then
    die 'it makes users, jails and a service, which takes root' "run it as root: sudo $0, or su -c $0"
  fi
}

has_systemd() {
  [[ -d /run/systemd/system ]]
}

# One installation at a time. An interrupted one may leave a child that still installs packages: it is waited for.
take_lock() {
  exec 9>/run/crankcase-install.lock
  if ! flock --nonblock 9; then
    printf 'waiting for an earlier install.sh to end\n'
    flock --timeout 900 9 || die 'an earlier install.sh does not end' 'look for it: fuser -v /run/crankcase-install.lock'
  fi
}

missing_packages() {
  local need package check
  while read -r need package check; do
    [[ $need == build ]] || continue
    sh -c "$check" </dev/null >/dev/null 2>&1 || printf '%s\n' "$package"
  done <"$source_dir/scripts/needed-packages"
}

# A machine that has just been made may still be installing its own updates.
apt_get() {
  DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=900 -o Acquire::Retries=3 \
    -o APT::Keep-Downloaded-Packages=false "$@"
}

install_packages() {
  local missing
  mapfile -t missing < <(missing_packages)
  if ((${#missing[@]} == 0)); then
    return
  fi
  printf 'missing: %s\n' "${missing[*]}"
  # Where an earlier run was interrupted in the middle.
  dpkg --configure -a
  remember_packages_before
  # A list of somebody else's that cannot be fetched is no reason to stop.
  apt_get update || true
  apt_get install --fix-broken --no-install-recommends "${missing[@]}"
  remember_packages_after
}

# The packages of Debian that installations brought are kept in a list, for the removal: what is there after less what was
# there before. A list of before that still lies there is an interrupted run's.
remember_packages_before() {
  local before=$prefix/debian-packages.before
  mkdir -p -- "$prefix"
  if [[ -e $before ]]; then
    remember_packages_after
  fi
  installed_packages >"$before.new"
  mv -- "$before.new" "$before"
}

remember_packages_after() {
  local before=$prefix/debian-packages.before brought=$prefix/debian-packages
  touch -- "$brought"
  installed_packages | LC_ALL=C comm -13 -- "$before" - | LC_ALL=C sort -u -o "$brought.new" - "$brought"
  mv -- "$brought.new" "$brought"
  rm -- "$before"
}

installed_packages() {
  # shellcheck disable=SC2016 # dpkg's own variables
  dpkg-query -W -f '${db:Status-Status} ${binary:Package}\n' | sed -n 's/^installed //p' | LC_ALL=C sort
}
