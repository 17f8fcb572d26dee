# shellcheck shell=bash
# Completion of command lines, where the shells look for what an administrator installs beside the distribution's own.

completion_files=(
  bash:/usr/local/share/bash-completion/completions/crankcase
  zsh:/usr/local/share/zsh/site-functions/_crankcase
  fish:/usr/local/share/fish/vendor_completions.d/crankcase.fish
)

# By the release in use. A comfort: what fails here is told in the log alone.
write_completions() {
  local entry file
  for entry in "${completion_files[@]}"; do
    file=${entry#*:}
    if mkdir -p -- "${file%/*}" && "$prefix/current/bin/crankcase" completion "${entry%%:*}" >"$file.new"; then
      mv -T -- "$file.new" "$file"
    else
      rm -f -- "$file.new"
    fi
  done
}

# The folders too, where nothing else is in them.
remove_completions() {
  local entry file folder
  for entry in "${completion_files[@]}"; do
    file=${entry#*:}
    rm -f -- "$file" "$file.new"
    folder=${file%/*}
    for folder in "$folder" "${folder%/*}"; do
      if [[ -d $folder ]]; then
        rmdir --ignore-fail-on-non-empty -- "$folder"
      fi
    done
  done
}
