import { MOST_TESTCASES, type Testcase } from "../../api/testcases-request.ts";
import type { CaseFiles } from "./find-cases.ts";
import { readCase } from "./read-case.ts";

/** Cases that go together. */
export interface CaseBatch {
  /** Place of its first among all. */
  readonly first: number;
  readonly testcases: readonly Testcase[];
}

/**
 * Reads cases as they are needed, and parts them so that each batch takes at most `roomBytes` of a request; a case that is
 * larger goes alone. Throws `invalid_command` for a file that cannot be read.
 */
export async function* caseBatches(
  cases: readonly CaseFiles[],
  roomBytes: number,
): AsyncGenerator<CaseBatch> {
  let [batch, size, first]: [Testcase[], number, number] = [[], 0, 0];
  for (const [index, files] of cases.entries()) {
    const testcase = await readCase(files);
    const bytes = Buffer.byteLength(JSON.stringify(testcase)) + 1;
    if (batch.length > 0 && (size + bytes > roomBytes || batch.length === MOST_TESTCASES)) {
      yield { first, testcases: batch };
      [batch, size, first] = [[], 0, index];
    }
    batch.push(testcase);
    size += bytes;
  }
  if (batch.length > 0) yield { first, testcases: batch };
}
