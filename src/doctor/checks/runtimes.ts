import semver from "semver";
import type { JobResult } from "../../api/job-result.ts";
import type { RuntimeInfo } from "../../api/runtime-info.ts";
import type { RuntimeDefinition } from "../../runtimes/runtime-definition.ts";
import type { Check } from "../check.ts";
import { definitionFault, ranOutOfTime } from "../definition-fault.ts";
import { type Finding, failed, ok, skipped, warning } from "../finding.ts";
import type { Host, HttpRequest } from "../host.ts";
import type { Subject } from "../subject.ts";
import { startCommand } from "../systemd.ts";

type DefinitionTest = RuntimeDefinition["tests"][number];

/** What a job takes besides its stages: waiting for a slot, making its jail. */
const SPARE_MS = 30_000;

const TOLD_FAULTS = 5;

/** Whether every installed runtime does what its definition's tests say. */
export const runtimes: Check = {
  id: "runtimes",
  title: "The runtimes' own tests",
  why: "Each test is a program that must print just what its language prints anywhere; one that fails is a language that users will find broken.",
  timeLimitMs: 20 * 60_000,
  run: async (host, subject) => {
    const answer = await ask(host, subject, "runtimes", {});
    if (answer === null) return skipped(`no server answers at ${subject.url}`, await startCommand(host));
    if (answer.status === 401 || answer.status === 403) return keyRefused(subject);
    if (answer.status !== 200) return failed(`${subject.url} answers ${answer.status}`, null);
    const all = JSON.parse(answer.text) as RuntimeInfo[];
    if (all.length === 0) return failed("the server has none", "crankcase doctor --only packages");
    // Nobody wrote tests for packages in Piston's format.
    const installed = all.filter((runtime) => runtime.piston_format !== true);
    return await testAll(host, subject, installed);
  },
};

function keyRefused({ apiKey }: Subject): Finding {
  const found = apiKey === null ? "the server wants a key, and none is known" : "the server refuses the key";
  return skipped(found, "sudo crankcase doctor");
}

async function testAll(host: Host, subject: Subject, installed: readonly RuntimeInfo[]): Promise<Finding> {
  const { definitions } = await host.definitions(subject.config);
  const faults: Fault[] = [];
  const untested: string[] = [];
  let count = 0;
  for (const runtime of installed) {
    const definition = definitions.find(
      (loaded) => loaded.definition.language === runtime.language,
    )?.definition;
    if (definition === undefined) untested.push(runtime.language);
    for (const test of testsOf(definition, runtime.version)) {
      const fault = await faultOf(host, subject, runtime, test);
      if (fault !== null)
        faults.push({
          ...fault,
          text: `${runtime.language} ${runtime.version}, "${test.name}": ${fault.text}`,
        });
      count += 1;
    }
  }
  if (faults.length > 0) return faulty(faults, count, subject);
  const detail = `${count} tests of ${installed.length} runtimes passed`;
  return untested.length === 0
    ? ok(detail)
    : warning(`${detail}; no definition here: ${untested.join(", ")}`, null);
}

/** The tests that hold in an installed version. */
function testsOf(definition: RuntimeDefinition | undefined, version: string): DefinitionTest[] {
  return (definition?.tests ?? []).filter(({ versions = "*" }) => semver.satisfies(version, versions));
}

function faulty(faults: readonly Fault[], count: number, { projectDir }: Subject): Finding {
  const told = faults.slice(0, TOLD_FAULTS).map(({ text }) => text);
  const detail = `${faults.length} of ${count} tests failed: ${told.join("; ")}`;
  if (!faults.every(({ isSlow }) => isSlow)) return failed(detail, `${projectDir}/install.sh`);
  return warning(detail, "crankcase doctor --only runtimes", SLOW);
}

const SLOW =
  "All that failed ran out of time, so that the machine is slow, or was busy: try again when it is idle. A machine that is always slow needs higher times under `limits` (docs/configuration.md).";

/** What was wrong with a test. */
interface Fault {
  readonly text: string;
  /** Only its time was too short. */
  readonly isSlow: boolean;
}

async function faultOf(
  host: Host,
  subject: Subject,
  runtime: RuntimeInfo,
  test: DefinitionTest,
): Promise<Fault | null> {
  const { files, args = [], stdin = "", compiler_flags = [] } = test;
  const { language, version } = runtime;
  const { compile, run } = subject.config.limits;
  const answer = await ask(host, subject, "jobs", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ language, version, files, args, stdin, compiler_flags }),
    timeoutMs: compile.default.wallTimeMs + run.default.wallTimeMs + SPARE_MS,
  });
  if (answer === null) return { text: "the server did not answer", isSlow: false };
  if (answer.status !== 200) {
    return { text: `the server answers ${answer.status}: ${answer.text}`, isSlow: false };
  }
  const result = JSON.parse(answer.text) as JobResult;
  const text = definitionFault(test, result);
  return text === null ? null : { text, isSlow: ranOutOfTime(result) };
}

/** Null where nobody answers. */
async function ask(host: Host, { url, apiKey }: Subject, path: string, request: HttpRequest) {
  const key = apiKey === null ? {} : { authorization: `Bearer ${apiKey}` };
  const headers = { ...request.headers, ...key };
  return await host
    .request(new URL(`/api/crankcase/v1/${path}`, url).href, { ...request, headers })
    .catch(() => null);
}
