import type { Mistake } from "./golden-case.ts";

/** The limits of a body, in the order in which they are checked, and the most that may be asked for. */
export const LIMITS = [
  ["compile_memory_limit", 2_147_483_648],
  ["run_memory_limit", 1_073_741_824],
  ["compile_timeout", 10_000],
  ["run_timeout", 3_000],
  ["compile_cpu_time", 10_000],
  ["run_cpu_time", 3_000],
] as const;

/** Every message of v2's execute, in the order in which they are checked. */
export const V2_MISTAKES: readonly Mistake[] = [
  ["language is required as a string", { language: undefined }],
  ["version is required as a string", { version: 3 }],
  ["files is required as an array", { files: { content: "" } }],
  ["files[1].content is required as a string", { files: [{ content: "" }, { name: "b" }] }],
  ["nope-1.x runtime is unknown", { language: "nope", version: "1.x" }],
  ["files must include at least one utf8 encoded file", { files: [{ content: "00", encoding: "hex" }] }],
  ...LIMITS.map(([name], index): Mistake => limitMistake(name, index % 3)),
];

/** One of the three mistakes that can be made with a limit. */
export function limitMistake(name: string, kind: number): Mistake {
  const [, maximum = 0] = LIMITS.find(([limit]) => limit === name) ?? [];
  const kinds: readonly Mistake[] = [
    [`If specified, ${name} must be a number`, { [name]: "1" }],
    [`${name} cannot exceed the configured limit of ${maximum}`, { [name]: maximum + 1 }],
    [`${name} must be non-negative`, { [name]: -2 }],
  ];
  return kinds[kind] ?? ["", {}];
}
