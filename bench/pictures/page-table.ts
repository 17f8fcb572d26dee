import type { Check, Figures, LineFigures } from "../figures.ts";
import { MOST_BUSY, wordCheck } from "../print-figures.ts";

/** What the page says of the figures, between these two lines of it. */
const BEGIN = "<!-- node bench/draw-page.ts writes what follows -->";
const END = "<!-- to here -->";

/** The page with its table made of these figures; all else stays. Throws when it has not the two lines. */
export function withTable(page: string, figures: Figures): string {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`the page has no ${BEGIN} and ${END}`);
  return `${before}${BEGIN}\n${tableOf(figures)}\n${END}${after}`;
}

function tableOf(figures: Figures): string {
  const { cores, cpu, kernel, busyBeside } = figures.machine;
  const measured = `Measured ${figures.measuredAt.slice(0, 10)} on ${cores} x ${cpu}, Linux ${kernel}, ${figures.runs} runs.`;
  const busy =
    busyBeside > MOST_BUSY
      ? " **Others used this machine meanwhile: these figures are not to be trusted; measure again.**"
      : "";
  const head = [
    "| measure | what | measured | target | | p50 | CPU per run | beside: p50, CPU | again: `npm run bench -- --only` |",
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
  ];
  const rows = figures.lines.flatMap((line) => line.checks.map((check) => rowOf(line, check)));
  const notes = figures.lines.flatMap(({ name, notes: all }) => all.map((note) => `- \`${name}\`: ${note}`));
  const failed = Object.keys(figures.failed).map((name) => `- \`${name}\`: **could not be measured**`);
  return [`${measured}${busy}`, "", ...head, ...rows, "", ...failed, ...notes].join("\n");
}

function rowOf(line: LineFigures, check: Check): string {
  const [measured, target, met] = wordCheck(check);
  const own = timesOf(line, check.way);
  const beside = timesOf(line, check.beside);
  const cells = [
    escapeHtml(line.title),
    check.what,
    measured,
    escapeHtml(target),
    met === "met" ? met : `**${met.toLowerCase()}**`,
    ...own,
    beside.filter(Boolean).join(", "),
    `\`${line.name}\``,
  ];
  return `| ${cells.join(" | ")} |`;
}

function timesOf(line: LineFigures, name: string | undefined): [string, string] {
  const way = line.ways.find((figure) => figure.way === name);
  if (way === undefined) return ["", ""];
  return [`${way.p50Ms.toFixed(2)} ms`, way.cpuMs === null ? "" : `${way.cpuMs.toFixed(2)} ms`];
}

function escapeHtml(text: string): string {
  return text.replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
