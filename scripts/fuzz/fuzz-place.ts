import { existsSync } from "node:fs";
import { join } from "node:path";
import type { FuzzTarget } from "./targets.ts";

/** Where the parts of a target are. */
export interface FuzzPlace {
  readonly program: string;
  /** Inputs that are kept in the tree: those that find their way, and those that showed a fault once. */
  readonly corpus: string;
  /** Words that inputs are made of; null where the frames' own mutator does without. */
  readonly dictionary: string | null;
  /** For inputs that are new, and for those that break a promise. Nobody keeps it. */
  readonly results: string;
}

/** The place of a target in the project's folder; `make -C jailer fuzz` makes its program. */
export function fuzzPlace(project: string, target: FuzzTarget): FuzzPlace {
  const dictionary = join(project, "jailer/fuzz", `${target}.dict`);
  return {
    program: join(project, "jailer/build/fuzz", target),
    corpus: join(project, "jailer/fuzz/corpus", target),
    dictionary: existsSync(dictionary) ? dictionary : null,
    results: join(project, "test-results/fuzz", target),
  };
}
