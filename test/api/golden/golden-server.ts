import { keyRing } from "../../../src/access/key-ring.ts";
import type { JobResult } from "../../../src/api/job-result.ts";
import { CrankcaseError } from "../../../src/errors/crankcase-error.ts";
import type { ServerDeps } from "../../../src/http/server-deps.ts";
import { resolveJob } from "../../../src/jobs/resolve-job.ts";
import { sampleCatalogue, sampleConfig } from "../../jobs/sample-runtimes.ts";
import { HI, sampleResult, sampleServer } from "../sample-server.ts";

const KILLED = { exit_code: null, signal: "SIGKILL", stdout: "", stderr: "", output: "" } as const;

/** What becomes of a job here, by what its main file says. */
export const RESULTS: Readonly<Record<string, Pick<JobResult, "compile" | "run">>> = {
  hi: { run: HI },
  AAAA: { run: HI },
  fails: { run: { ...HI, exit_code: 3, message: "exited with status 3" } },
  crashes: { run: { ...HI, ...KILLED, signal: "SIGSEGV", cause: "signaled", message: "died of SIGSEGV" } },
  sleeps: { run: { ...HI, ...KILLED, cause: "wall_time", message: "wall time limit exceeded" } },
  spins: { run: { ...HI, ...KILLED, cause: "cpu_time", message: "CPU time limit exceeded" } },
  grows: { run: { ...HI, ...KILLED, cause: "memory", message: "memory limit exceeded" } },
  floods: { run: { ...HI, ...KILLED, cause: "stdout", message: "stdout limit exceeded" } },
  complains: { run: { ...HI, ...KILLED, cause: "stderr", message: "stderr limit exceeded" } },
  compiles: { compile: { ...HI, stdout: "", stderr: "warning\n", output: "warning\n" }, run: HI },
  broken: {
    compile: {
      ...HI,
      stdout: "",
      stderr: "error\n",
      output: "error\n",
      exit_code: 1,
      message: "exited with status 1",
    },
  },
  long: {
    run: {
      ...HI,
      stdout: `${"é".repeat(65_534)}😀`,
      stderr: "e".repeat(65_535),
      output: " x ".repeat(30_000),
    },
  },
};

/** The server that the cases are meant for: its jobs are resolved for good, and end as their main file says. */
export function goldenServer() {
  const [catalogue, limits] = [sampleCatalogue(), sampleConfig()];
  const execute: ServerDeps["execute"] = async ({ id, request }) => {
    const { runtime } = resolveJob(id, request, { catalogue, limits });
    const [{ content = "" } = {}] = request.files;
    if (content === "busy") throw new CrankcaseError("busy", "full", { retryAfterSeconds: 7 });
    if (content === "bug") throw new TypeError("undefined is not a secret");
    const { language, version } = runtime;
    return { ...sampleResult(RESULTS[content] ?? {}), id, language, version };
  };
  const unknown = () =>
    Promise.reject(new CrankcaseError("unknown_package", "There is no package of this name"));
  const packages: ServerDeps["packages"] = {
    list: () =>
      Promise.resolve([
        {
          name: "lua",
          version: "5.4.7",
          installed: false,
          suite: "trixie",
          sizeMb: 1,
          provides: ["lua"],
          pistonLanguages: null,
        },
      ]),
    install: async ({ name }) => (name === "lua" ? { name, version: "5.4.7" } : await unknown()) as never,
    upgrade: unknown,
    uninstall: async ({ name }) => {
      if (name === "gcc") throw new CrankcaseError("package_failed", "rm: it does not go");
      return await unknown();
    },
  };
  const access = { keys: keyRing([]), isOpen: true, isLocal: true, faults: [], isOperator: () => true };
  return sampleServer({ catalogue, limits, execute, packages, access, bodyLimitBytes: 2_000_000 });
}
