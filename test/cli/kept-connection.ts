import { once } from "node:events";
import { Agent, type IncomingMessage, request } from "node:http";
import { json } from "node:stream/consumers";

/** What a test looks at in an answer. */
interface KeptAnswer {
  readonly status: number | undefined;
  readonly connection: string | undefined;
  readonly body: unknown;
}

/** One connection that is used again and again. */
export interface KeptConnection {
  /** Rejects with ECONNRESET where the server closed it. */
  get(path: string): Promise<KeptAnswer>;
  post(path: string, body: object): Promise<KeptAnswer>;
}

/** Opens a connection to the server by a first request, and keeps it. */
export async function openKept(url: string): Promise<KeptConnection> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const send = async (method: string, path: string, body: string): Promise<KeptAnswer> => {
    const headers = { "content-type": "application/json" };
    const sent = request(new URL(path, url), { agent, method, headers }).end(body);
    const [answer] = (await once(sent, "response")) as [IncomingMessage];
    return { status: answer.statusCode, connection: answer.headers.connection, body: await json(answer) };
  };
  const kept: KeptConnection = {
    get: (path) => send("GET", path, ""),
    post: (path, body) => send("POST", path, JSON.stringify(body)),
  };
  await kept.get("/healthz");
  return kept;
}
