import type { PistonImport } from "../config/piston-import.ts";

interface Written {
  readonly file: string;
  /** The file that was made; undefined where it was printed. */
  readonly target: string | undefined;
}

/** What `crankcase import-piston` tells people: what maps, what does not and why, what behaves differently; pure. */
export function importReport(
  result: PistonImport & { readonly others: number },
  { file, target }: Written,
): string {
  const { taken, left, notes, others } = result;
  const sections = [
    section(
      `Taken over from ${file}`,
      taken.map(({ name, settings }) => `${name} -> ${Object.keys(settings).join(", ")}`),
    ),
    section(
      "Not taken over",
      left.map(({ name, line, reason }) => `${name} (line ${line}): ${reason}`),
    ),
    section("To know", notes),
  ];
  const rest = others === 0 ? "" : `${others} variables that are not Piston's were left alone.\n`;
  const next =
    target === undefined ? "" : `Wrote ${target}. Run install.sh (again): it starts the service with it.\n`;
  return printable(`${sections.join("")}${rest}${next}More: docs/migrating-from-piston.md\n`);
}

function section(title: string, lines: readonly string[]): string {
  const shown = lines.length === 0 ? ["nothing"] : lines;
  return `${title}:\n${shown.map((line) => `  ${short(line)}\n`).join("")}`;
}

function short(line: string): string {
  return line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}...` : line;
}

const LONGEST_LINE = 400;

/** The file is somebody else's: what it says must not steer the terminal. */
function printable(text: string): string {
  return text.replace(/[^\P{C}\n]/gu, "?");
}
