# shellcheck shell=sh
# What every executioner begins with. Sets `main`: the main file, under a name that no program takes for an option; what
# came after it stays in "$@". `flags` are the request's compiler flags, one a line: where there are some, $flags without
# quotes is each of them as an argument of its own, since words end at lines then and no word is a pattern.
seconds=${CRANKCASE_TIMEOUT_SECONDS-}
flags=${CRANKCASE_COMPILER_FLAGS-}
unset CRANKCASE_TIMEOUT_SECONDS CRANKCASE_COMPILER_FLAGS
[ -z "$flags" ] || {
  set -f
  IFS='
'
}

main=$1
shift
case $main in -* | @*) main=./$main ;; esac

# limited COMMAND...: becomes the command, behind a second lock that falls a second after the jailer's own.
limited() {
  [ -z "$seconds" ] || exec /usr/bin/timeout -s KILL "$seconds" "$@"
  exec "$@"
}
