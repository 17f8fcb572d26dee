/** Lockfile entries that name where they were fetched from: checksums are enough, and every machine has its own mirror. */
export function lockfileFaults(file: string, text: string): string[] {
  if (file !== "package-lock.json") {
    return [];
  }
  return text
    .split("\n")
    .flatMap((line, index) =>
      /^\s*"resolved":/.test(line) ? [`${file}:${index + 1}: names its registry`] : [],
    );
}
