import type {
  Jail,
  JailFile,
  JailLimits,
  Stage,
  StageInput,
  StageLimits,
  StageReport,
} from "../../src/jail/jail.ts";
import { openJail } from "../../src/jail/open-jail.ts";
import type { TestJailer } from "./start-jailer.ts";
import type { SubmissionContent } from "./submission.ts";
import { BASE } from "./test-data.ts";
import { JAIL_LIMITS, STAGE_LIMITS } from "./test-limits.ts";
import { until } from "./until.ts";

/** What a jail is made of. */
export interface JailSetup extends SubmissionContent {
  readonly layers?: readonly string[];
  readonly base?: string;
  readonly jailLimits?: Partial<JailLimits>;
  readonly allow32bit?: boolean;
}

/** A program to run in a jail, with what differs from the usual. */
export interface StageSetup {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly limits?: Partial<StageLimits>;
  /** `none` when left out. */
  readonly input?: StageInput;
  /** May return a promise, which holds the program back. */
  readonly onOutput?: () => void | Promise<void>;
}

/** How a program ended, and what it wrote. */
export interface Ran extends StageReport {
  readonly stdout: string;
  readonly stderr: string;
  /** The standard output as bytes. */
  readonly output: Buffer;
}

/** A program that runs. */
export interface RunningProgram {
  readonly stage: Stage;
  readonly ran: Promise<Ran>;
  /** The standard output so far. */
  stdout(): string;
  /** Resolves when the standard output holds the text. */
  prints(text: string): Promise<void>;
}

/** A jail over a submission; on disposal it is gone. */
export interface TestJail extends AsyncDisposable {
  readonly jail: Jail;
  start(setup: StageSetup): RunningProgram;
  run(setup: StageSetup): Promise<Ran>;
}

/** The environment that programs get when a test does not choose one. */
const ENVIRONMENT = { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: "/tmp", LANG: "C.UTF-8" };

/** Opens a jail and gives it its root and its submission. */
export async function openTestJail(jailer: TestJailer, setup: JailSetup = {}): Promise<TestJail> {
  await using acquired = new AsyncDisposableStack();
  const jail = acquired.use(await openJail({ socketPath: jailer.socketPath }));
  const { base = BASE, layers = [], allow32bit = false } = setup;
  jail.attach({ base, layers, allow32bit }, { ...JAIL_LIMITS, ...setup.jailLimits });
  jail.put(jailFiles(setup));
  const owned = acquired.move();
  const start = (stage: StageSetup) => startProgram(jail, stage);
  return { jail, start, run: (stage) => start(stage).ran, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** What the daemon puts into the box of a job. */
export function jailFiles({ files = {}, stdin = "" }: SubmissionContent): JailFile[] {
  const own = Object.entries(files).map(([name, text]) => ({
    name: `submission/${name}`,
    content: Buffer.from(text),
  }));
  return [
    ...own,
    { name: "args.args", content: Buffer.alloc(0) },
    { name: "stdin.stdin", content: Buffer.from(stdin) },
  ];
}

function startProgram(jail: Jail, { argv, env, limits, input, onOutput }: StageSetup): RunningProgram {
  const chunks: Record<"stdout" | "stderr", Buffer[]> = { stdout: [], stderr: [] };
  const text = (stream: "stdout" | "stderr") => Buffer.concat(chunks[stream]).toString();
  const stage = jail.startStage(
    {
      ...{ argv, env: env ?? ENVIRONMENT, cwd: "/box/submission", stdin: input ?? "none" },
      limits: { ...STAGE_LIMITS, ...limits },
    },
    (stream, chunk) => {
      chunks[stream].push(chunk);
      return onOutput?.();
    },
  );
  const ran = stage.report.then((report) => ({
    ...report,
    ...{ stdout: text("stdout"), stderr: text("stderr"), output: Buffer.concat(chunks.stdout) },
  }));
  ran.catch(() => undefined);
  const prints = (awaited: string) => printed(awaited, () => text("stdout"), ran);
  return { stage, ran, stdout: () => text("stdout"), prints };
}

async function printed(awaited: string, stdout: () => string, ran: Promise<Ran>): Promise<void> {
  let end: unknown;
  ran.then(
    (report) => {
      end = report;
    },
    (error) => {
      end = error;
    },
  );
  await until(`the program prints ${awaited}`, () => {
    if (stdout().includes(awaited)) return true;
    if (end !== undefined) throw new Error(`it ended without printing ${awaited}`, { cause: end });
    return false;
  });
}
