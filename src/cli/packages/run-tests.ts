import semver from "semver";
import { definitionFault, ranOutOfTime } from "../../doctor/definition-fault.ts";
import type { RuntimeDefinition } from "../../runtimes/runtime-definition.ts";
import type { ApiClient } from "../api-client.ts";

type DefinitionTest = RuntimeDefinition["tests"][number];

/** What came of one test. */
export interface RanTest {
  readonly name: string;
  /** What was wrong; null where nothing was. */
  readonly fault: string | null;
  /** From the request to the answer. */
  readonly milliseconds: number;
}

/** Runs the tests of a definition that hold in an installed version (semver). Rejects with what the server answers. */
export async function runTests(
  { language, tests }: RuntimeDefinition,
  version: string,
  api: ApiClient,
): Promise<RanTest[]> {
  const ran: RanTest[] = [];
  for (const test of tests.filter(({ versions = "*" }) => semver.satisfies(version, versions))) {
    const start = performance.now();
    const fault = await faultOf(test, language, version, api);
    ran.push({ name: test.name, fault, milliseconds: Math.round(performance.now() - start) });
  }
  return ran;
}

async function faultOf(
  test: DefinitionTest,
  language: string,
  version: string,
  api: ApiClient,
): Promise<string | null> {
  const { files, args = [], stdin = "", compiler_flags = [] } = test;
  const result = await api.runJob({ language, version, files, args, stdin, compiler_flags });
  const fault = definitionFault(test, result);
  return fault !== null && ranOutOfTime(result) ? `${fault} (it ran out of its time)` : fault;
}
