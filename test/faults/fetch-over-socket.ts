import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";

/** The status of a GET over a Unix socket. Rejects where nobody listens there. */
export async function fetchOverSocket(socketPath: string, path: string): Promise<number | undefined> {
  const sent = request({ socketPath, path, agent: false }).end();
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  answer.resume();
  return answer.statusCode;
}
