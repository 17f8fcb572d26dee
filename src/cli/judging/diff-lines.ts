import type { Diff } from "../../api/testcases-result.ts";
import { cut } from "./few-lines.ts";
import type { Paint } from "./paint.ts";

/** Where an output is other than expected, in two lines; pure. */
export function diffLines({ line, expected, got }: Diff, paint: Paint): string[] {
  const texts = [expected, got].map((text) => (text === null ? null : firstLine(text)));
  // White space that makes the difference has to be seen.
  const isQuoted = texts[0]?.trim() === texts[1]?.trim();
  const [wanted = "", was = ""] = texts.map((text) => {
    if (text === null) return "(end of output)";
    return isQuoted ? cut(JSON.stringify(text)) : cut(text);
  });
  const place = `line ${line}: `;
  return [
    `${paint("dim", `${place}expected`)}  ${paint("green", wanted)}`,
    `${paint("dim", `${" ".repeat(place.length)}got     `)}  ${paint("red", was)}`,
  ];
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}
