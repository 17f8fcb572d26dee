import { mkdtemp, readdir, readFile, rm, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { runAttacks, selftestAttacks } from "../attacks/run-attacks.ts";
import { openJail } from "../jail/open-jail.ts";
import { readDefinitions } from "../runtimes/read-definitions.ts";
import type {
  FileFacts,
  FileSystem,
  Host,
  HttpAnswer,
  HttpRequest,
  Ran,
  RunOptions,
  TempFolder,
} from "./host.ts";

const RUN_TIMEOUT_MS = 8_000;
const REQUEST_TIMEOUT_MS = 5_000;

/** Of a command's output; no command that is run here says more. */
const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;

/** This machine; what is under way when the signal aborts is killed. */
export function realHost(signal: AbortSignal): Host {
  return {
    uid: process.geteuid?.() ?? -1,
    pid: process.pid,
    now: () => Date.now(),
    readFile: (path) => orNull(readFile(path, "utf8")),
    readBytes: (path) => orNull(readFile(path)),
    list: (path) => orNull(readdir(path)),
    stat: (path) => orNull(fileFacts(path)),
    statfs: (path) => orNull(fileSystem(path)),
    run: (argv, options) => run(argv, options ?? {}, signal),
    request: (url, request) => send(url, request ?? {}, signal),
    tempFolder,
    tryJail: async (socketPath) => {
      await using jail = await openJail({ socketPath }, { signal });
      void jail;
    },
    selftest: async (place) => {
      const attacks = await selftestAttacks(place.projectDir);
      return await runAttacks(attacks, { ...place, onResult: () => undefined, stop: signal });
    },
    definitions: readDefinitions,
  };
}

/** Whatever the reason, a thing that cannot be read is not there for a check. */
async function orNull<T>(reading: Promise<T>): Promise<T | null> {
  return await reading.catch(() => null);
}

async function fileFacts(path: string): Promise<FileFacts> {
  const { mtimeMs, mode, uid } = await stat(path);
  return { modifiedMs: mtimeMs, mode: mode & 0o7777, uid };
}

async function fileSystem(path: string): Promise<FileSystem> {
  const { type, bavail, bsize, files, ffree } = await statfs(path);
  return { type, freeBytes: bavail * bsize, inodes: files, freeInodes: ffree };
}

async function run(argv: readonly string[], options: RunOptions, signal: AbortSignal): Promise<Ran> {
  const [file = "", ...args] = argv;
  const { exitCode, stdout, stderr } = await execa(file, args, {
    ...(options.runAs ?? {}),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { LC_ALL: "C.UTF-8", ...options.env },
    stdin: "ignore",
    reject: false,
    timeout: options.timeoutMs ?? RUN_TIMEOUT_MS,
    maxBuffer: MAX_OUTPUT_BYTES,
    cancelSignal: signal,
    killSignal: "SIGKILL",
  });
  return { exitCode: exitCode ?? null, stdout: stdout ?? "", stderr: stderr ?? "" };
}

async function send(url: string, request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
  const { timeoutMs = REQUEST_TIMEOUT_MS, ...init } = request;
  const response = await fetch(url, {
    ...init,
    redirect: "manual",
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
  });
  return { status: response.status, text: await response.text() };
}

async function tempFolder(parent: string): Promise<TempFolder> {
  const path = await mkdtemp(join(parent, ".crankcase-doctor-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
