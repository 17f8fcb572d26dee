import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { ErrorCode } from "../errors/error-table.ts";
import type {
  JailFile,
  JailLimits,
  JailRoot,
  JailStart,
  JobJail,
  OnOutput,
  Stage,
  StageReport,
  StageRequest,
} from "./jail.ts";
import { RetriedStage, type StartStage } from "./retried-stage.ts";

/** What a jail that was made ahead may have died of, and one that is made now need not. */
const DEATHS: readonly ErrorCode[] = ["jail_lost", "jailer_failed"];

/** Of a jail what a job needs of it, however it came to be. */
export interface PreparedJail extends AsyncDisposable {
  attach(root: JailRoot, limits: JailLimits): void;
  named(name: string): void;
  put(files: readonly JailFile[]): void;
  startStage(stage: StageRequest, onOutput: OnOutput): Stage;
}

/** What a job's jail is made of. */
export interface SecondChanceDeps {
  readonly jail: PreparedJail;
  readonly start: JailStart;
  /** Makes a new one, where the first turns out dead. */
  readonly reopen: () => Promise<PreparedJail>;
  /** Hears when the job has left it. */
  readonly onEnd: () => void;
}

/**
 * A job's jail that was made ahead of it. Where it turns out dead before anything was heard of its first stage, that stage
 * runs in a new one instead: no job fails of what waited for it.
 */
export class SecondChance implements JobJail {
  readonly #deps: SecondChanceDeps;
  readonly #jails: PreparedJail[];
  /** What was asked of the jail before its first stage. */
  readonly #prepared: ((jail: PreparedJail) => void)[] = [];
  #start: JailStart;
  #stages = 0;

  constructor(deps: SecondChanceDeps) {
    this.#deps = deps;
    this.#jails = [deps.jail];
    this.#start = deps.start;
  }

  get start(): JailStart {
    return this.#start;
  }

  attach(root: JailRoot, limits: JailLimits): void {
    this.#prepare((jail) => jail.attach(root, limits));
  }

  /** Where the first turns out dead after it was told, the log has the name twice. */
  named(name: string): void {
    this.#prepare((jail) => jail.named(name));
  }

  put(files: readonly JailFile[]): void {
    this.#prepare((jail) => jail.put(files));
  }

  startStage(request: StageRequest, onOutput: OnOutput): Stage {
    const jail = this.#jail;
    this.#stages += 1;
    if (this.#stages > 1) return jail.startStage(request, onOutput);
    const first: StartStage = (hear) => jail.startStage(request, hear);
    const second = async (): Promise<StartStage> => {
      const fresh = await this.#reopen();
      return (hear) => fresh.startStage(request, hear);
    };
    // A program that was killed while it waited may die only after its job has come. One that kills itself does so again.
    const isDoubtful = (report: StageReport) =>
      this.#start === "ahead" && report.cause === "signaled" && report.signal === "SIGKILL";
    return new RetriedStage({ first, second, isDeath, isDoubtful }, onOutput);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await using all = new AsyncDisposableStack();
      for (const jail of this.#jails) all.use(jail);
    } finally {
      this.#deps.onEnd();
    }
  }

  get #jail(): PreparedJail {
    return this.#jails.at(-1) ?? this.#deps.jail;
  }

  #prepare(action: (jail: PreparedJail) => void): void {
    this.#prepared.push(action);
    action(this.#jail);
  }

  async #reopen(): Promise<PreparedJail> {
    const fresh = await this.#deps.reopen();
    this.#start = "new";
    this.#jails.push(fresh);
    for (const action of this.#prepared) action(fresh);
    return fresh;
  }
}

function isDeath(error: unknown): boolean {
  return error instanceof CrankcaseError && DEATHS.includes(error.code);
}
