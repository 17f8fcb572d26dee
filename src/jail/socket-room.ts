import type { Socket } from "node:net";

/** Asks a socket for room: undefined where it takes more at once, else settles when what waits has gone, or the socket has. Never rejects. */
export function socketRoom(socket: Socket): () => Promise<void> | undefined {
  let room: Promise<void> | undefined;
  const drained = () =>
    new Promise<void>((resolve) => {
      const settle = () => {
        socket.off("drain", settle).off("close", settle);
        room = undefined;
        resolve();
      };
      socket.on("drain", settle).on("close", settle);
    });
  return () => {
    if (socket.writableNeedDrain) room ??= drained();
    return room;
  };
}
