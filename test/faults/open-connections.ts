import { connect, type NetConnectOpts, type Socket } from "node:net";

/** Connections that somebody holds open; disposal ends them all. */
export interface HeldConnections extends Disposable {
  /** Those that were made, and that nobody has closed. */
  readonly open: number;
}

/** Opens as many connections as it may, each with a first text, and reads nothing. */
export function holdConnections(to: NetConnectOpts, count: number, text = ""): HeldConnections {
  const open = new Set<Socket>();
  const all = Array.from({ length: count }, () => {
    const socket = connect(to, () => open.add(socket));
    // A flood is refused and cut: that is what it is there for.
    socket.on("error", () => undefined).on("close", () => open.delete(socket));
    if (text !== "") socket.write(text);
    return socket;
  });
  return {
    get open() {
      return open.size;
    },
    [Symbol.dispose]: () => {
      for (const socket of all) socket.destroy();
    },
  };
}
