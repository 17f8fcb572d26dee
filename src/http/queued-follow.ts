import type { WebSocket } from "@fastify/websocket";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { CrankcaseError, toCrankcaseError } from "../errors/crankcase-error.ts";
import type { Viewer } from "../queue/viewer.ts";
import { messageObject } from "./json-body.ts";
import { nativeErrorBody } from "./native-words.ts";
import { refuseForeignPages } from "./origin.ts";
import { tellQueuedJob } from "./queued-stream.ts";
import type { ServerDeps } from "./server-deps.ts";
import { viewerOf } from "./viewer-of.ts";
import { type WebSocketPeer, webSocketPeer } from "./web-socket-peer.ts";

/** Jobs that one connection may follow at one time. */
const MOST_FOLLOWED = 1_000;

/** Closes a connection whose messages make no sense (RFC 6455, section 7.4.1). */
const POLICY_VIOLATION = 1008;

/**
 * `GET .../jobs/follow`: a WebSocket that tells what happens to many jobs. It takes `{"type": "follow", "id"}` and
 * `{"type": "unfollow", "id"}`, and sends each job's events with its id.
 */
export function followJobs(group: FastifyInstance, deps: ServerDeps): void {
  group.route({
    method: "GET",
    url: "/jobs/follow",
    config: { needs: "run" },
    onRequest: refuseForeignPages(deps.allowedOrigins),
    handler() {
      throw new CrankcaseError("not_found", "Only a WebSocket can follow jobs");
    },
    wsHandler: (socket, request) => serve(socket, request, viewerOf(request.caller), deps),
  });
}

interface FollowMessage {
  readonly type?: unknown;
  readonly id?: unknown;
}

function serve(socket: WebSocket, request: FastifyRequest, viewer: Viewer, deps: ServerDeps): void {
  const peer = webSocketPeer(socket, request.raw.socket);
  const followed = new Map<string, AbortController>();
  const follow = (id: string) => {
    if (followed.has(id)) return;
    if (followed.size >= MOST_FOLLOWED) {
      peer.close(POLICY_VIOLATION, `a connection follows ${MOST_FOLLOWED} jobs at most`);
      return;
    }
    const controller = new AbortController();
    followed.set(id, controller);
    const signal = AbortSignal.any([controller.signal, peer.gone, deps.ending]);
    const over = () => {
      if (followed.get(id) === controller) followed.delete(id);
    };
    void tell({ id, viewer }, peer, signal, deps).then(over, over);
  };
  socket.on("message", (data) => {
    const message = readMessage(String(data), peer);
    if (message?.type === "follow") follow(message.id);
    if (message?.type === "unfollow") {
      followed.get(message.id)?.abort();
      followed.delete(message.id);
    }
  });
}

/** Tells one job's events, at the end `result` or `error`; nothing more once the signal aborts. */
async function tell(
  followed: { readonly id: string; readonly viewer: Viewer },
  peer: WebSocketPeer,
  signal: AbortSignal,
  deps: ServerDeps,
): Promise<void> {
  const { id } = followed;
  const send = (event: string, data: object) => {
    if (signal.aborted) return undefined;
    // A state has the job's id as well.
    return peer.send({ event, ...data, id });
  };
  try {
    await send("result", await tellQueuedJob(followed, send, signal, deps));
  } catch (thrown) {
    if (signal.aborted && !deps.ending.aborted) return;
    const error = toCrankcaseError(thrown);
    if (error.fault === "ours") deps.log.error({ id, err: error }, "following a job failed");
    await peer.send({ id, event: "error", error: nativeErrorBody(error, id) });
  }
}

/** A message that makes sense; one that does not closes the connection. */
function readMessage(
  text: string,
  peer: WebSocketPeer,
): { readonly type: "follow" | "unfollow"; readonly id: string } | null {
  try {
    const { type, id }: FollowMessage = messageObject(text);
    if ((type === "follow" || type === "unfollow") && typeof id === "string") return { type, id };
    peer.close(POLICY_VIOLATION, 'messages are {"type": "follow" or "unfollow", "id": "..."}');
  } catch (thrown) {
    peer.close(POLICY_VIOLATION, toCrankcaseError(thrown).message.slice(0, MOST_REASON));
  }
  return null;
}

/** Characters of a reason: a close frame holds 123 bytes of it (RFC 6455, section 5.5). */
const MOST_REASON = 40;
