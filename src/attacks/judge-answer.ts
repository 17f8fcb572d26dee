import type { JobResult } from "../api/job-result.ts";
import type { StageResult } from "../api/stage-result.ts";
import type { Expectation } from "./expectation.ts";

/** What a server answered to a job. */
export interface JobAnswer {
  readonly status: number;
  /** Its JSON; null where it was none. */
  readonly body: unknown;
}

/** What an attacker prints that got what it wanted, at the start of a line. */
const BROKEN = /^BROKEN.*$/m;

/** Says what is wrong with what became of an attacking job, each fault as a sentence; nothing where all is as it must be. */
export function judgeAnswer(answer: JobAnswer, expected: Expectation = {}): string[] {
  const { status = 200, code } = expected;
  if (answer.status !== status) {
    return [`the server answered ${answer.status}, not ${status}: ${JSON.stringify(answer.body)}`];
  }
  if (status !== 200) return judgeRefusal(answer.body, code);
  return judgeResult(answer.body as JobResult, expected);
}

function judgeRefusal(body: unknown, code: string | undefined): string[] {
  const told = (body as { code?: string } | null)?.code;
  return code === undefined || told === code ? [] : [`the server refused it as ${told}, not as ${code}`];
}

function judgeResult(result: JobResult, expected: Expectation): string[] {
  const { stage: name = "run", artifacts } = expected;
  const stages = [result.compile, result.run].filter((stage) => stage !== undefined);
  const broken = stages.flatMap(({ stdout, stderr }) => BROKEN.exec(`${stdout}\n${stderr}`)?.[0] ?? []);
  const stage = name === "compile" && result.run !== undefined ? undefined : result[name];
  if (stage === undefined) return [...broken, `${name} was not its last stage: ${JSON.stringify(result)}`];
  return [...broken, ...judgeStage(stage, expected), ...judgeArtifacts(result, artifacts)];
}

function judgeStage(stage: StageResult, expected: Expectation): string[] {
  const { cause: causes = ["exited"], process_limit_hit: limitHit, stderr_matches: stderr } = expected;
  const told = `exit code ${stage.exit_code}, signal ${stage.signal}, stdout ${cut(stage.stdout)}, stderr ${cut(stage.stderr)}`;
  const faults: string[] = [];
  if (!causes.includes(stage.cause)) faults.push(`it ended by ${stage.cause}: ${told}`);
  const exitCodes = expected.exit_code ?? [0];
  if (stage.cause === "exited" && !exitCodes.includes(stage.exit_code ?? -1))
    faults.push(`it ended: ${told}`);
  if (!stdoutFits(stage, expected))
    faults.push(`it printed ${cut(stage.stdout)}, and to stderr ${cut(stage.stderr)}`);
  if (stderr !== undefined && !new RegExp(stderr).test(stage.stderr))
    faults.push(`its stderr is ${cut(stage.stderr)}`);
  if (limitHit !== undefined && stage.process_limit_hit !== limitHit) {
    faults.push(`process_limit_hit is ${stage.process_limit_hit}`);
  }
  return faults;
}

function stdoutFits({ stdout, cause, exit_code: code }: StageResult, expected: Expectation): boolean {
  const { stdout: whole, stdout_matches: pattern, stage = "run" } = expected;
  if (whole !== undefined) return stdout === whole;
  if (pattern !== undefined) return new RegExp(`^(?:${pattern})$`, "s").test(stdout);
  return stage === "compile" || cause !== "exited" || code !== 0 || stdout === "held\n";
}

function judgeArtifacts({ artifacts = [] }: JobResult, expected: readonly string[] | undefined): string[] {
  const names = artifacts.map(({ name }) => name).toSorted();
  if (expected === undefined || JSON.stringify(names) === JSON.stringify(expected.toSorted())) return [];
  return [`the files that came back are ${JSON.stringify(names)}`];
}

/** Enough of an output to see what it is. */
function cut(text: string): string {
  return JSON.stringify(text.length > 600 ? `${text.slice(0, 600)}...` : text);
}
