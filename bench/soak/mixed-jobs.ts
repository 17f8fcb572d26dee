import type { JobRequest } from "../../src/api/job-request.ts";
import type { Attack } from "../../src/attacks/attack-definition.ts";
import { attackRequest, type Includes } from "../../src/attacks/attack-request.ts";
import type { Expectation } from "../../src/attacks/expectation.ts";
import type { Facts } from "../../src/attacks/facts.ts";

/** A job of the soak, and what must come of it. */
export interface SoakJob {
  readonly name: string;
  readonly isHostile: boolean;
  readonly request: JobRequest;
  readonly expect: Expectation;
}

/** One honest kind of job; the number makes each of them its own, so that no answer can be another's. */
type Kind = (number: number) => JobRequest;

const say = (text: string): JobRequest["files"] => [{ content: text }];

/** Each prints `number N`. In ten, one compiles anew, one writes much, one is talked to by stdin and arguments. */
const HONEST: Readonly<Record<string, Kind>> = {
  python: (n) => ({ language: "python", files: say(`print("number", ${n})`) }),
  bash: (n) => ({ language: "bash", files: say(`echo number ${n}`) }),
  javascript: (n) => ({ language: "javascript", files: say(`console.log("number", ${n})`) }),
  "compiled anew": (n) => ({
    language: "c",
    files: say(`#include <stdio.h>\nint main(void) { printf("number ${n}\\n"); }`),
  }),
  "compiled before": (n) => ({
    language: "c",
    files: say('#include <stdio.h>\nint main(void) { int n; scanf("%d", &n); printf("number %d\\n", n); }'),
    stdin: String(n),
  }),
  "much output": (n) => ({
    language: "python",
    files: say(`import sys\nsys.stderr.write("x" * 60000)\nsys.stderr.flush()\nprint("number", ${n})`),
  }),
  perl: (n) => ({ language: "perl", files: say(`print "number ${n}\\n"`) }),
  "stdin and arguments": (n) => ({
    language: "python",
    files: say("import sys\nprint(input(), sys.argv[1])"),
    stdin: "number\n",
    args: [String(n)],
  }),
  "files back": (n) => ({
    language: "bash",
    files: say(`echo back >back.txt; echo number ${n}`),
    artifacts: ["*.txt"],
  }),
  lua: (n) => ({ language: "lua", files: say(`print("number ${n}")`) }),
};

const HONEST_KINDS = Object.entries(HONEST);

/** Every third job is hostile. */
const HOSTILE_EVERY = 3;

/** Attacks that a soak can repeat: single jobs in languages that are installed. */
export function repeatable(attacks: readonly Attack[], languages: ReadonlySet<string>): readonly Attack[] {
  return attacks.filter(
    ({ job, beside, afterwards, rounds = 1 }) =>
      beside === undefined && afterwards === undefined && rounds === 1 && languages.has(job.language),
  );
}

/** The job of a number: always the same one, so that every window has the same mix. */
export function mixedJob(
  number: number,
  attacks: readonly Attack[],
  facts: Facts,
  includes: Includes,
): SoakJob {
  const turn = Math.floor(number / HOSTILE_EVERY);
  const attack = number % HOSTILE_EVERY === 0 ? attacks[turn % attacks.length] : undefined;
  if (attack !== undefined) {
    const { name, job } = attack;
    const request = attackRequest(job, facts, includes);
    return { name, isHostile: true, request, expect: job.expect ?? {} };
  }
  const honest = number - turn - 1;
  const [name, kind] = HONEST_KINDS[honest % HONEST_KINDS.length] as [string, Kind];
  return {
    name,
    isHostile: false,
    request: kind(number),
    expect: { stdout: `number ${number}\n` },
  };
}
