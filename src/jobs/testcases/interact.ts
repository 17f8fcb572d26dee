import type { OnOutput, Stage } from "../../jail/jail.ts";
import { checkerVerdict } from "../../judge/checker-verdict.ts";
import type { Interaction } from "../../judge/interaction-verdict.ts";
import { stageVerdict } from "../../judge/stage-verdict.ts";
import { HEAD_BYTES } from "../../judge/text-head.ts";
import { stageResult } from "../outcome.ts";
import { runRequest } from "../stage-request.ts";
import { type CapturedOutput, captureOutput } from "./captured-output.ts";
import { type HandingOn, handingOn } from "./handing-on.ts";
import type { OpenProgram } from "./open-program.ts";
import type { RanProgram } from "./run-program.ts";

/** SIGKILL (signal(7)). */
const KILL = 9;

const HEADS = { stdout: HEAD_BYTES, stderr: HEAD_BYTES };

/** A program and its interactor, each in its jail. */
export interface Pair {
  readonly program: OpenProgram;
  readonly interactor: OpenProgram;
}

/** What came of a talk. */
export interface Talk extends RanProgram {
  readonly interaction: Interaction;
}

/** One of the two while it runs. */
interface Talker {
  readonly stage: Stage;
  /** What it reads, which the other writes. */
  readonly input: HandingOn;
}

/**
 * Runs both at one time: what each writes to stdout the other reads. Where one has ended the other's
 * input ends; where nothing that it did could count any more it is killed. One admission is for both: mostly one waits for
 * the other. Rejects like a stage's report.
 */
export async function interact({ program, interactor }: Pair): Promise<Talk> {
  const { deps, call, clock } = program.context;
  const [output, said] = [captureOutput(HEADS), captureOutput(HEADS)];
  await using _admission = await clock.measure("queue", () => deps.slots.admit("run", call.signal));
  for (const { context } of [program, interactor]) await context.call.beforeStart?.();
  const ended = await clock.measure("run", async () => {
    const toAsked = handingOn(() => asked.stage);
    const toAsking = handingOn(() => asking.stage);
    // Both are there before anything can have been heard of either.
    const asking: Talker = { stage: start(interactor, toAsked, said), input: toAsking };
    const asked: Talker = { stage: start(program, toAsking, output), input: toAsked };
    const both = await untilBothEnded(asked, asking, said);
    await Promise.all([toAsked.done, toAsking.done]);
    return both;
  });
  return { ...ended, output };
}

function start({ context, jail }: OpenProgram, other: HandingOn, captured: CapturedOutput): Stage {
  const hear: OnOutput = (stream, chunk) => {
    void captured.take(stream, chunk);
    if (stream === "stdout") other.write(chunk);
  };
  context.noteStart(jail);
  return jail.startStage(runRequest(context.job, "stream"), hear);
}

async function untilBothEnded(
  asked: Talker,
  asking: Talker,
  said: CapturedOutput,
): Promise<Omit<Talk, "output">> {
  const stageOf = async ({ stage }: Talker) => stageResult(await stage.report, [], "utf8");
  const judged = async () => checkerVerdict(await stageOf(asking), said.give("stderr"));
  const reports = [asked, asking].map(async (talker) => {
    await talker.stage.report;
    return talker;
  });
  if ((await Promise.race(reports)) === asked) {
    const stage = await stageOf(asked);
    const program = stageVerdict(stage);
    letEnd(asking, program === null);
    return { stage, interaction: { program, isProgramFirst: true, interactor: await judged() } };
  }
  const interactor = await judged();
  letEnd(asked, interactor.verdict === "AC");
  const stage = await stageOf(asked);
  return { stage, interaction: { program: stageVerdict(stage), isProgramFirst: false, interactor } };
}

/** There is nobody to talk to any more; kills what could change nothing. */
function letEnd({ stage, input }: Talker, counts: boolean): void {
  if (counts) input.end();
  else stage.signal(KILL);
}
