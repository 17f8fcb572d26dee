import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { projectFiles } from "../../scripts/checks/project-files.ts";
import { languagePages } from "../../scripts/language-table/pages.ts";
import { pistonNames } from "../../src/config/piston-settings.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const pages = (await projectFiles(ROOT)).filter((file) => file.endsWith(".md"));

function read(file: string): Promise<string> {
  return readFile(join(ROOT, file), "utf8");
}

/** Targets of the links and pictures of a page, those of examples left out. */
function links(text: string): string[] {
  const prose = text.replace(/```[\s\S]*?```/g, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"/g)].map(
    ([, link, source]) => link ?? source ?? "",
  );
}

/** Names in the first column of a page's tables. */
function firstColumn(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(/^\| ([^|]*) \|/gm)].flatMap(([, cell]) => cell?.match(pattern) ?? []).sort();
}

test("there are pages to look at", () => {
  expect(pages).toContain("README.md");
  expect(pages.length).toBeGreaterThan(8);
});

test.each(pages)("every link of %s to a file leads to one", async (page) => {
  const local = links(await read(page)).filter((link) => !/^(https?:|mailto:|#)/.test(link));
  const targets = local.map((link) => join(dirname(page), link.replace(/#.*$/, "")));
  expect(targets.filter((target) => !existsSync(join(ROOT, target)))).toEqual([]);
});

test("docs/README.md lists every page of docs", async () => {
  const listed = links(await read("docs/README.md"));
  const there = (await readdir(join(ROOT, "docs"))).filter(
    (file) => file.endsWith(".md") && file !== "README.md",
  );
  expect(there.filter((file) => !listed.includes(file))).toEqual([]);
});

test("README.md and docs/languages.md list the languages as they are: else run node scripts/language-table.ts", async () => {
  for (const { file, text } of await languagePages(ROOT)) expect(await read(file), file).toBe(text);
});

test("docs/migrating-from-piston.md has a row for each variable that is honoured, and for no other", async () => {
  const rows = firstColumn(await read("docs/migrating-from-piston.md"), /PISTON_\w+/g);
  expect(rows).toEqual([...pistonNames].sort());
});

test("docs/install.md has a row for each option of install.sh, and for no other", async () => {
  const { stdout } = await execa(join(ROOT, "install.sh"), ["--help"]);
  const options = new Set(
    stdout.match(/^ {2}--[a-z].*?(?= {2}|$)/gm)?.flatMap((line) => line.match(/--[a-z][a-z-]*/g) ?? []),
  );
  const rows = firstColumn(await read("docs/install.md"), /--[a-z][a-z-]*/g);
  expect(rows).toEqual([...options].sort());
});

test("every test file that SECURITY.md names is there", async () => {
  let folder = "";
  const missing: string[] = [];
  const names = [...(await read("SECURITY.md")).matchAll(/`((?:test\/[\w-]+\/)?)([\w-]+\.test\.ts)`/g)];
  for (const [, own, name = ""] of names) {
    folder = own || folder;
    if (!existsSync(join(ROOT, folder, name))) missing.push(folder + name);
  }
  expect(names.length).toBeGreaterThan(20);
  expect(missing).toEqual([]);
});
