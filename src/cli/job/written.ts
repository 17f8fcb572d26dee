import { once } from "node:events";

/** Writes, and resolves when there is room for more. Rejects with the stream's own error, such as EPIPE. */
export async function written(
  stream: NodeJS.WritableStream,
  data: Uint8Array | string,
  signal: AbortSignal,
): Promise<void> {
  if (!stream.writable) throw Object.assign(new Error("nobody reads"), { code: "EPIPE" });
  if (!stream.write(data)) await once(stream, "drain", { signal });
}
