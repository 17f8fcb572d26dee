/** The bits a jail's root is made of: names below the data folder's `bases/` and `packages/`. */
export interface JailRoot {
  /** Name of the base, for example `trixie`. */
  readonly base: string;
  /** Packages as `<name>/<version>`, the topmost first. */
  readonly layers: readonly string[];
  /** Opens the 32-bit system call entry, which 32-bit assembly needs; closed when left out. */
  readonly allow32bit?: boolean;
}

/** What one jail may hold, shared by all of its stages. */
export interface JailLimits {
  readonly diskBytes: number;
  readonly inodes: number;
}

/** What one stage may use. Every limit is finite and above zero. */
export interface StageLimits {
  readonly wallTimeMs: number;
  readonly cpuTimeMs: number;
  readonly memoryBytes: number;
  /** Processes and threads together. */
  readonly processes: number;
  readonly openFiles: number;
  readonly fileSizeBytes: number;
  readonly stackBytes: number;
  readonly stdoutBytes: number;
  readonly stderrBytes: number;
}

/** Size of a terminal, in characters. */
export interface TerminalSize {
  readonly rows: number;
  readonly columns: number;
}

/** Where a stage reads its input: nowhere, the submission's `stdin.stdin`, `Stage.write`, or a terminal. */
export type StageInput = "none" | "file" | "stream" | TerminalSize;

/** One stage to run in a jail. */
export interface StageRequest {
  /** `argv[0]` is the absolute path of the program inside the jail. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Working folder inside the jail. */
  readonly cwd: string;
  readonly limits: StageLimits;
  readonly stdin: StageInput;
}

/** Why a stage ended, as the jailer saw it; never guessed from an exit code. */
export type StageCause = "exited" | "signaled" | "wall-time" | "cpu-time" | "memory" | "stdout" | "stderr";

/** What the jailer says of a stage that is over. */
export interface StageReport {
  readonly cause: StageCause;
  /** Null unless the cause is `exited`. */
  readonly exitCode: number | null;
  /** Name such as `SIGSEGV`; null when no signal ended it. */
  readonly signal: string | null;
  readonly wallTimeMs: number;
  readonly cpuTimeMs: number;
  /** Peak of the whole stage, not of one process. */
  readonly memoryBytes: number;
  /** The process limit refused at least one fork. */
  readonly processLimitHit: boolean;
  readonly stdoutBytes: number;
  readonly stderrBytes: number;
}

/** Receives output in the order in which it arrived. A returned promise holds the program back until it settles. */
export type OnOutput = (stream: "stdout" | "stderr", chunk: Buffer) => void | Promise<void>;

/** A stage that is running. */
export interface Stage {
  /** Settles when the stage is over; rejects with `jailer_failed` or `jail_lost` when the jail is. */
  readonly report: Promise<StageReport>;
  /** Resolves when the program has room for more input. */
  write(data: Buffer): Promise<void>;
  endInput(): void;
  /** A number from 1 to 64. */
  signal(signal: number): void;
  resize(size: TerminalSize): void;
  /** Where signals and sizes have come faster than the jailer takes them: settles when it has room, or is gone. Never rejects. */
  readonly room: Promise<void> | undefined;
}

/** A file of a job. */
export interface JailFile {
  /** Path below `/box`: `submission/main.py`, `stdin.stdin`. */
  readonly name: string;
  readonly content: Buffer;
  /** Mode 755 in place of 644. */
  readonly executable?: boolean;
}

/** What holds back a stage that is started ahead of its job: its opening, or reading, the first of the job's files. */
export type Gate = "open" | "read";

/** A stage that is started ahead of its job, and does not get past the first of the job's files. */
export interface AheadStage {
  /** Settles when the program is held back: it has started up. Rejects with `jailer_failed` or `jail_lost` when it ended or died. */
  readonly waiting: Promise<{ readonly memoryBytes: number }>;
  /**
   * The job has come: fills its files, which must be those that were named, and lets the program go on, whether it waits
   * already or not. Time counts from now.
   */
  go(files: readonly JailFile[], onOutput: OnOutput): Stage;
}

/** One jail: closed on disposal, and gone with everything in it once that settles. */
export interface Jail extends AsyncDisposable {
  /** Gives the jail its root. Errors surface in the next stage's report. */
  attach(root: JailRoot, limits: JailLimits): void;
  /** Notes its job's start (NAME in docs/jailer-protocol.md), once, before the first stage: what cannot be noted does not run. */
  named(name: string): void;
  /** Writes files into `/box`, before the first stage. Those that do not fit end the next stage with `submission_too_large`. */
  put(files: readonly JailFile[]): void;
  startStage(stage: StageRequest, onOutput: OnOutput): Stage;
  /**
   * Starts the jail's only stage ahead of its job, over files that are named and empty; their contents are not looked at.
   * Throws RangeError when there are more than `MOST_AHEAD_FILES`.
   */
  startAhead(stage: StageRequest, gate: Gate, files: readonly JailFile[]): AheadStage;
}

/** A jail that was made before anybody needed it. */
export interface WaitingJail extends Jail {
  /** Resolves with the reason once the jail is lost or closed; never rejects. */
  readonly ended: Promise<Error>;
  /** From now on the signal kills the jail when it aborts, with its reason. */
  endWith(signal: AbortSignal): void;
}

/** How a jail came to its job: with its program started ahead, made ahead, or made for it. */
export type JailStart = "ahead" | "ready" | "new";

/** The jail of a job, which runs its stages one after the other. */
export interface JobJail extends Omit<Jail, "startAhead"> {
  /** `new` when left out. It may change until the first stage has ended: what was made ahead may turn out dead. */
  readonly start?: JailStart;
}

/** A jail that builds a package: its stages run as a confined root on a writable root. */
export interface BuildJail extends Omit<Jail, "named" | "put" | "startAhead"> {
  /** Copies the folder of that name (below the folder of builds) into `/box`. */
  submit(folder: string): void;
  commit(name: string, manifest: Buffer): Promise<void>;
  remove(name: string): Promise<void>;
}
