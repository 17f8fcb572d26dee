/** Words that say nothing of what a file holds: a thing without a noun has no place yet. */
const EMPTY_WORDS = new Set([
  "util",
  "utils",
  "helper",
  "helpers",
  "manager",
  "managers",
  "service",
  "services",
]);

const CHECKED = /^(src|jailer|scripts|test|bench)\//;

/** Files and folders named after nothing, and barrel files. */
export function fileNameFaults(file: string): string[] {
  if (!CHECKED.test(file)) {
    return [];
  }
  const empty = file.split(/[/._-]/).find((word) => EMPTY_WORDS.has(word.toLowerCase()));
  return [
    ...(empty === undefined ? [] : [`${file}: the name "${empty}" says nothing of what it holds`]),
    ...(/(^|\/)index\.ts$/.test(file) ? [`${file}: a barrel file hides where things are`] : []),
  ];
}
