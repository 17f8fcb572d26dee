import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Static } from "typebox";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import { problemText, shapeCheck } from "../schema/shape-check.ts";
import { yamlValue } from "../schema/yaml-value.ts";
import { type Attack, AttackFileShape, FAMILIES, type Family } from "./attack-definition.ts";

const check = shapeCheck(AttackFileShape);

/** Reads every attack below `attacks/` of a project. Throws `invalid_definition`, with the file, for one that is none. */
export async function loadAttacks(projectDir: string): Promise<readonly Attack[]> {
  const folder = join(projectDir, "attacks/programs");
  const families = await Promise.all(FAMILIES.map((family) => loadFamily(folder, family)));
  return families.flat();
}

async function loadFamily(folder: string, family: Family): Promise<readonly Attack[]> {
  const names = (await readdir(join(folder, family))).filter((name) => name.endsWith(".yaml")).toSorted();
  const topics = await Promise.all(names.map((name) => loadTopic(join(folder, family, name), family)));
  return topics.flat();
}

async function loadTopic(file: string, family: Family): Promise<readonly Attack[]> {
  // Attacks that differ little are written by anchors and merge keys (`<<`).
  const written: unknown = yamlValue(await readFile(file, "utf8"), { merges: true });
  const problem = check(written);
  if (problem !== null) {
    throw new CrankcaseError("invalid_definition", `${file}: ${problemText(problem, "the file")}`);
  }
  const { topic, attacks } = written as Static<typeof AttackFileShape>;
  return attacks.map((attack) => ({ ...attack, family, topic }));
}
