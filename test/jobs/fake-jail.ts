import type { Jail, StageReport, StageRequest } from "../../src/jail/jail.ts";

/** What a fake stage writes, and how it ends. */
export interface FakeStage {
  readonly output?: readonly (readonly ["stdout" | "stderr", string | Buffer])[];
  readonly report?: Partial<StageReport>;
  /** What the stage waits for before it ends; a rejection is the jail's own failure. */
  readonly until?: () => Promise<unknown>;
}

/** A fake at the jail's boundary, and what was asked of it. */
export interface FakeJail {
  readonly jail: Jail;
  /** Calls in their order, such as `attach`, `put submission/main.py`, `start /executioners/c/run`, `close`. */
  readonly calls: string[];
  readonly requests: StageRequest[];
  /** What its job's start was noted as. */
  readonly names: string[];
}

/** A report of a stage that exited with 0. */
export const CLEAN: StageReport = {
  cause: "exited",
  exitCode: 0,
  signal: null,
  wallTimeMs: 20.5,
  cpuTimeMs: 10.25,
  memoryBytes: 4096,
  processLimitHit: false,
  stdoutBytes: 0,
  stderrBytes: 0,
};

/** Makes a jail whose stages do what they are told, one after the other. */
export function fakeJail(...stages: readonly FakeStage[]): FakeJail {
  const calls: string[] = [];
  const requests: StageRequest[] = [];
  const names: string[] = [];
  const jail: Jail = {
    attach: ({ layers }) => void calls.push(`attach ${layers.join()}`),
    named: (name) => void names.push(name),
    put: (files) => void calls.push(`put ${files.map(({ name }) => name).join()}`),
    startAhead: () => {
      throw new Error("this jail starts nothing ahead");
    },
    startStage(request, onOutput) {
      const stage = stages[requests.length] ?? {};
      calls.push(`start ${request.argv[0]}`);
      requests.push(request);
      const report = (async () => {
        // No real jail answers before its caller has the stage in hand.
        await Promise.resolve();
        for (const [stream, text] of stage.output ?? []) await onOutput(stream, Buffer.from(text));
        await stage.until?.();
        return { ...CLEAN, ...stage.report };
      })();
      const ignore = () => undefined;
      return {
        report,
        write: () => Promise.resolve(),
        endInput: ignore,
        signal: ignore,
        resize: ignore,
        room: undefined,
      };
    },
    [Symbol.asyncDispose]() {
      calls.push("close");
      return Promise.resolve();
    },
  };
  return { jail, calls, requests, names };
}
