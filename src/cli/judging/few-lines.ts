import { printable } from "../job/printable.ts";

const MOST_LINES = 3;
const WIDEST = 100;

/** The beginning of a text that a program wrote: a few lines, cut where they are long, without what a terminal obeys; pure. */
export function fewLines(text: string): string[] {
  const lines = text.replace(/\s+$/, "").split(/\r?\n/);
  if (lines.length === 1 && lines[0] === "") return [];
  const shown = lines.slice(0, MOST_LINES).map(cut);
  return lines.length > MOST_LINES ? [...shown, "..."] : shown;
}

/** One line of it. */
export function cut(line: string): string {
  const clean = printable(line.replaceAll("\t", " "));
  const characters = [...clean];
  return characters.length > WIDEST ? `${characters.slice(0, WIDEST).join("")}...` : clean;
}
