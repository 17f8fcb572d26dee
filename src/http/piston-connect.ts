import type { WebSocket } from "@fastify/websocket";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { JobRequest } from "../api/job-request.ts";
import { authorize } from "./access.ts";
import { withoutOutput } from "./job-stream.ts";
import { NATIVE_WORDS, nativeErrorBody } from "./native-words.ts";
import { refuseForeignPages } from "./origin.ts";
import { errorMessage } from "./packages.ts";
import type { ConnectMessage } from "./piston/connect-message.ts";
import { ConnectSession } from "./piston/connect-session.ts";
import type { SessionWords } from "./piston/session-words.ts";
import { toJobRequest } from "./piston/to-job-request.ts";
import { pistonStage } from "./piston/to-piston-answer.ts";
import type { ServerDeps } from "./server-deps.ts";
import { webSocketPeer } from "./web-socket-peer.ts";

/** `GET .../connect`: Piston's WebSocket, over which a job is talked to. The key may also come in its first message. */
export function pistonConnect(
  group: FastifyInstance,
  deps: ServerDeps,
  requireJobRequest: (value: unknown) => JobRequest,
): void {
  group.route({
    method: "GET",
    url: "/connect",
    config: { needs: "nothing" },
    onRequest: refuseForeignPages(deps.allowedOrigins),
    handler: (_request, reply) => reply.code(404).send({ message: "Not Found" }),
    wsHandler(socket, request) {
      const admit = async (init: ConnectMessage) => {
        const caller = await authorize(request.raw, { needs: "run", keyText: keyOf(init) }, deps);
        holdWhileOpen(socket, await deps.meter.enter(caller, "job"));
        return {
          request: requireJobRequest(isNative(init) ? init.job : toJobRequest(init, deps)),
          client: caller.client,
        };
      };
      serve(socket, request, admit, deps);
    },
  });
}

function serve(
  socket: WebSocket,
  request: FastifyRequest,
  admit: ConstructorParameters<typeof ConnectSession>[1]["admit"],
  { log, execute }: ServerDeps,
): void {
  const peer = webSocketPeer(socket, request.raw.socket);
  const session = new ConnectSession(peer, { id: request.id, log, execute, admit, wordsOf });
  socket.on("message", (data) => session.take(String(data)));
}

/** The caller's limits count the job until its WebSocket closes, which it does when the job ends. */
function holdWhileOpen(socket: WebSocket, entry: Disposable): void {
  if (socket.readyState === socket.OPEN) socket.once("close", () => entry[Symbol.dispose]());
  else entry[Symbol.dispose]();
}

function keyOf({ key }: ConnectMessage): string | undefined {
  return typeof key === "string" ? key : undefined;
}

/** Whether an init brings a job in the native API's shape, and is answered in its words. */
function isNative(init: ConnectMessage): boolean {
  return init.job !== undefined;
}

function wordsOf(init: ConnectMessage): SessionWords {
  return isNative(init) ? { ...NATIVE_WORDS, error: nativeErrorBody } : PISTON_WORDS;
}

const PISTON_WORDS: SessionWords = {
  stage(result) {
    const { code, signal, ...more } = withoutOutput(pistonStage(result));
    return { code, signal, ...more };
  },
  job: null,
  error: (error) => ({ message: errorMessage(error) }),
};
