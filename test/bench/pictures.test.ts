import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Figures } from "../../bench/figures.ts";
import { drawPictures } from "../../bench/pictures/draw-pictures.ts";
import { withTable } from "../../bench/pictures/page-table.ts";
import { printFigures } from "../../bench/print-figures.ts";
import { someFigures } from "./some-figures.ts";

const DOCS = join(import.meta.dirname, "../../docs");

/** The texts of a picture that can be seen. */
function textsOf(picture: string): string[] {
  return [...picture.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text = ""]) => text);
}

/** Names of elements that are opened and not closed, or the other way round: none in well-formed XML. */
function unbalancedElements(picture: string): string[] {
  const open: string[] = [];
  for (const [, end, name = "", single] of picture.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
    if (single === "/") continue;
    if (end !== "/") open.push(name);
    else if (open.pop() !== name) return [name];
  }
  return open;
}

test("each picture shows its line's figures as text, and is well-formed", () => {
  const pictures = drawPictures(someFigures);
  expect([...pictures.keys()]).toEqual(["languages.svg", "throughput.svg", "jail-cost.svg"]);
  expect(textsOf(pictures.get("languages.svg") ?? "")).toEqual(
    expect.arrayContaining(["python", "20.0 ms", "25.0 ms", "8.3 ms"]),
  );
  expect(textsOf(pictures.get("throughput.svg") ?? "")).toEqual(
    expect.arrayContaining(["1", "8", "100", "50"]),
  );
  expect(textsOf(pictures.get("jail-cost.svg") ?? "")).toEqual(
    expect.arrayContaining(["ready jail", "nsjail &amp; more", "1.5 ms", "6.0 ms"]),
  );
  for (const picture of pictures.values()) expect(unbalancedElements(picture)).toEqual([]);
});

test("pictures have colours for light and for dark pages", () => {
  for (const picture of drawPictures(someFigures).values()) {
    expect(picture).toContain("@media (prefers-color-scheme: dark)");
    expect(picture).toContain('class="paper"');
  }
});

test("only what was measured is drawn", () => {
  expect(drawPictures({ ...someFigures, lines: [] }).size).toBe(0);
});

test("the printed table has each target with what was measured, and says which are missed and what was not measured", () => {
  const printed = printFigures({ ...someFigures, failed: { "10000-queued": "no room" } });
  expect(printed).toMatch(/ready jail +p50 +1\.50 x raw +<= 2 +met +1\.50 +0\.75 +true-in-jail\n/);
  expect(printed).toMatch(/ rate +0\.25 x raw +>= 0\.9 +MISSED +1\.50 +0\.75 +true-in-jail\n/);
  expect(printed).toContain("true-in-jail: Measured by hand.");
  expect(printed).toContain("NOT MEASURED: 10000-queued: no room");
  expect(printed).not.toContain("OTHERS USE");
  const busy = { ...someFigures, machine: { ...someFigures.machine, busyBeside: 0.5 } };
  expect(printFigures(busy)).toContain("OTHERS USE");
});

test("the page's table is written between its two lines, and nothing else of the page changes", () => {
  const marks = ["<!-- node bench/draw-page.ts writes what follows -->", "<!-- to here -->"];
  const page = withTable(`# Page\n${marks[0]}\nold\n${marks[1]}\nafter\n`, someFigures);
  expect(page).toMatch(/^# Page\n<!--/);
  expect(page).toMatch(/-->\nafter\n$/);
  expect(page).not.toContain("old");
  expect(page).toContain(
    "| p50 | 1.50 x raw | &lt;= 2 | met | 1.50 ms | 0.75 ms | 1.00 ms, 0.50 ms | `true-in-jail` |",
  );
  expect(page).toContain("| rate | 0.25 x raw | &gt;= 0.9 | **missed** |");
  const failed = withTable(page, { ...someFigures, failed: { "10000-queued": "no room" } });
  expect(failed).toContain("- `10000-queued`: **could not be measured**");
  expect(() => withTable("# Page\n", someFigures)).toThrow("the page has no");
});

test("docs/performance.md and its pictures are what the kept figures say", async () => {
  const figures: Figures = JSON.parse(await readFile(join(DOCS, "performance/figures.json"), "utf8"));
  const page = await readFile(join(DOCS, "performance.md"), "utf8");
  expect(withTable(page, figures)).toBe(page);
  for (const [name, picture] of drawPictures(figures)) {
    expect(await readFile(join(DOCS, "performance", name), "utf8"), name).toBe(picture);
    expect(page).toContain(`performance/${name}`);
  }
});
