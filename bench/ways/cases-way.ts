import type { JobRequest } from "../../src/api/job-request.ts";
import type { JobResult } from "../../src/api/job-result.ts";
import type { Bench } from "../measuring/bench.ts";
import type { Block, Way } from "../measuring/way.ts";
import { NONCE, OUTPUT, type Program } from "../program.ts";
import type { HttpServer } from "./http-way.ts";

/** A program as one job with a case for each run. */
export interface CasesRun {
  readonly name: string;
  readonly group: string;
  readonly program: Program;
  /** Runs of all blocks together. */
  readonly runs: number;
  readonly server: HttpServer;
}

/** Each block is one job; a sample is what a case's run stage took. */
export function casesWay({ stop }: Pick<Bench, "stop">, { server, program, ...way }: CasesRun): Way {
  const url = `${server.url}${server.path}`;
  return {
    ...way,
    async run(count) {
      const body = JSON.stringify(casesJob(program, count));
      const headers = { "content-type": "application/json" };
      const start = performance.now();
      const answer = await fetch(url, { method: "POST", headers, body, signal: stop });
      const result = (await answer.json()) as JobResult;
      return blockOf(result, performance.now() - start, count);
    },
  };
}

function casesJob({ language, mainFile, source, stdin }: Program, count: number): JobRequest {
  const testcases = Array.from({ length: count }, (_, index) => {
    const own = (text: string) => text.replaceAll(NONCE, `case-number-${String(index).padStart(4, "0")}`);
    return { stdin: own(stdin), expected: own(OUTPUT) };
  });
  return { language, files: [{ name: mainFile, content: source }], testcases };
}

function blockOf({ testcases, compile }: JobResult, wallMs: number, count: number): Block {
  if (testcases?.verdict !== "AC" || testcases.cases.length !== count)
    throw new Error(`not every case was right: ${JSON.stringify(testcases?.cases.at(-1) ?? compile)}`);
  const samplesMs = testcases.cases.map(({ wall_time_ms }) => wall_time_ms);
  return { samplesMs, wallMs, clientCpuMs: 0, ahead: 0, kept: 0, workMs: [] };
}
