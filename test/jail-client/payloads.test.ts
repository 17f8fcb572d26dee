import { describe, expect, test } from "vitest";
import { decodeError } from "../../src/jail/error-frame.ts";
import { PayloadWriter } from "../../src/jail/payload-writer.ts";
import { decodeReport } from "../../src/jail/report.ts";
import { attachPayload, openPayload, stagePayload } from "../../src/jail/requests.ts";
import { reportPayload } from "./report-payload.ts";
import { stageRequest } from "./stage-request.ts";

/** Little-endian bytes of `size` bytes. */
function le(size: number, value: number): number[] {
  return Array.from({ length: size }, (_, index) => Math.floor(value / 256 ** index) % 256);
}

function text(value: string): number[] {
  const bytes = [...Buffer.from(value), 0];
  return [...le(4, bytes.length), ...bytes];
}

const limitBytes = [1000, 2000, 2 ** 33, 4, 5, 6, 7, 8, 9].flatMap((value) => le(8, value));

function stageBytes(input: number[]): number[] {
  const argv = [...le(4, 2), ...text("/bin/cat"), ...text("é")];
  return [...argv, ...le(4, 1), ...text("HOME=/tmp"), ...text("/box/submission"), ...input, ...limitBytes];
}

describe("requests are, byte for byte, what docs/jailer-protocol.md says", () => {
  test("OPEN", () => {
    expect([...openPayload("job")]).toEqual([1, 0, 0, 0, 0]);
    expect([...openPayload("build")]).toEqual([1, 0, 0, 0, 1]);
  });

  test.each([
    [{}, 0],
    [{ allow32bit: false }, 0],
    [{ allow32bit: true }, 1],
  ])("ATTACH with %j", (flags, bits) => {
    const root = { base: "trixie", layers: ["a/1", "b/2"], ...flags };
    const payload = attachPayload(root, { diskBytes: 10, inodes: 20 });
    const names = [...text("trixie"), ...le(4, 2), ...text("a/1"), ...text("b/2")];
    expect([...payload]).toEqual([...names, ...le(8, 10), ...le(8, 20), ...le(4, bits)]);
  });

  test.each([
    ["none" as const, [0, 0, 0, 0, 0, 0, 0, 0]],
    ["file" as const, [1, 0, 0, 0, 0, 0, 0, 0]],
    ["stream" as const, [2, 0, 0, 0, 0, 0, 0, 0]],
    [{ rows: 24, columns: 258 }, [3, 0, 24, 0, 2, 1, 0, 0]],
  ])("STAGE with stdin %j", (stdin, input) => {
    expect([...stagePayload({ ...stageRequest, stdin })]).toEqual(stageBytes(input));
  });
});

test.each([0, 1, 507, 508, 509, 510, 511, 512, 513, 200_000])(
  "fields behind %d bytes, and those bytes themselves, are written whole, however much room there was before",
  (length) => {
    const data = Buffer.alloc(length, "x");
    const payload = new PayloadWriter()
      .bytes(data)
      .u8(1)
      .u16(2)
      .u32(3)
      .u64(4)
      .string("text")
      .bytes(data)
      .end();
    const fields = [1, ...le(2, 2), ...le(4, 3), ...le(8, 4), ...text("text")];
    expect(
      payload.equals(Buffer.from([...le(4, length), ...data, ...fields, ...le(4, length), ...data])),
    ).toBe(true);
  },
);

test("a text with a NUL is not sent: the program would see it cut off there", () => {
  expect(() => stagePayload({ ...stageRequest, argv: ["/bin/echo", "a\0b"] })).toThrow(RangeError);
  expect(() => stagePayload({ ...stageRequest, env: { A: "\0" } })).toThrow(RangeError);
});

test.each([0, -1, 1.5, Number.POSITIVE_INFINITY, Number.NaN])("a limit of %d is not sent", (memoryBytes) => {
  const limits = { ...stageRequest.limits, memoryBytes };
  expect(() => stagePayload({ ...stageRequest, limits })).toThrow("memoryBytes");
});

