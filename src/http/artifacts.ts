import { basename } from "node:path";
import type { FastifyInstance } from "fastify";
import { ARTIFACTS_PATH } from "../api/artifact-path.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { ServerDeps } from "./server-deps.ts";

interface ArtifactRoute {
  readonly Params: { readonly id: string; readonly "*": string };
}

/** `GET .../artifacts/ID/NAME`: a file that a job wrote, which a browser is to save and never to show or run. */
export function artifacts(group: FastifyInstance, { artifacts: store }: ServerDeps): void {
  const path = `${ARTIFACTS_PATH.slice(group.prefix.length)}/:id/*`;
  group.get<ArtifactRoute>(path, { config: { needs: "run" } }, async ({ params }, reply) => {
    const name = params["*"];
    const file = await store.find(params.id, name);
    if (file === null) {
      throw new CrankcaseError("not_found", "There is no such artifact, or it has expired");
    }
    return reply
      .header("content-type", "application/octet-stream")
      .header("content-length", file.bytes)
      .header("content-disposition", `attachment; filename*=UTF-8''${encoded(basename(name))}`)
      .header("x-content-type-options", "nosniff")
      .header("cache-control", "private, no-store")
      .send(file.content);
  });
}

/** RFC 8187, section 3.2.1: what encodeURIComponent leaves as it is, and may not stand there, too. */
function encoded(name: string): string {
  return encodeURIComponent(name).replace(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
