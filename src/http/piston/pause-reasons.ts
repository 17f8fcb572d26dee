import type { WebSocketPeer } from "../web-socket-peer.ts";

/** One of several reasons not to read a peer now. */
export type PauseReason = Pick<WebSocketPeer, "pause" | "resume">;

/** Makes reasons to pause a peer: it is read again once none of them lasts. */
export function pauseReasons(peer: PauseReason): () => PauseReason {
  const lasting = new Set<PauseReason>();
  return () => {
    const reason: PauseReason = {
      pause() {
        lasting.add(reason);
        peer.pause();
      },
      resume() {
        if (lasting.delete(reason) && lasting.size === 0) peer.resume();
      },
    };
    return reason;
  };
}
