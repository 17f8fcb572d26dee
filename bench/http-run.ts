import { randomUUID } from "node:crypto";
import { Agent, request } from "node:http";
import { json } from "node:stream/consumers";
import type { Program } from "./program.ts";

/** A client whose connections stay open from one request to the next, as those of a busy client do. */
export interface HttpClient extends Disposable {
  /** Asks for one run of the program, its source new, and returns the milliseconds until the answer is read. */
  run(program: Program): Promise<number>;
}

/** A client of the server on this port of 127.0.0.1. */
export function httpClient(port: number): HttpClient {
  const agent = new Agent({ keepAlive: true });
  return {
    async run(program) {
      const nonce = randomUUID();
      const start = performance.now();
      const answer = await post(agent, port, executeBody(program, nonce));
      const took = performance.now() - start;
      if (answer.run?.code !== 0 || answer.run.stdout !== program.output(nonce)) {
        throw new Error(`${program.title} failed through HTTP: ${JSON.stringify(answer)}`);
      }
      return took;
    },
    [Symbol.dispose]() {
      agent.destroy();
    },
  };
}

interface ExecuteAnswer {
  readonly run?: { readonly code: number | null; readonly stdout: string };
}

function executeBody({ language, mainFile, source }: Program, nonce: string): string {
  return JSON.stringify({ language, version: "*", files: [{ name: mainFile, content: source(nonce) }] });
}

function post(agent: Agent, port: number, body: string): Promise<ExecuteAnswer> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const options = { agent, host: "127.0.0.1", port, path: "/api/v2/execute", method: "POST", headers };
    const sent = request(options, (response) => {
      resolve(json(response) as Promise<ExecuteAnswer>);
    });
    sent.on("error", reject).end(body);
  });
}
