import { type Attack, FAMILIES, type Family } from "../../src/attacks/attack-definition.ts";
import { loadAttacks } from "../../src/attacks/load-attacks.ts";
import { ALL_API_ATTACKS } from "../../test/hostile/api/all-api-attacks.ts";

const MEANING: Readonly<Record<Family, string>> = {
  escape: "Programs that want out of their jail",
  exhaustion: "Programs that want all there is of something",
  evasion: "Programs that do not want to end",
  inputs: "Requests, sources and files that attack whoever reads them",
  "cross-job": "Programs that want at other jobs",
};

/** The text of docs/attacks.md. */
export async function attackPage(project: string): Promise<string> {
  const attacks = await loadAttacks(project);
  const apiAttacks = Object.values(ALL_API_ATTACKS).flat();
  const chosen = attacks.filter(({ selftest }) => selftest === true).length;
  const introduction = `# Attacks

${attacks.length} attacks by programs and ${apiAttacks.length} by callers of the API, each with the promise that it tries to break. All of them run
against a real server on every change (\`vitest run test/hostile\`); ${chosen}, marked with *, also on your own machine:
\`sudo crankcase selftest\`. While an attack runs, honest jobs run beside it and must not notice; afterwards the host must be as it was
(files, mounts, sockets, processes, control groups, kernel log), and the server must serve, with nothing left behind.
An attack is a few lines of YAML in [attacks/programs](../attacks/programs); [SECURITY.md](../SECURITY.md) says what is promised and what is not.

The last column names what holds an attack off. With each of these switched off, in a build for tests alone, attacks that name it
succeed and are caught (\`npm run mutants\`).

Written by \`node scripts/attack-table.ts\`.
`;
  const families = FAMILIES.map((family) => familySection(family, attacks));
  return `${introduction}${families.join("")}${apiSection()}`;
}

function familySection(family: Family, attacks: readonly Attack[]): string {
  const own = attacks.filter((attack) => attack.family === family);
  const topics = [...new Set(own.map(({ topic }) => topic))];
  const tables = topics.map((topic) => {
    const rows = own.filter((attack) => attack.topic === topic).map(attackRow);
    return `\n### ${topic}\n\n${table(["attack", "promise", "written in", "held off by"], rows)}`;
  });
  return `\n## ${MEANING[family]}\n${tables.join("")}`;
}

function attackRow({
  name,
  promise,
  job,
  beside = [],
  afterwards = [],
  defences,
  selftest,
}: Attack): string[] {
  const languages = new Set([job, ...beside, ...afterwards].map(({ language }) => language));
  const mark = selftest === true ? " *" : "";
  return [`\`${name}\`${mark}`, promise, [...languages].join(", "), defences.join(", ")];
}

function apiSection(): string {
  const topics = Object.entries(ALL_API_ATTACKS).map(([topic, attacks]) => {
    const rows = attacks.map(({ name, promise }) => [`\`${name}\``, promise]);
    return `\n### ${topic}\n\n${table(["attack", "promise"], rows)}`;
  });
  return `\n## Callers that attack the API\n${topics.join("")}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => "---"), ...rows];
  return lines.map((cells) => `| ${cells.map(escapeBars).join(" | ")} |\n`).join("");
}

function escapeBars(text: string): string {
  return text.replaceAll("|", "\\|");
}
