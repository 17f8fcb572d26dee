import type { JobJail } from "../../jail/jail.ts";
import { compileStage } from "../compile-stage.ts";
import type { JobContext } from "../job-context.ts";
import type { JobInput } from "../job-follower.ts";
import { openContext } from "../job-jail.ts";
import { succeeded } from "../outcome.ts";
import type { ResolvedJob } from "../resolve-job.ts";
import type { Judging, PreparedProgram, ProgramRole } from "./judging.ts";

/** A program in its jail, ready for its run stage. */
export interface OpenProgram {
  readonly context: JobContext;
  readonly jail: JobJail;
}

/** Its compile stage, which went well before, failed when it was done again in another jail. */
export class NotCompiledAgain extends Error {
  override readonly name = "NotCompiledAgain";
  readonly role: ProgramRole;

  constructor(role: ProgramRole) {
    super(`the ${role}, which compiled before, does not compile again`);
    this.role = role;
  }
}

/** Which program is opened, as which job, and for what. */
export interface ProgramOrder {
  readonly program: PreparedProgram;
  /** The program with the files of this run. */
  readonly job: ResolvedJob;
  /** Under which its start is noted, below the job's own. */
  readonly name: string;
  readonly input?: JobInput;
}

/**
 * Opens a jail with a program and its files in it, compiled; what holds it closes it. Rejects like `JobContext.openJail`, and
 * with NotCompiledAgain.
 */
export async function openProgram(
  { program, job, name, input }: ProgramOrder,
  { deps, call, clock, startName, onBegin }: Judging,
  held: AsyncDisposableStack,
): Promise<OpenProgram> {
  const talked = input === undefined ? call : { ...call, input };
  const context = openContext({ job, deps, clock, call: talked }, held, `${startName}/${name}`, onBegin);
  if (program.files !== null) return { context, jail: await context.openJail("run", program.files) };
  const { result, jail } = await compileStage(context);
  if (!succeeded(result)) throw new NotCompiledAgain(program.role);
  return { context, jail };
}
