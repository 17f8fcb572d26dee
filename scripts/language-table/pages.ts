import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { PackageVersion } from "../../src/packages/package-definition.ts";
import { type ListedLanguage, listedLanguages } from "./languages.ts";

const BEGIN = "<!-- node scripts/language-table.ts writes what follows -->\n";
const END = "<!-- node scripts/language-table.ts wrote what precedes -->\n";

/** A page with its tables as they should be. */
export interface Page {
  /** Relative to the project. */
  readonly file: string;
  readonly text: string;
}

/** The pages that list the languages: README.md in short, docs/languages.md in full. Throws where a page lost its marks. */
export async function languagePages(project: string): Promise<Page[]> {
  const languages = await listedLanguages(project);
  const tables = { "README.md": shortTable(languages), "docs/languages.md": fullTable(languages) };
  return await Promise.all(
    Object.entries(tables).map(async ([file, table]) => {
      const text = await readFile(join(project, file), "utf8");
      return { file, text: withTable(file, text, table) };
    }),
  );
}

/** The text with a table between its marks. */
function withTable(file: string, text: string, table: string): string {
  const [before, rest] = text.split(BEGIN);
  const [, after] = (rest ?? "").split(END);
  if (before === undefined || after === undefined) throw new Error(`${file} has not the two lines of marks`);
  return `${before}${BEGIN}${table}${END}${after}`;
}

function count(languages: readonly ListedLanguage[]): string {
  const versions = languages.reduce((sum, it) => sum + it.versions.length, 0);
  return `${languages.length} languages in ${versions} versions`;
}

/** Folded away: more than a hundred lines are in nobody's way then. */
function shortTable(languages: readonly ListedLanguage[]): string {
  const rows = languages.map(({ language, versions }) => [language, numbers(versions).join(", ")]);
  return `<details><summary>${count(languages)}</summary>

${table(["language", "versions"], rows)}
</details>
`;
}

function fullTable(languages: readonly ListedLanguage[]): string {
  const head = ["language", "aliases", "versions", "package", "from", "MB"];
  const rows = languages.map(({ language, aliases, package: name, versions }) => [
    language,
    aliases.join(", "),
    numbers(versions).join("<br>"),
    name,
    versions.map(originOf).join("<br>"),
    versions.map(({ size_mb: size }) => size).join("<br>"),
  ]);
  return `${count(languages)}.

${table(head, rows)}`;
}

/** Versions, those for one processor alone with its name. */
function numbers(versions: readonly PackageVersion[]): string[] {
  return versions.map(({ version, architectures }) =>
    architectures.length > 1 ? version : `${version} (${architectures.join()})`,
  );
}

/** Where a version's bits come from; the suite alone is that of its base. */
function originOf({ source }: PackageVersion): string {
  const { suite, apt, npm, files } = source;
  const origins = [
    ...(apt === undefined ? [] : [suite]),
    ...(npm === undefined ? [] : ["npm"]),
    ...(files === undefined ? [] : ["own files"]),
  ];
  return origins.join(" + ");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => "---"), ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}
