# shellcheck shell=bash
# Releases: copies of a tree with all they need to run, side by side below the prefix.
#
#   <prefix>/releases/<version>-<hash of the tree>/   a whole release
#   <prefix>/releases/.making/                        one that is being made
#   <prefix>/current                                  link to the one in use, switched by a rename

command_link=/usr/local/bin/crankcase
not_of_a_release=(--exclude=./.git --exclude=./node_modules --exclude=./jailer/build --exclude=./keeper/build
  --exclude=./executioners/build --exclude=./test-results --exclude=./RELEASE --exclude=./lib)

# Sets `prefix`, `release` (this tree's) and `installed_release` (the one in use; empty: none).
prepare_release() {
  local installed_prefix=
  if [[ $(readlink -- "$command_link") == */current/bin/crankcase ]]; then
    installed_prefix=$(readlink -- "$command_link")
    installed_prefix=${installed_prefix%/current/bin/crankcase}
  fi
  if [[ -n $installed_prefix && -n $prefix && $installed_prefix != "$prefix" ]]; then
    die "Crankcase is installed in $installed_prefix" 'leave --prefix out, or remove that one first: ./install.sh --uninstall'
  fi
  prefix=${prefix:-${installed_prefix:-/opt/crankcase}}
  installed_release=$(basename -- "$(readlink -- "$prefix/current")")
  if ((upgrade)) && [[ -z $installed_release ]]; then
    die 'there is no Crankcase here that could be upgraded' 'leave --upgrade out to install it'
  fi
  release=$(release_id)
}

release_id() {
  local version hash
  version=$(sed -n 's/^  "version": "\(.*\)",$/\1/p' "$source_dir/package.json")
  hash=$(tar -C "$source_dir" "${not_of_a_release[@]}" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner \
    --mode=u=rwX,go=rX -cf - . | sha256sum)
  printf '%s-%.12s\n' "$version" "$hash"
}

release_dir() {
  printf '%s/releases/%s\n' "$prefix" "$release"
}

# node ARGS...: the pinned Node of the release.
node() {
  "$(release_dir)/node_modules/.bin/node" "$@"
}

make_release() {
  local making=$prefix/releases/.making
  if [[ -d $(release_dir) ]]; then
    return
  fi
  rm -rf -- "$making"
  mkdir -p -- "$making"
  tar -C "$source_dir" "${not_of_a_release[@]}" -cf - . | tar -C "$making" --no-same-owner -xf -
  chmod -R u=rwX,go=rX -- "$making"
  install_dependencies "$making"
  # A compiler that is killed leaves its temporary files.
  TMPDIR=$making make -C "$making/jailer"
  TMPDIR=$making make -C "$making/keeper"
  "$making/node_modules/.bin/node" "$making/scripts/bundle.ts" "$making"
  printf '%s\n' "$release" >"$making/RELEASE"
  sync -f "$making"
  mv -T -- "$making" "$(release_dir)"
}

# install_dependencies FOLDER: what the release in use has by the same list is taken from there.
install_dependencies() {
  local used=$prefix/current
  if cmp -s -- "$used/package-lock.json" "$1/package-lock.json" && [[ -d $used/node_modules ]]; then
    cp -al -- "$used/node_modules/" "$1/node_modules"
  else
    (cd -- "$1" && npm ci --omit=dev --no-audit --no-fund --cache "$prefix/npm-cache")
  fi
  # npm calls a failed download of Node a success: running it shows that it is there.
  "$1/node_modules/.bin/node" --version
}

# switch_to RELEASE
switch_to() {
  ln -sfn -- "releases/$1" "$prefix/current.new"
  mv -T -- "$prefix/current.new" "$prefix/current"
  mkdir -p -- "$(dirname -- "$command_link")"
  ln -sfn -- "$prefix/current/bin/crankcase" "$command_link.new"
  mv -T -- "$command_link.new" "$command_link"
}

# The release before this one stays, for whoever wants to go back to it.
remove_old_releases() {
  local folder
  for folder in "$prefix"/releases/* "$prefix"/releases/.making; do
    case ${folder##*/} in
      "$release" | "$installed_release") ;;
      *) rm -rf -- "$folder" ;;
    esac
  done
}

# The new release runs a program in each language as an instance of its own before anything is switched.
try_release() {
  if [[ $installed_release == "$release" ]]; then
    echo 'it is the one that runs'
    return
  fi
  local status=0
  node "${service_variables[@]}" "$(release_dir)/scripts/try-release.ts" || status=$?
  # One that had to be killed leaves its empty control groups, and no later one has its name.
  remove_cgroups 'crankcase-try-*'
  return "$status"
}

# remove_cgroups NAME...: the groups with these names (or patterns) that no process is in, and those below them.
remove_cgroups() {
  local name
  for name; do
    find /sys/fs/cgroup -depth -type d \( -path "*/$name" -o -path "*/$name/*" \) -exec rmdir -- {} + 2>/dev/null || true
  done
}
