import { PROTOCOL_VERSION } from "./frame.ts";
import type {
  Gate,
  JailFile,
  JailLimits,
  JailRoot,
  StageInput,
  StageLimits,
  StageRequest,
  TerminalSize,
} from "./jail.ts";
import { PayloadWriter } from "./payload-writer.ts";

/** What a jail is for: running a job, or building a package. */
export type JailKind = "job" | "build";

const KINDS: Record<JailKind, number> = { job: 0, build: 1 };
const INPUTS = { none: 0, file: 1, stream: 2 } as const;
const TERMINAL = 3;
const GATES: Record<Gate, number> = { open: 1, read: 2 };

/** Flags of FILE. */
const EXECUTABLE = 1;
const LATER = 2;

/** Bytes of a file's content that one FILE carries at most: with the longest path it stays below a frame's bound. */
const FILE_PIECE_BYTES = 512 * 1024;

/** Flag of ATTACH. */
const ALLOW_32BIT = 1;

/** Limits in the order of docs/jailer-protocol.md. */
const LIMITS: readonly (keyof StageLimits)[] = [
  "wallTimeMs",
  "cpuTimeMs",
  "memoryBytes",
  "processes",
  "openFiles",
  "fileSizeBytes",
  "stackBytes",
  "stdoutBytes",
  "stderrBytes",
];

/** Payload of OPEN. */
export function openPayload(kind: JailKind): Buffer {
  return new PayloadWriter().u32(PROTOCOL_VERSION).u8(KINDS[kind]).end();
}

/** Payload of ATTACH. */
export function attachPayload(root: JailRoot, limits: JailLimits): Buffer {
  const flags = root.allow32bit === true ? ALLOW_32BIT : 0;
  const payload = new PayloadWriter().string(root.base).list(root.layers);
  return payload.u64(limits.diskBytes).u64(limits.inodes).u32(flags).end();
}

/** What a start may be noted under: at most 128 of these (docs/jailer-protocol.md). */
const START_NAME = /^[A-Za-z0-9._/-]{1,128}$/;

/** Payload of NAME. Throws RangeError for a name that no start can be noted under. */
export function namePayload(name: string): Buffer {
  if (!START_NAME.test(name))
    throw new RangeError("a start's name has 1 to 128 letters, digits, '.', '_', '/' and '-'");
  return new PayloadWriter().string(name).end();
}

/** Payloads of the FILE frames that bring a file, content and all. */
export function* filePayloads({ name, content, executable = false }: JailFile): Generator<Buffer> {
  const flags = executable ? EXECUTABLE : 0;
  let start = 0;
  do {
    const piece = content.subarray(start, start + FILE_PIECE_BYTES);
    yield new PayloadWriter().string(name).u8(flags).bytes(piece).end();
    start += piece.length;
  } while (start < content.length);
}

/** Payload of the FILE that names a file whose content comes later. */
export function laterFilePayload({ name, executable = false }: JailFile): Buffer {
  return new PayloadWriter()
    .string(name)
    .u8((executable ? EXECUTABLE : 0) | LATER)
    .bytes(Buffer.alloc(0))
    .end();
}

/** Payload of AHEAD: STAGE's with its gate in front. The same errors. */
export function aheadPayload(stage: StageRequest, gate: Gate): Buffer {
  return Buffer.concat([Buffer.of(GATES[gate]), stagePayload(stage)]);
}

/** Payload of STAGE. Throws RangeError when the request holds a NUL, or a limit that is not a whole number above 0. */
export function stagePayload(stage: StageRequest): Buffer {
  const environment = Object.entries(stage.env).map(([name, value]) => `${name}=${value}`);
  const payload = new PayloadWriter().list(stage.argv).list(environment).string(stage.cwd);
  writeInput(payload, stage.stdin);
  for (const limit of LIMITS) payload.u64(finite(limit, stage.limits[limit]));
  return payload.end();
}

function finite(limit: string, value: number): number {
  const valid = Number.isSafeInteger(value) && value > 0;
  if (!valid) throw new RangeError(`${limit} is ${value}, not a whole number above 0`);
  return value;
}

function writeInput(payload: PayloadWriter, stdin: StageInput): void {
  const size: TerminalSize = typeof stdin === "string" ? { rows: 0, columns: 0 } : stdin;
  payload.u8(typeof stdin === "string" ? INPUTS[stdin] : TERMINAL).u8(0);
  payload.u16(size.rows).u16(size.columns).u16(0);
}