describe("REPORT", () => {
  test("times come in ms with their fraction, sizes in bytes", () => {
    expect(decodeReport(reportPayload({ exitCode: 7, flags: 1 }))).toEqual({
      cause: "exited",
      exitCode: 7,
      signal: null,
      wallTimeMs: 1.5,
      cpuTimeMs: 0.25,
      memoryBytes: 4096,
      processLimitHit: true,
      stdoutBytes: 11,
      stderrBytes: 12,
    });
  });

  test.each([
    [11, "SIGSEGV"],
    [6, "SIGABRT"],
    [9, "SIGKILL"],
    [33, "SIG33"],
    [34, "SIGRTMIN+0"],
    [64, "SIGRTMIN+30"],
  ])("signal %i is %s, and there is no exit code", (signal, name) => {
    const report = decodeReport(reportPayload({ cause: 1, exitCode: -1, signal }));
    expect(report).toMatchObject({ cause: "signaled", exitCode: null, signal: name });
  });

  test.each([
    [2, "wall-time"],
    [3, "cpu-time"],
    [4, "memory"],
    [5, "stdout"],
    [6, "stderr"],
  ])("cause %i is %s", (cause, name) => {
    expect(decodeReport(reportPayload({ cause, signal: 9 })).cause).toBe(name);
  });

  test("one that is too short, too long or of an unknown cause is refused", () => {
    const payload = reportPayload();
    expect(() => decodeReport(payload.subarray(1))).toThrow("before its last field");
    expect(() => decodeReport(Buffer.concat([payload, Buffer.alloc(1)]))).toThrow("1 bytes follow");
    expect(() => decodeReport(reportPayload({ cause: 7 }))).toThrow("no cause 7");
  });
});

describe("ERROR", () => {
  function errorPayload(code: number, step: string, path: string, errno: number): Buffer {
    return Buffer.concat([new PayloadWriter().u8(code).string(step).string(path).u32(errno).end()]);
  }

  test.each([
    [1, 0, "jailer_failed", "read frame: /x"],
    [2, 0, "busy", "read frame: /x"],
    [3, 0, "jailer_failed", "read frame: /x"],
    [3, 28, "submission_too_large", "read frame: /x: ENOSPC"],
    [4, 28, "jailer_failed", "read frame: /x: ENOSPC"],
    [4, 1, "jailer_failed", "read frame: /x: EPERM"],
  ])("code %i with errno %i is %s", (code, errno, name, message) => {
    expect(decodeError(errorPayload(code, "read frame", "/x", errno))).toMatchObject({ code: name, message });
  });

  test("a text without its NUL, or with one inside, is refused", () => {
    expect(() => decodeError(Buffer.from([4, 1, 0, 0, 0, 65]))).toThrow("NUL");
    expect(() => decodeError(Buffer.from([4, 3, 0, 0, 0, 65, 0, 0]))).toThrow("NUL");
    expect(() => decodeError(Buffer.from([4, 0, 0, 0, 0]))).toThrow("NUL");
  });
});

test("a field is whole wherever in a long payload it lies", () => {
  // One of these lies across each place at which a writer may want more room.
  for (let before = 0; before < 1_200; before += 1) {
    const filled = Buffer.alloc(before, 7);
    const content = Buffer.alloc(before * 3, 9);
    const payload = new PayloadWriter()
      .bytes(filled)
      .u8(1)
      .u16(2)
      .u32(3)
      .u64(4)
      .string("é")
      .bytes(content)
      .end();
    const fields = [...le(4, before), ...filled, 1, ...le(2, 2), ...le(4, 3), ...le(8, 4), ...text("é")];
    expect(payload.equals(Buffer.from([...fields, ...le(4, content.length), ...content]))).toBe(true);
  }
});
