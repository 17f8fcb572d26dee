import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import type { ArtifactStore } from "../artifacts/artifact-store.ts";
import type { Config } from "../config/config.ts";
import { KEEP_ARTIFACTS } from "./scripts/keep-artifacts.ts";
import type { SharedStore } from "./shared-store.ts";
import { names } from "./store-names.ts";

/** Of an id that nobody guesses. */
const ID_BYTES = 32;

/**
 * Files of jobs in the shared store: they are fetched from another server than the one that ran the job. Each is
 * gone when its time is over, or its room is needed.
 */
export function sharedArtifacts(
  store: SharedStore,
  { ttlMs, keptBytes }: Pick<Config["artifacts"], "ttlMs" | "keptBytes">,
): ArtifactStore {
  return {
    async keep(files) {
      const id = randomBytes(ID_BYTES).toString("base64url");
      const contents = files.flatMap(({ name, content }) => [name, content]);
      await store.run(KEEP_ARTIFACTS, id, Date.now(), ttlMs, keptBytes, ...contents);
      return { id, expiresAt: new Date(Date.now() + ttlMs) };
    },
    async find(id, name) {
      const content = await store.ask((redis) => redis.hgetBuffer(names.artifact(id), name));
      return content === null ? null : { bytes: content.length, content: Readable.from([content]) };
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
