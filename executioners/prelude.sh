# shellcheck shell=sh
# What every executioner begins with. Sets `main`: the main file, under a name that no program takes for an option; what
# came after it stays in "$@". `flags` are the request's compiler flags, one a line: where there are some, $flags without
# quotes is each of them as an argument of its own, since words end at lines then and no word is a pattern. `heap` is three
# quarters of the stage's memory limit, in MiB: what a virtual machine may fill before it says itself that it is full.
seconds=${CRANKCASE_TIMEOUT_SECONDS-}
flags=${CRANKCASE_COMPILER_FLAGS-}
# shellcheck disable=SC2034 # Some command lines use it.
heap=$((${CRANKCASE_MEMORY_BYTES:-536870912} / 1398101))
unset CRANKCASE_TIMEOUT_SECONDS CRANKCASE_COMPILER_FLAGS CRANKCASE_MEMORY_BYTES
[ -z "$flags" ] || {
  set -f
  IFS='
'
}

main=$1
shift
case $main in -* | @*) main=./$main ;; esac

# limited COMMAND...: becomes the command, behind a second lock that falls a second after the jailer's own: by our own
# timeout (jailer/timeout.c), an eighth of the runtime's in cost, where there is one for this machine.
limited() {
  [ -n "$seconds" ] || exec "$@"
  [ ! -x /executioners/build/timeout ] || exec /executioners/build/timeout -s KILL "$seconds" "$@"
  exec /usr/bin/timeout -s KILL "$seconds" "$@"
}
