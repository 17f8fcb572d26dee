import type { FastifyInstance, FastifyRequest } from "fastify";
import type { PackageChange, PackageInfo } from "../api/package-info.ts";
import { type PackageRequest, PackageRequestShape } from "../api/package-request.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { ErrorCode } from "../errors/error-table.ts";
import type { PackageListing } from "../packages/list-packages.ts";
import { silentProgress } from "../packages/progress.ts";
import type { WantedVersion } from "../packages/select-version.ts";
import type { Catalogue } from "../runtimes/catalogue.ts";
import type { PackageManifest } from "../runtimes/package-manifest.ts";
import { wantedStream } from "./event-stream.ts";
import { publicMessage } from "./http-error.ts";
import { bodyObject } from "./json-body.ts";
import { type ProgressingWork, sendProgress } from "./progress-stream.ts";
import { requestCheck } from "./request-check.ts";
import type { ServerDeps } from "./server-deps.ts";

/** Changing what is installed takes a key of this scope even where everybody may run jobs. */
export const CHANGES = { needs: "packages", always: true, counts: "change" } as const;

/** The native routes of packages. */
export function packages(
  group: FastifyInstance,
  deps: ServerDeps,
  errorBody: (error: CrankcaseError, id: string) => object,
): void {
  const { catalogue, packages: manager, log, access } = deps;
  const requireRequest = requestCheck<PackageRequest>(PackageRequestShape);
  const read = (request: FastifyRequest): PackageRequest => requireRequest(bodyObject(request.body));
  group.get("/packages", { config: { needs: "run" } }, async () =>
    (await manager.list()).map((listing) => packageInfo(listing, catalogue)),
  );
  group.post("/packages", { config: CHANGES }, async (request, reply) => {
    const wanted = read(request);
    if (wanted.from !== undefined && !access.isOperator(request.raw.socket)) throw notTheOperator();
    const change = wanted.upgrade === true ? manager.upgrade : manager.install;
    const install: ProgressingWork = async (progress, signal) =>
      packageChange(await change(versionOf(wanted), { progress, signal, bundle: wanted.from }), catalogue);
    const format = wantedStream(request);
    if (format !== null)
      return await sendProgress(reply, format, install, { log, errorBody, ended: deps.ended });
    // Who asks for no progress may have a client that gives up sooner: the installation goes on.
    return await install(silentProgress, deps.ended);
  });
  group.delete("/packages", { config: CHANGES }, async (request) =>
    packageChange(await manager.uninstall(versionOf(read(request)), deps.ended), catalogue),
  );
}

/** A path of this machine's is nobody else's business. */
function notTheOperator(): CrankcaseError {
  return new CrankcaseError("forbidden", "from is for who is root on the server's machine");
}

function versionOf({ name, version = "*" }: PackageRequest): WantedVersion {
  return { name, range: version };
}

/** What went wrong with a package or the configuration, which only those hear of who may change it. */
const TOLD: ReadonlySet<ErrorCode> = new Set([
  "base_missing",
  "package_unavailable",
  "archive_refused",
  "disk_full",
  "package_failed",
  "invalid_definition",
  "invalid_config",
]);

/** An error's message for its caller: the whole of it where an installation or a reload failed. */
export function errorMessage(error: CrankcaseError): string {
  return TOLD.has(error.code) ? error.message : publicMessage(error);
}

function packageInfo(listing: PackageListing, catalogue: Catalogue): PackageInfo {
  const { name, version, installed, suite, sizeMb, pistonLanguages } = listing;
  const languages = [...(pistonLanguages ?? languagesOf(name, catalogue))];
  return { name, version, installed, languages, suite, size_mb: sizeMb };
}

function packageChange({ name, version, piston }: PackageManifest, catalogue: Catalogue): PackageChange {
  const languages = piston?.provides.map(({ language }) => language) ?? languagesOf(name, catalogue);
  return { name, version, languages };
}

function languagesOf(name: string, { definitions }: Catalogue): string[] {
  return definitions.filter((it) => it.package === name).map(({ language }) => language);
}
