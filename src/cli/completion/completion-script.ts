/** Shells that a script is there for. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

/** One of them. */
export type Shell = (typeof SHELLS)[number];

/*
 * Each asks `crankcase complete -- WORDS...` what could stand in place of the last word: a candidate a line, a tab and its
 * description behind it; the line `:files` says that names of files fit too.
 */

// COMP_WORDS is what bash(1) has under "Programmable Completion"; mapfile takes lines as they are, and expands nothing.
const BASH = `# bash completion of crankcase; made by: crankcase completion bash
_crankcase() {
  local lines line
  COMPREPLY=()
  mapfile -t lines < <("\${COMP_WORDS[0]}" complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  for line in "\${lines[@]}"; do
    if [[ $line == :files ]]; then
      compopt -o filenames 2>/dev/null
      mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}")
    else
      COMPREPLY+=("\${line%%$'\\t'*}")
    fi
  done
}
complete -F _crankcase crankcase
`;

// _describe takes NAME:DESCRIPTION (zshcompsys(1)), so that a colon in a name is quoted.
const ZSH = `#compdef crankcase
# zsh completion of crankcase; made by: crankcase completion zsh
_crankcase() {
  local line files=0
  local -a candidates
  for line in "\${(@f)$("\${words[1]}" complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    case $line in
      '') ;;
      :files) files=1 ;;
      *) candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}") ;;
    esac
  done
  (( \${#candidates} )) && _describe crankcase candidates
  (( files )) && _files
}
if [[ $funcstack[1] == _crankcase ]]; then
  _crankcase "$@"
else
  compdef _crankcase crankcase
fi
`;

// fish(1) splits candidates from descriptions at the tab by itself.
const FISH = `# fish completion of crankcase; made by: crankcase completion fish
function __crankcase_complete
    set -l words (commandline -opc) (commandline -ct)
    for line in ($words[1] complete -- $words[2..-1] 2>/dev/null)
        if test "$line" = :files
            __fish_complete_path (commandline -ct)
        else
            echo $line
        end
    end
end
complete -c crankcase -f -a '(__crankcase_complete)'
`;

const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };

/** The script that makes a shell complete our command lines. */
export function completionScript(shell: Shell): string {
  return SCRIPTS[shell];
}
