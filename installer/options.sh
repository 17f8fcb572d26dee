# shellcheck shell=bash
# The command line of install.sh, as variables.

prefix='' data='' bind='' port='' languages=''
no_service=0 dry_run=0 uninstall=0 purge=0 upgrade=0

usage() {
  cat <<'END'
usage: ./install.sh [OPTIONS]

Installs Crankcase on this machine and starts it; where it is installed already, upgrades it to this tree. Asks nothing,
needs root, and can be run again at any time. Debian 12 and 13; Ubuntu 22.04, 24.04 and 26.04 (not tried yet).

  --prefix FOLDER     where the program goes (/opt/crankcase)
  --data FOLDER       where bases and packages go (/var/lib/crankcase)
  --bind ADDRESS      address to listen on (127.0.0.1); any that is not loopback makes an admin key, and callers need it
  --port NUMBER       TCP port (2000)
  --languages "..."   packages or languages, by spaces or commas (bash python node gcc; later runs: what is there)
  --no-service        installs, and starts nothing
  --upgrade           refuses to be a first installation
  --uninstall         removes service and program; packages, settings and logs stay
  --uninstall --purge removes these too, the users, and what else an installation brought
  --dry-run           tells what would be done, and does nothing
  --help              shows this

  /etc/crankcase/config.yaml   the settings; --bind, --port and --data write theirs there (docs/configuration.md)
  /etc/crankcase/environment   the service's variables, NAME=value lines, if you rather set some of them there
  /var/log/crankcase           the log of the installation; of the service too where there is no systemd

Examples:
  ./install.sh
  ./install.sh --languages "python gcc" --port 3000
  ./install.sh --bind 0.0.0.0
  git pull && ./install.sh --upgrade
  ./install.sh --uninstall --purge
END
}

# wrong WHAT: ends with the status of a wrong command line.
wrong() {
  printf 'install: %s\nhint: ./install.sh --help\n' "$1" >&2
  exit 2
}

read_options() {
  while (($# > 0)); do
    case $1 in
      --prefix | --data | --bind | --port | --languages)
        [[ -n ${2-} ]] || wrong "$1 wants a value"
        printf -v "${1#--}" %s "$2"
        shift
        ;;
      --prefix=?* | --data=?* | --bind=?* | --port=?* | --languages=?*)
        set -- "${1%%=*}" "${1#*=}" "${@:2}"
        continue
        ;;
      --no-service) no_service=1 ;;
      --dry-run) dry_run=1 ;;
      --uninstall) uninstall=1 ;;
      --purge) purge=1 ;;
      --upgrade) upgrade=1 ;;
      -h | --help) usage && exit 0 ;;
      *) wrong "it knows no $1" ;;
    esac
    shift
  done
  check_options
}

check_options() {
  ((!purge || uninstall)) || wrong '--purge goes with --uninstall'
  ((!upgrade || !uninstall)) || wrong 'either --upgrade or --uninstall'
  check_folder --prefix "$prefix"
  check_folder --data "$data"
  if [[ -n $port ]] && { ! [[ $port =~ ^[1-9][0-9]{0,4}$ ]] || ((port > 65535)); }; then
    wrong "--port wants a number from 1 to 65535, not $port"
  fi
  # What else may stand here is the configuration's to say.
  [[ -z $bind || $bind =~ ^[0-9A-Za-z.:]+$ ]] || wrong "--bind wants an address such as 0.0.0.0, not $bind"
}

# check_folder OPTION FOLDER: systemd's units and the jailer's options take no white space; the root and what holds the
# system itself is no place to give to anybody.
check_folder() {
  [[ -z $2 || $2 =~ ^(/[A-Za-z0-9._+-]+)+$ ]] || wrong "$1 wants an absolute path of letters, digits and . _ + -, not $2"
  [[ $2 != *[/.]./* && $2 != */.. && $2 != */. ]] || wrong "$1 wants a path without . and .., not $2"
  case $2 in
    /bin | /boot | /dev | /etc | /home | /lib | /lib64 | /opt | /proc | /root | /run | /sbin | /srv | /sys | /tmp | /usr | /usr/* | /var | /var/lib)
      [[ $2 == /usr/local/?* ]] || wrong "$1 wants a folder of its own, not $2"
      ;;
  esac
}
