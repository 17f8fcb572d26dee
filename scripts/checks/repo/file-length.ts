/** A file longer than this holds more than one idea. */
const MAX_LINES = 150;

/** Source files of the product that are too long to be read in one sitting. */
export function fileLengthFaults(file: string, text: string): string[] {
  if (!/^src\/.*\.ts$/.test(file) || file.includes(".generated.")) {
    return [];
  }
  const lines = text.trimEnd().split("\n").length;
  return lines > MAX_LINES ? [`${file}: ${lines} lines, at most ${MAX_LINES} are allowed`] : [];
}
