import { access } from "node:fs/promises";
import { join } from "node:path";
import type { JobResult } from "../../src/api/job-result.ts";
import type { RuntimeInfo } from "../../src/api/runtime-info.ts";
import { type DefinitionFolders, readDefinitions } from "../../src/runtimes/read-definitions.ts";
import type { RuntimeDefinition } from "../../src/runtimes/runtime-definition.ts";

/** The server to greet. */
export interface Greeted {
  /** For example `http://127.0.0.1:2000`. */
  readonly url: string;
  /** API key, where the server wants one. */
  readonly key?: string | undefined;
  readonly folders: DefinitionFolders;
}

/**
 * Runs the first test of every language of a server and prints a line each; resolves with whether all were right. What is the
 * operator's own, or in Piston's format, keeps no release from being used.
 */
export async function sayHello(server: Greeted): Promise<boolean> {
  const runtimes = (await call(server, "runtimes")) as RuntimeInfo[];
  let good = runtimes.length > 0;
  if (!good) console.log("the server has no language");
  const { definitions } = await readDefinitions(server.folders);
  for (const { language, version } of runtimes) {
    const definition = definitions.find((loaded) => loaded.definition.language === language)?.definition;
    // Brought by a package in Piston's format: that has no test.
    if (definition === undefined) continue;
    const started = performance.now();
    const answer = await hello(server, definition, version);
    const took = `${Math.round(performance.now() - started)} ms`;
    console.log(`${`${language} ${version}`.padEnd(20)} ${took.padStart(8)}  ${answer.text}`);
    good &&= answer.right || (await isOwn(language, server.folders));
  }
  return good;
}

async function isOwn(language: string, { definitionsDir }: DefinitionFolders): Promise<boolean> {
  if (definitionsDir === null) return false;
  return await access(join(definitionsDir, "runtimes", `${language}.yaml`)).then(
    () => true,
    () => false,
  );
}

async function hello(server: Greeted, { language, tests }: RuntimeDefinition, version: string) {
  const [test] = tests;
  if (test === undefined) throw new Error(`${language} has no test`);
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
