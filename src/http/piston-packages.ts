import type { FastifyInstance, FastifyRequest } from "fastify";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import { silentProgress } from "../packages/progress.ts";
import type { WantedVersion } from "../packages/select-version.ts";
import { wantedStream } from "./event-stream.ts";
import { bodyObject } from "./json-body.ts";
import { CHANGES, errorMessage } from "./packages.ts";
import { languageAndVersion } from "./piston/language-and-version.ts";
import { sendProgress } from "./progress-stream.ts";
import type { ServerDeps } from "./server-deps.ts";

/** Piston's routes of packages; a package counts as a language to it. */
export function pistonPackages(group: FastifyInstance, { packages, ended, log }: ServerDeps): void {
  group.get("/packages", { config: { needs: "run" } }, async () =>
    (await packages.list()).map(({ name, version, installed }) => ({
      language: name,
      language_version: version,
      installed,
    })),
  );
  group.post("/packages", { config: CHANGES }, async (request, reply) => {
    const wanted = wantedPackage(request);
    const format = wantedStream(request);
    const install = (progress = silentProgress, signal = ended) =>
      packages.install(wanted, { progress, signal }).then(pistonPackage, missing(wanted));
    if (format === null) return await install();
    const errorBody = (error: CrankcaseError) => ({ message: errorMessage(error) });
    return sendProgress(reply, format, install, { log, errorBody, ended });
  });
  group.delete("/packages", { config: CHANGES }, async (request) => {
    const wanted = wantedPackage(request);
    return await packages.uninstall(wanted, ended).then(pistonPackage, missing(wanted));
  });
}

function wantedPackage(request: FastifyRequest): WantedVersion {
  const { language, version } = languageAndVersion(bodyObject(request.body));
  return { name: language, range: version };
}

function pistonPackage({ name, version }: { readonly name: string; readonly version: string }) {
  return { language: name, version };
}

/** Piston's own words for what there is not. */
function missing({ name, range }: WantedVersion): (thrown: unknown) => never {
  return (thrown) => {
    if (!(thrown instanceof CrankcaseError) || thrown.code !== "unknown_package") throw thrown;
    const message = `Requested package ${name}-${range} does not exist`;
    throw new CrankcaseError("unknown_package", message, { cause: thrown });
  };
}
