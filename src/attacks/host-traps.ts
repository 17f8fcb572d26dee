import { createSocket } from "node:dgram";
import { once } from "node:events";
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type ListenOptions } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import type { Facts } from "./facts.ts";

/** Things of the host that attackers are after, set up so that reaching one of them is seen. */
export interface HostTraps extends AsyncDisposable {
  readonly facts: Facts;
  /** The canary's text, which no job may come to know. */
  readonly secret: string;
  /** What was reached since it was asked last, each as a sentence. */
  reached(): Promise<readonly string[]>;
}

/** Sets the traps: a file that everybody may use, sockets of four kinds that everybody may connect to. */
export async function setHostTraps(apiPort: string): Promise<HostTraps> {
  await using acquired = new AsyncDisposableStack();
  const calls: string[] = [];
  // Not below /tmp: the service has one of its own.
  const folder = await mkdtemp(join(process.getuid?.() === 0 ? "/var/tmp" : tmpdir(), "crankcase-canary-"));
  acquired.defer(() => rm(folder, { recursive: true, force: true }));
  await chmod(folder, 0o777);
  const secret = `canary ${crypto.randomUUID()}`;
  const canary = join(folder, "canary");
  await writeFile(canary, secret);
  await chmod(canary, 0o666);
  const [tcpPort] = await listen(acquired, calls, "the host's TCP port", { port: 0, host: "0.0.0.0" });
  const udpPort = await receive(acquired, calls);
  const abstractName = `crankcase-canary-${crypto.randomUUID()}`;
  await listen(acquired, calls, "an abstract socket of the host", { path: `\0${abstractName}` });
  const unixSocket = join(folder, "socket");
  await listen(acquired, calls, "a Unix socket of the host", { path: unixSocket });
  await chmod(unixSocket, 0o777);
  const facts: Facts = {
    canary_file: canary,
    canary_dir: folder,
    tcp_port: String(tcpPort),
    udp_port: String(udpPort),
    host_address: hostAddress(),
    abstract_socket: abstractName,
    unix_socket: unixSocket,
    host_pid: String(process.pid),
    api_port: apiPort,
  };
  const before = await stat(canary);
  const reached = async () => [...calls.splice(0), ...(await changes(folder, secret, before.ctimeMs))];
  const owned = acquired.move();
  return { facts, secret, reached, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

async function listen(
  acquired: AsyncDisposableStack,
  calls: string[],
  name: string,
  where: ListenOptions,
): Promise<[number | undefined]> {
  const server = createServer((socket) => {
    calls.push(`${name} was connected to`);
    socket.on("error", () => undefined);
    socket.destroy();
  });
  server.listen(where);
  await once(server, "listening");
  acquired.defer(async () => {
    server.close();
    await once(server, "close");
  });
  const address = server.address();
  return [typeof address === "object" && address !== null ? address.port : undefined];
}

async function receive(acquired: AsyncDisposableStack, calls: string[]): Promise<number> {
  const socket = createSocket("udp4", () => calls.push("the host's UDP port was sent something"));
  socket.bind(0, "0.0.0.0");
  await once(socket, "listening");
  acquired.defer(async () => {
    socket.close();
    await once(socket, "close");
  });
  return socket.address().port;
}

function hostAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return addresses.find(({ internal, family }) => !internal && family === "IPv4")?.address ?? "127.0.0.1";
}

async function changes(folder: string, secret: string, changedMs: number): Promise<string[]> {
  const canary = join(folder, "canary");
  const text = await readFile(canary, "utf8").catch(() => null);
  const { ctimeMs } = await stat(canary).catch(() => ({ ctimeMs: null }));
  const names = (await readdir(folder)).toSorted();
  return [
    ...(text === secret && ctimeMs === changedMs ? [] : ["the canary's file was changed"]),
    ...(names.join() === "canary,socket" ? [] : [`the canary's folder holds ${names.join(", ")}`]),
  ];
}
