import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import type { JobResult } from "../../src/api/job-result.ts";
import type { RuntimeInfo } from "../../src/api/runtime-info.ts";
import type { RuntimeDefinition } from "../../src/runtimes/runtime-definition.ts";

/** The server to greet. */
export interface Greeted {
  /** For example `http://127.0.0.1:2000`. */
  readonly url: string;
  /** API key, where the server wants one. */
  readonly key?: string | undefined;
  /** Folder of the languages' definitions. */
  readonly runtimesDir: string;
}

/** Runs the first test of every language of a server and prints a line each; resolves with whether all were right. */
export async function sayHello(server: Greeted): Promise<boolean> {
  const runtimes = (await call(server, "runtimes")) as RuntimeInfo[];
  let good = runtimes.length > 0;
  if (!good) console.log("the server has no language");
  for (const { language, version } of runtimes) {
    const started = performance.now();
    const answer = await hello(server, language, version);
    const took = `${Math.round(performance.now() - started)} ms`;
    console.log(`${`${language} ${version}`.padEnd(20)} ${took.padStart(8)}  ${answer.text}`);
    good &&= answer.right;
  }
  return good;
}

async function hello(server: Greeted, language: string, version: string) {
  const file = join(server.runtimesDir, `${language}.yaml`);
  const definition = parse(await readFile(file, "utf8")) as RuntimeDefinition;
  const [test] = definition.tests;
  if (test === undefined) throw new Error(`${file} has no test`);
  const { files, args = [], stdin = "", expect } = test;
  const result = (await call(server, "jobs", { language, version, files, args, stdin })) as JobResult;
  const { run, compile } = result;
  const right = run?.exit_code === (expect.exit_code ?? 0) && run.stdout === (expect.stdout ?? run.stdout);
  return { right, text: right ? run.stdout.trimEnd() : `failed: ${JSON.stringify(run ?? compile)}` };
}

async function call({ url, key }: Greeted, path: string, body?: object): Promise<unknown> {
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (key !== undefined) headers.authorization = `Bearer ${key}`;
  const post = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  const response = await fetch(new URL(`/api/crankcase/v1/${path}`, url), { headers, ...post });
  const answer = await response.json();
  if (response.ok) return answer;
  throw new Error(`${url} answered ${response.status}: ${JSON.stringify(answer)}`);
}
