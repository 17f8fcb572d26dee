import type { BenchPlace } from "./bench-place.ts";
import { type JailRun, type Span, timeJailRun } from "./jail-run.ts";
import type { PreparedProgram } from "./prepared-program.ts";
import type { Variant } from "./variant.ts";

const ENVIRONMENT = { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: "/tmp", LANG: "C.UTF-8" };

/** Seconds for `timeout` in an executioner, as the daemon sets them for a run of 3 seconds. */
const EXECUTIONER_SECONDS = "4";

/** The jailer alone, spoken to over its socket without a daemon. */
export function jailerVariants(prepared: PreparedProgram, place: BenchPlace): Variant[] {
  const { argv, language, mainFile } = prepared.program;
  const direct = jailRun(prepared, place, argv, ENVIRONMENT);
  const variants = [
    variant(prepared, "jailer: open to report", direct, "open to report"),
    variant(prepared, "jailer: open to gone", direct, "open to gone"),
    variant(prepared, "jailer: jail opened ahead", direct, "stage"),
  ];
  if (language === undefined) return variants;
  const environment = { ...ENVIRONMENT, CRANKCASE_TIMEOUT_SECONDS: EXECUTIONER_SECONDS };
  const executed = jailRun(prepared, place, [`/executioners/${language}/run`, mainFile], environment);
  return [...variants, variant(prepared, "jailer: ahead, by the executioner", executed, "stage")];
}

function variant(prepared: PreparedProgram, way: string, run: JailRun, span: Span): Variant {
  return { program: prepared.program.title, way, baseline: false, run: () => timeJailRun(run, span) };
}

function jailRun(
  prepared: PreparedProgram,
  place: BenchPlace,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
): JailRun {
  const { installed, files, output } = prepared;
  const root = { base: installed.base, layers: installed.layers };
  return { socketPath: place.socketPath, root, files, argv, env, output };
}
