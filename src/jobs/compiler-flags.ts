import { CrankcaseError } from "../errors/crankcase-error.ts";
import type { Runtime } from "../runtimes/runtime.ts";

/** All flags together: they travel as one variable, which execve(2) bounds by 128 KiB. */
const FLAGS_BYTES = 64 * 1024;

/** Gives back the compiler flags of a request; throws `invalid_request` where the runtime takes none, or not so many. */
export function checkedFlags(flags: readonly string[] = [], runtime: Runtime): readonly string[] {
  if (flags.length > 0 && !runtime.compilerFlags) {
    throw refused(`compiler_flags: ${runtime.language} takes none`);
  }
  const bytes = flags.reduce((sum, flag) => sum + Buffer.byteLength(flag) + 1, 0);
  if (bytes <= FLAGS_BYTES) return flags;
  throw refused(`compiler_flags takes ${bytes} bytes; ${FLAGS_BYTES} are allowed`);
}

function refused(message: string): CrankcaseError {
  return new CrankcaseError("invalid_request", message, { field: "compiler_flags" });
}
