import fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";
import { CrankcaseError } from "../../src/errors/crankcase-error.ts";
import { decodeError } from "../../src/jail/error-frame.ts";
import { encodeHeader, type Frame, HEADER_BYTES, MAX_PAYLOAD_BYTES } from "../../src/jail/frame.ts";
import { FrameDecoder } from "../../src/jail/frame-decoder.ts";
import { PayloadReader } from "../../src/jail/payload-reader.ts";
import { PayloadWriter } from "../../src/jail/payload-writer.ts";
import { decodeReport } from "../../src/jail/report.ts";
import { PATIENCE_MS, runs } from "./runs.ts";

vi.setConfig({ testTimeout: PATIENCE_MS });

afterEach(() => {
  vi.restoreAllMocks();
});

const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((data) => Buffer.from(data));

const payload = fc.oneof(
  bytes(40),
  fc.integer({ min: 0, max: 80_000 }).map((size) => Buffer.alloc(size, "x")),
);

const frame: fc.Arbitrary<Frame> = fc.record({
  type: fc.integer({ min: 0, max: 255 }),
  stage: fc.integer({ min: 0, max: 65_535 }),
  payload,
});

/** Sizes of the pieces in which a stream arrives, over and over. */
const cuts = fc.array(fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 65_536 })), {
  minLength: 1,
  maxLength: 20,
});

function bytesOf({ type, stage, payload }: Frame): Buffer {
  return Buffer.concat([encodeHeader({ type, stage, payloadBytes: payload.length }), payload]);
}

function decode(stream: Buffer, sizes: readonly number[]): Frame[] {
  const decoder = new FrameDecoder();
  const frames: Frame[] = [];
  for (let start = 0, index = 0; start < stream.length; index += 1) {
    const end = start + (sizes[index % sizes.length] ?? 1);
    decoder.push(stream.subarray(start, end));
    for (let next = decoder.next(); next !== undefined; next = decoder.next()) frames.push(next);
    start = end;
  }
  return frames;
}

/** What an action gives, or undefined where it throws what it may throw. */
function orRefused<Result>(action: () => Result): Result | undefined {
  try {
    return action();
  } catch (error) {
    expect(error).toBeInstanceOf(CrankcaseError);
    expect((error as CrankcaseError).code).toMatch(/^(jailer_failed|busy|submission_too_large)$/);
    return undefined;
  }
}

test("frames arrive whole and in order wherever the chunks end", () => {
  const property = fc.property(fc.array(frame, { maxLength: 12 }), cuts, (frames, sizes) => {
    expect(decode(Buffer.concat(frames.map(bytesOf)), sizes)).toEqual(frames);
  });
  fc.assert(property, runs(200));
});

test("any bytes are frames or a breach of the protocol, however they are cut, and take no more memory than a frame may", () => {
  const sizes = vi.spyOn(Buffer, "allocUnsafe");
  const header = fc
    .record({
      length: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 2 ** 32 - 1 })),
      rest: bytes(40),
    })
    .map(({ length, rest }) => {
      const start = Buffer.alloc(4);
      start.writeUInt32LE(length);
      return Buffer.concat([start, rest]);
    });
  const property = fc.property(fc.oneof(header, bytes(200)), cuts, (stream, pieces) => {
    const whole = orRefused(() => decode(stream, [stream.length + 1]));
    expect(orRefused(() => decode(stream, pieces))).toEqual(whole);
  });
  fc.assert(property, runs(2_000));
  expect(Math.max(...sizes.mock.calls.map(([size]) => size))).toBeLessThanOrEqual(MAX_PAYLOAD_BYTES);
});

test("a header of more than a frame may carry is neither written nor read", () => {
  const property = fc.property(
    fc.integer({ min: MAX_PAYLOAD_BYTES + 1, max: 2 ** 32 - 1 }),
    (payloadBytes) => {
      expect(() => encodeHeader({ type: 1, stage: 0, payloadBytes })).toThrow(RangeError);
      const header = Buffer.alloc(HEADER_BYTES);
      header.writeUInt32LE(payloadBytes);
      expect(orRefused(() => decode(header, [HEADER_BYTES]))).toBeUndefined();
    },
  );
  fc.assert(property, runs(100));
});

/** A field of a payload: how it is written, and how it is read. */
const field = fc.oneof(
  fc.integer({ min: 0, max: 255 }).map((value) => ({ kind: "u8" as const, value })),
  fc.integer({ min: 0, max: 65_535 }).map((value) => ({ kind: "u16" as const, value })),
  fc.integer({ min: 0, max: 2 ** 32 - 1 }).map((value) => ({ kind: "u32" as const, value })),
  fc.maxSafeNat().map((value) => ({ kind: "u64" as const, value })),
  fc
    .string({ unit: "binary", maxLength: 700 })
    .filter((text) => !text.includes("\0"))
    .map((value) => ({ kind: "string" as const, value })),
);

test("fields of any kinds, in any order, are read as they were written", () => {
  const property = fc.property(fc.array(field, { maxLength: 30 }), (fields) => {
    const writer = new PayloadWriter();
    for (const { kind, value } of fields) writer[kind](value as never);
    const reader = new PayloadReader(Buffer.from(writer.end()));
    expect(fields.map(({ kind }) => reader[kind]())).toEqual(
      fields.map(({ kind, value }) => (kind === "u64" ? BigInt(value) : value)),
    );
    expect(() => reader.end()).not.toThrow();
  });
  fc.assert(property, runs(500));
});

test("a payload of any bytes is read, or refused as a breach of the protocol", () => {
  const reads = fc.array(fc.constantFrom("u8", "u16", "u32", "i32", "u64", "string", "end"), {
    maxLength: 12,
  });
  const property = fc.property(bytes(80), reads, (data, kinds) => {
    orRefused(() => decodeReport(data));
    orRefused(() => decodeError(data));
    const reader = new PayloadReader(data);
    for (const kind of kinds) orRefused(() => reader[kind as "u8"]());
  });
  fc.assert(property, runs(2_000));
});

test("a report and a failure of any fields are read, or refused as a breach of the protocol", () => {
  const size = 52;
  const report = fc.uint8Array({ minLength: size, maxLength: size }).map((data) => Buffer.from(data));
  fc.assert(
    fc.property(report, fc.integer({ min: 0, max: 8 }), (data, cause) => {
      data.writeUInt8(cause, 0);
      const read = orRefused(() => decodeReport(data));
      expect(read === undefined).toBe(cause > 6);
    }),
    runs(500),
  );
  const text = fc.string({ maxLength: 20 }).filter((value) => !value.includes("\0"));
  fc.assert(
    fc.property(
      fc.nat(255),
      text,
      text,
      fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      (code, step, path, errno) => {
        const failure = decodeError(new PayloadWriter().u8(code).string(step).string(path).u32(errno).end());
        expect(failure.message.startsWith(step)).toBe(true);
      },
    ),
    runs(500),
  );
});
