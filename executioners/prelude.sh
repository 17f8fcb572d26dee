# shellcheck shell=sh
# What every executioner begins with. Sets `main`: the main file, under a name that no program takes for an option; what
# came after it stays in "$@".
seconds=${CRANKCASE_TIMEOUT_SECONDS-}
unset CRANKCASE_TIMEOUT_SECONDS

main=$1
shift
case $main in -* | @*) main=./$main ;; esac

# limited COMMAND...: becomes the command, behind a second lock that falls a second after the jailer's own.
limited() {
  exec ${seconds:+/usr/bin/timeout -s KILL "$seconds"} "$@"
}
