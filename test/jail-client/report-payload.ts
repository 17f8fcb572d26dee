import { PayloadWriter } from "../../src/jail/payload-writer.ts";

/** Fields of REPORT that a test may choose; the others have fixed values. */
export interface ReportFields {
  readonly cause?: number;
  readonly flags?: number;
  readonly exitCode?: number;
  readonly signal?: number;
}

/** The payload of REPORT: by default of a program that exited with 0. */
export function reportPayload({ cause = 0, flags = 0, exitCode = 0, signal = 0 }: ReportFields = {}): Buffer {
  const codes = Buffer.alloc(8);
  codes.writeInt32LE(exitCode, 0);
  codes.writeInt32LE(signal, 4);
  const head = new PayloadWriter().u8(cause).u8(flags).u16(0).end();
  const tail = new PayloadWriter().u64(1_500_000).u64(250_000).u64(4096).u64(11).u64(12).end();
  return Buffer.concat([head, codes, tail]);
}
