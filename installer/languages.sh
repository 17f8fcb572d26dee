# shellcheck shell=bash
# Packages, each of which brings one or several languages.

# Sets `packages` from --languages; without it to none where some are installed, and at first to five languages. What an
# interrupted first installation has built is no choice of anybody's.
choose_packages() {
  local word data_dir
  packages=()
  for word in ${languages//,/ }; do
    packages+=("$(package_of "$word")") || exit 1
  done
  if ((${#packages[@]} > 0)); then
    mapfile -t packages < <(printf '%s\n' "${packages[@]}" | sort -u)
    return
  fi
  data_dir=${data:-$(configured_data_dir)}
  if [[ -z $installed_release || -z $(find "$data_dir/packages" -mindepth 3 -maxdepth 3 -name manifest.json -print -quit 2>/dev/null) ]]; then
    packages=(bash python node gcc)
  fi
}

told_packages() {
  printf '%s\n' "${packages[*]:-those that are installed}"
}

# Read by hand, since what can read it properly may not be installed yet.
configured_data_dir() {
  local found
  found=$(sed -n 's/^data_dir: *\([^ #]*\).*/\1/p' "$etc_dir/config.yaml" 2>/dev/null)
  printf '%s\n' "${found:-/var/lib/crankcase}"
}

# package_of NAME[=RANGE]: a package's own name, or that of the one which brings a language; with the range.
package_of() {
  local name=${1%%=*} range=
  [[ $1 != *=* ]] || range="=${1#*=}"
  if [[ $name =~ ^[a-z0-9][a-z0-9.+#_-]*$ ]]; then
    if [[ -e $source_dir/packages-index/$name.yaml ]]; then
      printf '%s%s\n' "$name" "$range"
      return
    fi
    if [[ -e $source_dir/runtimes/$name.yaml ]]; then
      printf '%s%s\n' "$(sed -n 's/^package: *//p' "$source_dir/runtimes/$name.yaml")" "$range"
      return
    fi
  fi
  wrong "--languages knows no $name; the packages are $(known_packages)"
}

known_packages() {
  local file names=()
  for file in "$source_dir"/packages-index/*.yaml; do
    names+=("$(basename -- "$file" .yaml)")
  done
  printf '%s\n' "${names[@]}" | sort -u | paste -s -d ' '
}

build_packages() {
  node "$(release_dir)/scripts/build-packages.ts" --data-dir "$(setting SERVICE_DATA_DIR)" \
    --definitions-dir "$(setting SERVICE_DEFINITIONS_DIR)" "${packages[@]}"
}

# say_hello ARGS...: runs the first test of each installed language on the server that ARGS name.
say_hello() {
  if [[ -s $etc_dir/admin-key ]]; then
    CRANKCASE_KEY=$(<"$etc_dir/admin-key")
    export CRANKCASE_KEY
  fi
  node "$(release_dir)/scripts/say-hello.ts" "$@"
}
