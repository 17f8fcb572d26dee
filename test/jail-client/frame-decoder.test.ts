import { expect, test } from "vitest";
import { encodeHeader, type Frame, HEADER_BYTES, MAX_PAYLOAD_BYTES } from "../../src/jail/frame.ts";
import { FrameDecoder } from "../../src/jail/frame-decoder.ts";

function bytesOf(frame: Frame): Buffer {
  const { type, stage, payload } = frame;
  return Buffer.concat([encodeHeader({ type, stage, payloadBytes: payload.length }), payload]);
}

function framesOf(decoder: FrameDecoder, chunk: Buffer): Frame[] {
  decoder.push(chunk);
  const frames: Frame[] = [];
  for (let frame = decoder.next(); frame !== undefined; frame = decoder.next()) frames.push(frame);
  return frames;
}

test("frames arrive whole when every byte comes alone", () => {
  const frames = [
    { type: 65, stage: 1, payload: Buffer.from("one") },
    { type: 66, stage: 258, payload: Buffer.alloc(0) },
    { type: 65, stage: 65_535, payload: Buffer.from("three") },
  ];
  const decoder = new FrameDecoder();
  const bytes = Buffer.concat(frames.map(bytesOf));
  const decoded = [...bytes].flatMap((byte) => framesOf(decoder, Buffer.from([byte])));
  expect(decoded).toEqual(frames);
});

test("a payload that lies in one chunk is not copied", () => {
  const chunk = bytesOf({ type: 65, stage: 1, payload: Buffer.alloc(5000, "x") });
  const [frame] = framesOf(new FrameDecoder(), chunk);
  expect(frame?.payload.buffer).toBe(chunk.buffer);
  expect(frame?.payload.byteOffset).toBe(chunk.byteOffset + HEADER_BYTES);
});

test("a payload of the greatest length arrives, and a longer one is refused before it is read", () => {
  const payload = Buffer.alloc(MAX_PAYLOAD_BYTES, "x");
  expect(framesOf(new FrameDecoder(), bytesOf({ type: 65, stage: 1, payload }))).toHaveLength(1);

  const header = Buffer.from([0x01, 0x00, 0x10, 0x00, 1, 0, 65, 0]);
  expect(() => framesOf(new FrameDecoder(), header)).toThrow("1048577 bytes");
});

test("a frame whose reserved byte is set is refused", () => {
  const header = Buffer.from([0, 0, 0, 0, 1, 0, 65, 1]);
  expect(() => framesOf(new FrameDecoder(), header)).toThrow("reserved byte");
});

test("a frame longer than the protocol allows is not sent", () => {
  expect(() => encodeHeader({ type: 5, stage: 1, payloadBytes: MAX_PAYLOAD_BYTES + 1 })).toThrow(RangeError);
});
