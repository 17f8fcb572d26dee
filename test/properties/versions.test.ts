import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { makeCatalogue } from "../../src/runtimes/catalogue.ts";
import type { PackageManifest } from "../../src/runtimes/package-manifest.ts";
import { semverOf } from "../../src/runtimes/semver-of.ts";
import { PATIENCE_MS, runs } from "./runs.ts";
import { anyText, textOf } from "./texts.ts";

vi.setConfig({ testTimeout: PATIENCE_MS });

type Numbers = readonly [number, number, number];

const small = fc.nat(3);
const numbers = fc.tuple(small, small, small);

function manifest([major, minor, patch]: Numbers): PackageManifest {
  const version = `${major}.${minor}.${patch}`;
  const made = { architecture: "amd64", suite: "trixie", files: [], builtAt: "2026-01-01T00:00:00Z" };
  return { format: 1, name: "p", version, base: "trixie", layers: [`p/${version}`], ...made };
}

function catalogueOf(installed: readonly Numbers[]) {
  const definition = {
    language: "language",
    aliases: ["alias"],
    package: "p",
    main_file: "m",
    file_endings: [],
    tests: [],
  };
  return makeCatalogue([{ definition, hasCompile: false }], installed.map(manifest));
}

function compare(a: Numbers, b: Numbers): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

/** A comparator as it is written, and what it takes, by node-semver's README. */
const comparator = fc
  .tuple(fc.constantFrom("", "=", ">", ">=", "<", "<=", "^", "~"), numbers)
  .map(([sign, given]) => ({
    text: `${sign}${given.join(".")}`,
    takes: (version: Numbers) => takes(sign, given, version),
  }));

function takes(sign: string, given: Numbers, version: Numbers): boolean {
  const order = compare(version, given);
  switch (sign) {
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case "^":
      return order >= 0 && firstNotZero(given, version);
    case "~":
      return order >= 0 && version[0] === given[0] && version[1] === given[1];
    default:
      return order === 0;
  }
}

/** `^` leaves the leftmost number that is not 0 as it is. */
function firstNotZero(given: Numbers, version: Numbers): boolean {
  const fixed = given.findIndex((value) => value !== 0);
  return given.slice(0, fixed === -1 ? 3 : fixed + 1).every((value, index) => version[index] === value);
}

const range = fc
  .array(fc.array(comparator, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 })
  .map((sets) => ({
    text: sets.map((set) => set.map(({ text }) => text).join(" ")).join(" || "),
    takes: (version: Numbers) => sets.some((set) => set.every((one) => one.takes(version))),
  }));

const installed = fc.uniqueArray(numbers, { maxLength: 8, selector: (version) => version.join(".") });

test("a range chooses the highest installed version that is in it, under every name", () => {
  const property = fc.property(installed, range, (versions, { text, takes: isIn }) => {
    const best = versions.filter(isIn).toSorted(compare).at(-1)?.join(".");
    const catalogue = catalogueOf(versions);
    expect([text, catalogue.select("language", text)?.version]).toEqual([text, best]);
    expect(catalogue.select("alias", text)?.version).toBe(best);
  });
  fc.assert(property, runs(1_000));
});

/** What somebody sends as a version: few characters that mean something, over and over, and anything. */
const written = fc.oneof(
  anyText,
  textOf("0123.xX*^~<>=|- v", 30),
  textOf("0. |", 5_000),
  textOf("1-~", 5_000),
);

test("any text as a range chooses nothing, or an installed version, and takes no time", () => {
  const catalogue = catalogueOf([
    [1, 2, 3],
    [2, 0, 0],
  ]);
  const property = fc.property(written, (text) => {
    expect([undefined, "1.2.3", "2.0.0"]).toContain(catalogue.select("language", text)?.version);
    expect(catalogue.select(text, "*")).toBeNull();
  });
  fc.assert(property, {
    ...runs(1_000),
    interruptAfterTimeLimit: PATIENCE_MS / 2,
    markInterruptAsFailure: true,
  });
});

test("a version of a package is told as semver, or holds no number", () => {
  const property = fc.property(written, (text) => {
    const told = semverOf(text);
    if (told === null) return;
    expect(told).toMatch(/^\d+\.\d+\.\d+$/);
    expect(semverOf(told)).toBe(told);
  });
  fc.assert(property, runs(1_000));
});

test("numbers of a version are told as they are, without the noughts in front and what follows the third", () => {
  const property = fc.property(
    numbers,
    fc.nat(2),
    textOf("-+~ab1", 6),
    ([major, minor, patch], noughts, packaging) => {
      const fill = "0".repeat(noughts);
      expect(semverOf(`${major}.${fill}${minor}.${fill}${patch}-${packaging}`)).toBe(
        `${major}.${minor}.${patch}`,
      );
    },
  );
  fc.assert(property, runs(500));
});
