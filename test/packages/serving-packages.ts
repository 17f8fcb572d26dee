import { chmod, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dir } from "tmp-promise";
import { newKey } from "../../src/access/new-key.ts";
import { type CommandLine, type Serving, startServing } from "../cli/serving.ts";
import { type DataFolder, openDataFolder } from "./build-place.ts";
import { makeToyFolders, type ToyFolders } from "./toy-index.ts";

const NATIVE = "/api/crankcase/v1/packages";

/** An answer of the server. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** What is sent beside the body. */
export interface Sending {
  /** The key with the scope `packages` when left out; null for none. */
  readonly key?: string | null;
  readonly path?: string;
  readonly signal?: AbortSignal;
}

/** Folders and keys of a server that installs: they outlive it, so that another can be started over them. */
export interface PackagePlace extends AsyncDisposable {
  readonly data: DataFolder;
  readonly dataDir: string;
  readonly toys: ToyFolders;
  readonly stateDir: string;
  /** Texts of the keys, by their only scope. */
  readonly keys: { readonly run: string; readonly packages: string };
  /** Starts the daemon and a jailer. */
  serve(settings?: Readonly<Record<string, unknown>>, commandLine?: CommandLine): Promise<PackageServer>;
}

/** A server over an index of the test's own. */
export interface PackageServer extends AsyncDisposable {
  readonly serving: Serving;
  readonly url: string;
  /** Sends JSON; any path, and the native one of packages when it is left out. */
  send(method: "POST" | "DELETE", body: object, sending?: Sending): Promise<Answer>;
  install(name: string, version?: string): Promise<Answer>;
  uninstall(name: string, version?: string): Promise<Answer>;
  /** Runs a program and gives what it printed; fails where the server refuses it. */
  run(language: string, program: string, version?: string): Promise<string>;
  /** Installs and gives every event that came. */
  events(request: object, options?: EventOptions): Promise<ServerEvent[]>;
  /** As `name version`, installed ones alone. */
  installed(): Promise<string[]>;
  /** Removes every package, those that others are on last. */
  uninstallAll(): Promise<void>;
}

/** How events are asked for. */
export interface EventOptions {
  /** `application/x-ndjson` when left out. */
  readonly accept?: string;
  readonly signal?: AbortSignal;
}

/** One event of an installation. */
export type ServerEvent = { readonly event: string } & Readonly<Record<string, unknown>>;

/** Makes the folders, the keys and an index without a package. */
export async function packagePlace(): Promise<PackagePlace> {
  await using acquired = new AsyncDisposableStack();
  const data = acquired.use(await openDataFolder());
  const folder = await dir({ unsafeCleanup: true });
  acquired.defer(folder.cleanup);
  await chmod(folder.path, 0o755);
  const toys = await makeToyFolders(folder.path);
  const now = new Date();
  const keys = { run: newKey("runner", ["run"], now), packages: newKey("installer", ["packages"], now) };
  const keysFile = join(folder.path, "keys.json");
  await writeFile(keysFile, JSON.stringify(Object.values(keys).map(({ entry }) => entry)));
  const stateDir = join(data.dataDir, "daemon");
  const fixed = {
    data_dir: data.dataDir,
    state_dir: stateDir,
    keys_file: keysFile,
    packages_index_dir: toys.indexDir,
    suites_dir: toys.suitesDir,
    runtimes_dir: toys.runtimesDir,
    executioners_dir: toys.executionersDir,
    limits: { run: { default: { wall_time_ms: 30_000 } } },
  };
  const texts = { run: keys.run.text, packages: keys.packages.text };
  const owned = acquired.move();
  return {
    ...{ data, dataDir: data.dataDir, toys, stateDir, keys: texts },
    serve: async (settings = {}, commandLine = {}) =>
      packageServer(await startServing({ ...fixed, ...settings }, {}, commandLine), texts.packages),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function packageServer(serving: Serving, ownKey: string): PackageServer {
  const url = () => lastUrl(serving);
  const send: PackageServer["send"] = async (method, body, { key = ownKey, path = NATIVE, signal } = {}) => {
    const response = await fetch(url() + path, {
      method,
      headers: {
        "content-type": "application/json",
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      },
      body: JSON.stringify(body),
      ...(signal === undefined ? {} : { signal }),
    });
    return { status: response.status, body: await response.json() };
  };
  const installed = async () => {
    const packages = (await (await fetch(url() + NATIVE)).json()) as Listing[];
    return packages.filter((it) => it.installed).map(({ name, version }) => `${name} ${version}`);
  };
  const wanted = (name: string, version?: string) => (version === undefined ? { name } : { name, version });
  return {
    serving,
    get url() {
      return url();
    },
    send,
    install: (name, version) => send("POST", wanted(name, version)),
    uninstall: (name, version) => send("DELETE", wanted(name, version)),
    run: async (language, content, version = "*") => {
      const job = { language, version, files: [{ content }] };
      const { status, body } = await send("POST", job, { path: "/api/crankcase/v1/jobs", key: null });
      if (status !== 200) throw new Error(`${status}: ${JSON.stringify(body)}`);
      return (body as { run: { output: string } }).run.output;
    },
    events: (request, options) => fetchEvents(url() + NATIVE, ownKey, request, options),
    installed,
    uninstallAll: async () => {
      for (let left = await installed(); left.length > 0; left = await installed()) {
        for (const [name = "", version = ""] of left.map((it) => it.split(" "))) {
          const { status, body } = await send("DELETE", { name, version });
          if (![200, 409].includes(status)) throw new Error(`${status}: ${JSON.stringify(body)}`);
        }
      }
    },
    [Symbol.asyncDispose]: () => serving[Symbol.asyncDispose](),
  };
}

interface Listing {
  readonly name: string;
  readonly version: string;
  readonly installed: boolean;
}

async function fetchEvents(
  url: string,
  key: string,
  request: object,
  { accept = "application/x-ndjson", signal }: EventOptions = {},
): Promise<ServerEvent[]> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", accept, authorization: `Bearer ${key}` },
    body: JSON.stringify(request),
    ...(signal === undefined ? {} : { signal }),
  });
  const type = response.headers.get("content-type");
  if (response.status !== 200 || type !== accept) throw new Error(`${response.status}, ${type}`);
  const text = (await response.text()).trim();
  if (accept === "application/x-ndjson") return text.split("\n").map((line) => JSON.parse(line));
  return text.split("\n\n").map((block) => {
    const [, event = "", data = ""] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
    return { event, ...JSON.parse(data) };
  });
}

/** A daemon that was killed and started again listens elsewhere: it takes a free port. */
function lastUrl({ log, url }: Serving): string {
  const ready = log.findLast((line) => line.includes('"ready"'));
  return ready === undefined ? url : JSON.parse(ready).url;
}

/** Whatever building and downloading has left: nothing, once they are over. */
export async function findPackageLitter({
  dataDir,
  stateDir,
}: Pick<PackagePlace, "dataDir" | "stateDir">): Promise<string[]> {
  const below = async (folder: string, isLitter: (name: string) => boolean = () => true) =>
    (await readdir(folder).catch(() => [])).filter(isLitter).map((name) => join(folder, name));
  const isWork = (name: string) => name.startsWith(".work");
  return [
    ...(await below(join(dataDir, "packages/.staging"))),
    ...(await below(join(stateDir, "builds"))),
    ...(await below(stateDir, isWork)),
    ...(await below(join(stateDir, "archives"), isWork)),
  ];
}
