import { lookup } from "node:dns/promises";
import { mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Bench } from "../measuring/bench.ts";
import type { Way } from "../measuring/way.ts";
import { OUTPUT, type Program } from "../program.ts";
import { type CProgram, startCProgram } from "./c-program.ts";

/** How a program is asked for over HTTP. */
export interface HttpRun {
  readonly name: string;
  readonly group?: string;
  readonly program: Program;
  readonly runs: number;
  readonly server: HttpServer;
  /** Connections, each with one request at a time; 1 unless said otherwise. */
  readonly clients?: number;
  /** Milliseconds of silence after each answer; none unless said otherwise. */
  readonly pauseMs?: number;
}

/** Where requests go. */
export interface HttpServer {
  readonly url: string;
  /** `/api/crankcase/v1/jobs`, or Piston's `/api/v2/execute`. */
  readonly path: string;
}

/** Requests of one client or of several, one after another over connections that stay open; http-client.c sends them. */
export async function httpWay(bench: Bench, acquired: AsyncDisposableStack, run: HttpRun): Promise<Way> {
  const { name, group, runs, pauseMs = 0 } = run;
  const client = acquired.use(await startHttpClient(bench, run));
  const pause = Math.round(pauseMs * 1000);
  return {
    ...(group === undefined ? {} : { group }),
    name,
    runs,
    run: (count) => client.order(`${count} ${pause} 0`),
  };
}

/** Starts http-client.c for such requests; its head says what it may be told. */
export async function startHttpClient(
  bench: Bench,
  { program, server, clients = 1 }: Pick<HttpRun, "program" | "server" | "clients">,
): Promise<CProgram> {
  const { hostname, port } = new URL(server.url);
  const { address } = await lookup(hostname, 4);
  const folder = await mkdtemp(join(bench.folder, "request-"));
  const [request, expected] = [join(folder, "request"), join(folder, "expected")];
  await writeFile(request, requestText(program, server, hostname));
  await writeFile(expected, `"stdout":${JSON.stringify(OUTPUT)}`);
  const args = [address, port || "80", String(clients), request, expected];
  return startCProgram({
    binary: bench.programs.httpClient,
    args,
    env: {},
    outputBytes: 0,
    stop: bench.stop,
  });
}

function requestText(
  { language, mainFile, source, stdin }: Program,
  server: HttpServer,
  host: string,
): string {
  const files = [{ name: mainFile, content: source }];
  const body = JSON.stringify({ language, version: "*", files, stdin });
  const head = [
    `POST ${server.path} HTTP/1.1`,
    `Host: ${host}`,
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return `${head.join("\r\n")}\r\n\r\n${body}`;
}
