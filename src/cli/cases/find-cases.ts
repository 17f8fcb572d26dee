import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { CrankcaseError } from "../../errors/crankcase-error.ts";
import { printable } from "../job/printable.ts";
import { dmojCases } from "./dmoj-cases.ts";
import { KNOWN_LAYOUTS } from "./layout-words.ts";
import { listFiles } from "./list-files.ts";
import { type PairedFiles, pairFiles } from "./pair-files.ts";

/** A case's files, by paths that can be opened. */
export type CaseFiles = PairedFiles;

/** The cases of a folder, and what is to be said of them, a line each. */
export interface FoundCases {
  readonly cases: readonly CaseFiles[];
  readonly notes: readonly string[];
}

const DMOJ_FILE = "init.yml";

/** Names that are told of many. */
const TOLD = 5;

/** Finds the cases of a folder, in natural order. Throws `invalid_command`, with the layouts, where there are none. */
export async function findCases(folder: string): Promise<FoundCases> {
  const files = await listFiles(folder);
  const notes: string[] = [];
  let cases = await listedCases(folder, files, notes);
  if (cases === null) {
    const { base, inside } = judgedPart(files);
    const pairs = pairFiles(inside);
    if (pairs.cases.length === 0) throw noCases(folder, files, pairs.loneAnswers);
    if (pairs.loneAnswers.length > 0) notes.push(`answers without an input: ${told(pairs.loneAnswers)}`);
    cases = pairs.cases.map((it) => moved(it, base));
  }
  return { cases: cases.map((it) => moved(it, folder)), notes };
}

/** What an init.yml lists; null where there is none, or it cannot be used, which is noted then. */
async function listedCases(
  folder: string,
  files: readonly string[],
  notes: string[],
): Promise<readonly PairedFiles[] | null> {
  if (!files.includes(DMOJ_FILE)) return null;
  const listed = dmojCases(await readFile(join(folder, DMOJ_FILE), "utf8"), new Set(files));
  if ("cases" in listed) return listed.cases;
  notes.push(`${DMOJ_FILE} is not followed, ${listed.reason}; cases are found by the names of files`);
  return null;
}

/** Of a package of Kattis's or ICPC's its data alone, without inputs that are there to be refused. */
function judgedPart(files: readonly string[]): { readonly base: string; readonly inside: readonly string[] } {
  const isPackage = files.some((path) => /^data\/(sample|secret)\//.test(path));
  const base = isPackage ? "data" : "";
  const inside = files.filter((path) => !isPackage || path.startsWith("data/"));
  const valid = inside.filter((path) => !/(^|\/)invalid_[^/]*\//.test(path));
  return { base, inside: valid.map((path) => (isPackage ? path.slice("data/".length) : path)) };
}

function moved(it: PairedFiles, folder: string): PairedFiles {
  const { input, answer } = it;
  return { ...it, input: join(folder, input), answer: answer === null ? null : join(folder, answer) };
}

function noCases(folder: string, files: readonly string[], loneAnswers: readonly string[]): CrankcaseError {
  const nearest =
    loneAnswers.length > 0
      ? `it has answers without an input: ${told(loneAnswers)}`
      : files.length > 0
        ? `it has other files: ${told(files)}`
        : "it is empty";
  const message = `No cases were found in ${folder}; ${nearest}. Known layouts:\n${KNOWN_LAYOUTS}`;
  return new CrankcaseError("invalid_command", message);
}

/** Some names of a list. */
export function told(names: readonly string[]): string {
  const first = names.slice(0, TOLD).map(printable).join(", ");
  return names.length > TOLD ? `${first} and ${names.length - TOLD} more` : first;
}
