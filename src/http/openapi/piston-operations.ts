import { INSTALL_ERRORS, JOB_ERRORS, REMOVAL_ERRORS } from "./job-errors.ts";
import { EXAMPLE_RUNTIME } from "./job-examples.ts";
import { listOf, type Operation, ok, one, streamable } from "./operation.ts";

const V2_PREFIXES = { "": "/api/v2", Public: "/api/v2/piston" };
const V1_PREFIXES = { "": "", Public: "/api/v1/piston" };

const HELLO = { language: "python", version: "3.x", files: [{ name: "main.py", content: 'print("hi")' }] };
const PACKAGE = { language: "python", version: "3.x" };

/** Of its own prefix, and of the one that Piston's public server had. */
export const pistonOperations: readonly Operation[] = [
  ...Object.entries(V2_PREFIXES).flatMap(([name, prefix]) => v2Operations(`v2${name}`, prefix)),
  ...Object.entries(V1_PREFIXES).flatMap(([name, prefix]) => v1Operations(`v1${name}`, prefix)),
];

function v2Operations(name: string, prefix: string): Operation[] {
  const piston = { tag: "piston-v2", errorShape: "PistonError" } as const;
  const { language, version, aliases } = EXAMPLE_RUNTIME;
  return [
    {
      ...piston,
      method: "GET",
      route: `${prefix}/runtimes`,
      id: `${name}Runtimes`,
      summary: "List what can be run",
      needs: "run",
      answers: [ok("Every runtime.", listOf("PistonRuntime"), [{ language, version, aliases }])],
    },
    {
      ...piston,
      method: "POST",
      route: `${prefix}/execute`,
      id: `${name}Execute`,
      summary: "Run a job",
      needs: "run",
      counts: "job",
      body: { shape: "PistonExecute", example: HELLO },
      answers: [streamable("What became of the job.", one("PistonAnswer"))],
      errors: JOB_ERRORS,
    },
    {
      ...piston,
      method: "GET",
      route: `${prefix}/connect`,
      id: `${name}Connect`,
      summary: "Talk to a job, by WebSocket",
      description:
        "Messages are JSON: `init` with execute's body first, then `data`, `signal`, `eof` and `resize` to the job, and `runtime`, `stage`, `data`, `exit` and `error` from it. The key may stand in `init`, as `key`. A request that asks for no WebSocket is answered 404.",
      needs: "nothing",
      answers: [{ status: 101, description: "The connection speaks WebSocket from here on.", content: {} }],
      errors: ["forbidden", "not_found"],
    },
    {
      ...piston,
      method: "GET",
      route: `${prefix}/packages`,
      id: `${name}Packages`,
      summary: "List what is installed, and what can be",
      needs: "run",
      answers: [ok("Every package.", listOf("PistonPackage"))],
    },
    {
      ...piston,
      method: "POST",
      route: `${prefix}/packages`,
      id: `${name}Install`,
      summary: "Install a package",
      needs: "packages",
      always: true,
      counts: "change",
      body: { shape: "PistonPackageRequest", example: PACKAGE },
      answers: [streamable("What was installed.", one("PistonPackageChange"))],
      errors: INSTALL_ERRORS,
    },
    {
      ...piston,
      method: "DELETE",
      route: `${prefix}/packages`,
      id: `${name}Uninstall`,
      summary: "Remove a package",
      needs: "packages",
      always: true,
      counts: "change",
      body: { shape: "PistonPackageRequest", example: PACKAGE },
      answers: [ok("What was removed.", one("PistonPackageChange"))],
      errors: REMOVAL_ERRORS,
    },
  ];
}

function v1Operations(name: string, prefix: string): Operation[] {
  const piston = { tag: "piston-v1", errorShape: "PistonError", needs: "run" } as const;
  return [
    {
      ...piston,
      method: "GET",
      route: `${prefix}/versions`,
      id: `${name}Versions`,
      summary: "List what can be run",
      answers: [ok("Every language, by its name in v1.", listOf("V1Version"))],
    },
    {
      ...piston,
      method: "POST",
      route: `${prefix}/execute`,
      id: `${name}Execute`,
      summary: "Run a program",
      counts: "job",
      body: { shape: "V1Request", example: { language: "python3", source: 'print("hi")' } },
      answers: [ok("What became of it.", one("V1Answer"))],
      errors: JOB_ERRORS,
    },
  ];
}
