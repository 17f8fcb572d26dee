import { CrankcaseError } from "../../errors/crankcase-error.ts";
import { type CaseFiles, type FoundCases, findCases, told } from "./find-cases.ts";
import { namePattern } from "./name-pattern.ts";

/**
 * Finds the cases of several folders, of which those that fit a pattern are taken; of more than one folder each case's name has
 * its folder before it. Throws `invalid_command` where there are none.
 */
export async function chosenCases(
  folders: readonly string[],
  only: readonly string[],
  isCompared: boolean,
): Promise<FoundCases> {
  const found = await Promise.all(folders.map(async (folder) => ({ folder, ...(await findCases(folder)) })));
  const all = found.flatMap(({ folder, cases }) =>
    folders.length === 1 ? cases : cases.map((it) => ({ ...it, name: `${folder}/${it.name}` })),
  );
  const fits = namePattern(only);
  const cases = all.filter(({ name }) => fits(name));
  if (cases.length === 0) {
    const names = told(all.map(({ name }) => name));
    throw new CrankcaseError("invalid_command", `No case fits --only ${only.join(" ")}. There are: ${names}`);
  }
  const notes = found.flatMap((it) => it.notes);
  return { cases, notes: isCompared ? [...notes, ...withoutAnswer(cases)] : notes };
}

function withoutAnswer(cases: readonly CaseFiles[]): string[] {
  const names = cases.filter(({ answer }) => answer === null).map(({ name }) => name);
  return names.length === 0 ? [] : [`inputs without an answer, whose output is not compared: ${told(names)}`];
}
