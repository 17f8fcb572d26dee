import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { v1Name, v1Runtime, v1Versions } from "../../src/http/piston/v1-names.ts";
import { type Catalogue, makeCatalogue } from "../../src/runtimes/catalogue.ts";
import type { PackageManifest } from "../../src/runtimes/package-manifest.ts";
import type { RuntimeDefinition } from "../../src/runtimes/runtime-definition.ts";
import { PROJECT_DIR } from "../support/test-data.ts";

const FOLDER = join(PROJECT_DIR, "runtimes");
const DEFINITIONS = readdirSync(FOLDER).map(
  (name) => parse(readFileSync(join(FOLDER, name), "utf8")) as RuntimeDefinition,
);

/** Our own definitions of these languages, each with its package installed in these versions. */
function catalogueOf(languages: readonly string[], versions = ["1.2.3"]): Catalogue {
  const chosen = DEFINITIONS.filter(({ language }) => languages.includes(language));
  const packages = [...new Set(chosen.map((definition) => definition.package))];
  return makeCatalogue(
    chosen.map((definition) => ({ definition: { ...definition, versions: "*" }, hasCompile: false })),
    packages.flatMap((name) => versions.map((version) => manifest(name, version))),
  );
}

function manifest(name: string, version: string): PackageManifest {
  const made = { architecture: "amd64", suite: "trixie", files: [], builtAt: "2026-01-01T00:00:00Z" };
  return { format: 1, name, version, base: "trixie", layers: [`${name}/${version}`], ...made };
}

const ALL = catalogueOf(DEFINITIONS.map(({ language }) => language));

/** The names of v1, and what they are called here. */
const NAMES: readonly (readonly [v1: string, aliases: readonly string[], language: string])[] = [
  ["node", ["javascript", "js", "node.js"], "javascript"],
  ["python3", ["py", "py3", "python"], "python"],
  ["python2", ["py2"], "python2"],
  ["cpp", ["c++", "cc", "cxx"], "c++"],
  ["csharp", ["c#", "cs"], "csharp"],
  ["typescript", ["ts"], "typescript"],
  ["bash", ["sh"], "bash"],
  ["nasm", ["asm"], "nasm"],
  ["nasm64", ["asm64"], "nasm64"],
  ["brainfuck", ["bf"], "brainfuck"],
  ["clojure", ["clj"], "clojure"],
  ["crystal", ["cr"], "crystal"],
  ["lisp", ["commonlisp", "clisp", "cl"], "lisp"],
  ["d", ["dlang"], "d"],
  ["deno", ["denojs", "denots"], "deno"],
  ["ruby", ["duby", "rb"], "ruby"],
  ["emacs", ["el", "elisp"], "emacs"],
  ["elixir", ["exs"], "elixir"],
  ["haskell", ["hs"], "haskell"],
  ["go", ["golang"], "go"],
  ["julia", ["jl"], "julia"],
  ["kotlin", ["kt"], "kotlin"],
  ["perl", ["pl"], "perl"],
  ["php", ["php3", "php4", "php5"], "php"],
  ["prolog", ["plg"], "prolog"],
  ["rust", ["rs"], "rust"],
  ["scala", ["sc"], "scala"],
];

test.each(NAMES)("%s and its aliases %j lead to %s, and are listed so", (name, aliases, language) => {
  for (const each of [name, ...aliases]) {
    const runtime = v1Runtime(ALL, each);
    expect([each, runtime?.language]).toEqual([each, language]);
    expect(runtime && v1Name(ALL, runtime)).toBe(name);
  }
  const listed = v1Versions(ALL).find((entry) => entry.name === name);
  expect(listed?.aliases).toEqual(expect.arrayContaining([...aliases]));
});

test("every name that is listed leads to one language, and every language is listed", () => {
  const listed = v1Versions(ALL);
  const names = listed.flatMap(({ name, aliases }) => [name, ...aliases]);
  expect(new Set(names).size).toBe(names.length);
  expect(listed.length).toBe(DEFINITIONS.length);
});

test("v1's clisp is lisp; GNU CLISP goes by its other name, and takes the place where lisp is not installed", () => {
  const gnu = v1Runtime(ALL, "gnu-clisp");
  expect(gnu?.language).toBe("clisp");
  expect(gnu && v1Name(ALL, gnu)).toBe("gnu-clisp");
  expect(v1Runtime(catalogueOf(["clisp"]), "clisp")?.language).toBe("clisp");
});

test("of several versions v1 knows the highest alone", () => {
  const catalogue = catalogueOf(["python"], ["3.9.2", "3.13.5"]);
  expect(v1Runtime(catalogue, "py")?.version).toBe("3.13.5");
  expect(v1Versions(catalogue)).toEqual([
    { name: "python3", aliases: ["py", "py3", "python"], version: "3.13.5" },
  ]);
});

test.each(["", "nope", "__proto__", "constructor", "05AB1E"])("%j leads nowhere", (name) => {
  expect(v1Runtime(ALL, name)).toBeNull();
});
