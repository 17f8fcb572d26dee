import { INSTALL_ERRORS, REMOVAL_ERRORS } from "./job-errors.ts";
import { listOf, type Operation, ok, one, streamable } from "./operation.ts";

const ROUTE = "/api/crankcase/v1/packages";

const EXAMPLE = { name: "python", version: "3.x" };

const CHANGED = { name: "python", version: "3.13.5", languages: ["python"] };

/** Operations of the native API about packages. */
export const packageOperations: readonly Operation[] = [
  {
    method: "GET",
    route: ROUTE,
    id: "listPackages",
    tag: "packages",
    summary: "List what is installed, and what can be",
    needs: "run",
    answers: [ok("Every package.", listOf("PackageInfo"))],
    errorShape: "Error",
  },
  {
    method: "POST",
    route: ROUTE,
    id: "installPackage",
    tag: "packages",
    summary: "Install or upgrade a package",
    description:
      "May take minutes; with `Accept: text/event-stream` or `application/x-ndjson` it tells its progress.",
    needs: "packages",
    always: true,
    counts: "change",
    body: { shape: "PackageRequest", example: EXAMPLE },
    answers: [streamable("What was installed.", one("PackageChange"), CHANGED)],
    errors: INSTALL_ERRORS,
    errorShape: "Error",
  },
  {
    method: "DELETE",
    route: ROUTE,
    id: "removePackage",
    tag: "packages",
    summary: "Remove a package",
    needs: "packages",
    always: true,
    counts: "change",
    body: { shape: "PackageRequest", example: EXAMPLE },
    answers: [ok("What was removed.", one("PackageChange"), CHANGED)],
    errors: REMOVAL_ERRORS,
    errorShape: "Error",
  },
];
