/** Longer executioners do work that belongs elsewhere. */
const MAX_LINES = 20;

/** The last command, whose line may go on behind a backslash. */
const LAST_COMMAND = /(^|\n)\s*(exec|limited) (.*\\\n)*.*$/;

/** Executioners that are long, or that stay behind as a process in front of the program. */
export function executionerFaults(file: string, text: string): string[] {
  if (!/^executioners\/[^/]+\/[^/]+$/.test(file)) {
    return [];
  }
  const lines = text.trimEnd().split("\n");
  return [
    ...(lines.length > MAX_LINES ? [`${file}: ${lines.length} lines, at most ${MAX_LINES} are allowed`] : []),
    ...(LAST_COMMAND.test(text.trimEnd()) ? [] : [`${file}: its last line does not become the program`]),
  ];
}
