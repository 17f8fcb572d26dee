import { mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname, isAbsolute, join, normalize } from "node:path";
import { execa } from "execa";
import fc from "fast-check";
import { dir } from "tmp-promise";
import { expect, test, vi } from "vitest";
import { artifactPath } from "../../src/api/artifact-path.ts";
import { CrankcaseError } from "../../src/errors/crankcase-error.ts";
import { listingRequest, parseListing } from "../../src/jobs/artifact-listing.ts";
import { wantedArtifacts } from "../../src/jobs/artifact-patterns.ts";
import { checkFileNames } from "../../src/submissions/file-name.ts";
import { PATIENCE_MS, runs } from "./runs.ts";
import { anyText, textOf } from "./texts.ts";

vi.setConfig({ testTimeout: PATIENCE_MS });

const name = fc.oneof(anyText, textOf("ab./é\0\ud800", 12), textOf("/ab.", 8), textOf("a/", 400));

function isTaken(names: readonly string[]): boolean {
  try {
    checkFileNames(names);
    return true;
  } catch (error) {
    expect(error).toMatchObject({
      code: "invalid_file_name",
      field: expect.stringMatching(/^files\[\d+\]\.name$/),
    });
    expect(error).toBeInstanceOf(CrankcaseError);
    return false;
  }
}

/** Whether a name is one that node's own reading of paths leaves as it is, below the folder that it is joined to. */
function isPlain(text: string): boolean {
  const staysInside = join("/box", text).startsWith("/box/") && !isAbsolute(text);
  const parts = text.split("/");
  const isShort = Buffer.byteLength(text) <= 3_840 && parts.every((part) => Buffer.byteLength(part) <= 255);
  const isText = Buffer.from(text).toString() === text && !text.includes("\0");
  const isItself = normalize(text) === text && text !== "." && text !== ".." && !text.endsWith("/");
  return staysInside && isShort && isText && isItself && parts.length <= 61;
}

test("a file's name is taken just where it leads below its folder, and is written in one way", () => {
  fc.assert(
    fc.property(name, (text) => {
      expect([text, isTaken([text])]).toEqual([text, isPlain(text)]);
    }),
    runs(2_000),
  );
});

test("names that are taken can be written beside each other, each as a file of its own", async () => {
  const names = fc.array(textOf("ab./", 6), { minLength: 1, maxLength: 5 });
  const property = fc.asyncProperty(names, async (all) => {
    fc.pre(all.every(isPlain));
    const folder = await dir({ prefix: "crankcase-test", unsafeCleanup: true });
    const written = await writeAll(folder.path, all).finally(() => folder.cleanup());
    expect([all, written]).toEqual([all, isTaken(all)]);
  });
  await fc.assert(property, runs(100));
});

/** Whether each can be created where nothing is yet, and all of them are there then. */
async function writeAll(folder: string, names: readonly string[]): Promise<boolean> {
  try {
    for (const file of names) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), file, { flag: "wx" });
    }
  } catch {
    return false;
  }
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).length === names.length;
}

test("the path under which an artifact is fetched has its name in it, and leads nowhere else", () => {
  fc.assert(
    fc.property(name, (text) => {
      fc.pre(isPlain(text));
      const { pathname, search, hash } = new URL(artifactPath("id", text), "http://host");
      const [, , , , , , ...parts] = pathname.split("/");
      expect([parts.map(decodeURIComponent).join("/"), search, hash]).toEqual([text, "", ""]);
    }),
    runs(1_000),
  );
});

/** Files of few characters, so that patterns of the same match some of them. */
const FILES = ["a", "b", ".a", "ab", "a.b", "aé", "é", "a^b", "a]b", "[", ".", "+a"].flatMap((part) =>
  part === "." ? [] : [part, `d/${part}`, `d/e/${part}`, `.h/${part}`, `d/.h/${part}`],
);

const patternPart = fc.oneof(textOf("ab.*?é^][+", 4), fc.constantFrom("*", "**", "d", "e", ".h", "d*", "?"));

const pattern = fc.array(patternPart, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));

/** Whether a name matches one part of a pattern: stars and question marks do not stand for the dot of a hidden one. */
function matchesName(part: string, text: string): boolean {
  if (text.startsWith(".") && !part.startsWith(".")) return false;
  return matchesSigns([...part], [...text]);
}

function matchesSigns([sign, ...signs]: readonly string[], text: readonly string[]): boolean {
  if (sign === undefined) return text.length === 0;
  if (sign === "*")
    return matchesSigns(signs, text) || (text.length > 0 && matchesSigns([sign, ...signs], text.slice(1)));
  return text.length > 0 && (sign === "?" || sign === text[0]) && matchesSigns(signs, text.slice(1));
}

function matches(parts: readonly string[], names: readonly string[]): boolean {
  const [part, ...others] = parts;
  const [first, ...deeper] = names;
  if (part === undefined || first === undefined) return parts.length === names.length;
  if (part !== "**") return matchesName(part, first) && matches(others, deeper);
  const isHidden = first.startsWith(".");
  if (others.length === 0) return !isHidden && (deeper.length === 0 || matches(parts, deeper));
  return matches(others, names) || (!isHidden && matches(parts, deeper));
}

test("a pattern finds the files that its stars and question marks stand for, and no others", async () => {
  await using made = new AsyncDisposableStack();
  const folder = await dir({ prefix: "crankcase-test", unsafeCleanup: true });
  made.defer(() => folder.cleanup());
  for (const file of FILES) {
    await mkdir(dirname(join(folder.path, file)), { recursive: true });
    await writeFile(join(folder.path, file), "");
  }
  const property = fc.asyncProperty(pattern, async (text) => {
    const request = { language: "x", files: [{ content: "" }], artifacts: [text] };
    const wanted = orRefused(() => wantedArtifacts(request));
    fc.pre(wanted !== undefined);
    const { argv, env } = listingRequest(wanted?.expressions ?? []);
    const { stdout } = await execa(argv[0] ?? "", argv.slice(1), {
      cwd: folder.path,
      env,
      encoding: "buffer",
    });
    const found = parseListing(Buffer.from(stdout)).map((file) => file.name);
    const expected = FILES.filter((file) => matches(text.split("/"), file.split("/"))).toSorted();
    expect([text, found]).toEqual([text, expected]);
  });
  await fc.assert(property, runs(150));
});

function orRefused<Result>(action: () => Result): Result | undefined {
  try {
    return action();
  } catch (error) {
    expect(error).toMatchObject({ code: "invalid_request", field: "artifacts[0]" });
    return undefined;
  }
}

test("any text is a pattern or is refused with its place", () => {
  const property = fc.property(anyText, (text) => {
    orRefused(() => wantedArtifacts({ language: "x", files: [{ content: "" }], artifacts: [text] }));
  });
  fc.assert(property, runs(1_000));
});
