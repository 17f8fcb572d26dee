/** What libFuzzer fuzzes of the jailer: the files of that name in jailer/fuzz, in the order in which they run. */
export const FUZZ_TARGETS = ["conversation", "init", "files", "figures", "arguments"] as const;

/** One of them. */
export type FuzzTarget = (typeof FUZZ_TARGETS)[number];
