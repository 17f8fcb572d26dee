/** Variables of Piston's that set nothing here, and why. */
export const NEEDLESS: Readonly<Record<string, (text: string) => string>> = {
  PISTON_DISABLE_NETWORKING: (text) =>
    text.toLowerCase() === "false"
      ? "jobs never have a network here: programs that need one cannot run. The service would not start with this variable in its environment"
      : "jobs never have a network here, with or without it",
};

/** What to know where Piston's configured value is kept. */
const KEPT: Readonly<Record<string, (text: string) => string | null>> = {
  PISTON_BIND_ADDRESS: (text) =>
    /^(127\.|localhost:|\[::1\]:)/.test(text)
      ? null
      : `${text} is open to the network: callers need a key there. crankcase keys create NAME makes one`,
  PISTON_DATA_DIRECTORY: (text) =>
    `Crankcase would make packages of its own in ${text}; Piston's cannot be used. Without data_dir they lie in /var/lib/crankcase`,
  PISTON_RUNNER_UID_MIN: (text) =>
    `uids from ${text} up were free in Piston's container; on this machine they may be people's. Without runner_uid_min they begin at 66000`,
  PISTON_REPO_URL: (text) =>
    `packages of ${text} can be installed again, beside Crankcase's own; the address must be one that this machine reaches, and not a name inside of compose`,
  PISTON_OUTPUT_MAX_SIZE: () => "what a program wrote before it reached the limit of its output is kept",
};

/** Variables whose defaults differ: what holds when they are not set. */
const UNSET: Readonly<Record<string, string>> = {
  PISTON_BIND_ADDRESS: "it listens on 127.0.0.1:2000 (Piston: on every address)",
  PISTON_OUTPUT_MAX_SIZE: "each output stream may have 64 KiB (Piston: 1024 bytes)",
  PISTON_RUN_MEMORY_LIMIT: "a run gets 512 MiB unasked and at most 1 GiB (Piston: endless)",
  PISTON_COMPILE_MEMORY_LIMIT: "a compilation gets 1 GiB unasked and at most 2 GiB (Piston: endless)",
  PISTON_MAX_CONCURRENT_JOBS:
    "4 jobs a core, at least 16, hold a jail at one time (Piston: 64); 256 more wait",
};

/** Limits that are endless in Piston when they are 0 or below. */
const LIMIT = /^PISTON_(MAX_(PROCESS_COUNT|OPEN_FILES|FILE_SIZE)|OUTPUT_MAX_SIZE|(COMPILE|RUN)_\w+)$/;

/** A sentence where a value means "endless" in Piston. */
export function endlessNote(name: string, text: string): string[] {
  return LIMIT.test(name) && Number(text) <= 0
    ? [`${name}=${text} is endless in Piston; nothing is endless here, so that it becomes a large number`]
    : [];
}

/** What to know of a variable that was taken over with this text. */
export function valueNotes(name: string, text: string): string[] {
  const note = KEPT[name]?.(text) ?? null;
  return note === null ? [] : [`${name}: ${note}`];
}

/** What holds for variables that are not set, where that is not what Piston does. */
export function unsetNotes(set: ReadonlySet<string>): string[] {
  return Object.entries(UNSET).flatMap(([name, note]) =>
    set.has(name) ? [] : [`${name} is not set: ${note}`],
  );
}
