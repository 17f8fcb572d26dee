import { REQUEST } from "../../src/jail/frame.ts";
import { PayloadWriter } from "../../src/jail/payload-writer.ts";
import { frame } from "./raw-connection.ts";
import {
  ATTACH,
  ahead,
  file,
  LATER,
  NAME,
  OPEN,
  OPEN_BUILD,
  signal,
  stage,
  stdin,
  submission,
} from "./valid-frames.ts";

const HEADER_BYTES = 8;

/** Numbers from 0 up to 1. */
export type Random = () => number;

/** What a peer might say in earnest; nothing about packages, which the tests share. */
function validConversation(kind: "terminal" | "stream" | "ahead" | "build", folder: string): Buffer[] {
  const size = new PayloadWriter().u16(50).u16(100).end();
  const start = [
    OPEN,
    ATTACH,
    NAME,
    file("submission/file", 0, "x"),
    file("submission/file", 0, "y"),
    file("stdin.stdin"),
  ];
  const end = frame(REQUEST.stdinEnd, 1);
  const talk = [stage(1), stdin(10), signal(28 /* SIGWINCH, which cat ignores */), stdin(1000), end];
  switch (kind) {
    case "terminal":
      return [
        ...start,
        stage(1, { stdin: { rows: 2, columns: 2 } }),
        frame(REQUEST.resize, 1, size),
        stdin(10),
        end,
      ];
    case "stream":
      return [...start, ...talk];
    case "ahead": {
      const names = [
        file("submission/a", LATER),
        file("submission/b/c", LATER | 1),
        file("stdin.stdin", LATER),
      ];
      const argv = ["/bin/cat", "/box/submission/a", "-"];
      const content = [file("submission/a", 0, "content"), file("stdin.stdin", 0, "input")];
      return [OPEN, ATTACH, ...names, ahead({ argv }), NAME, ...content, frame(REQUEST.go, 1)];
    }
    case "build":
      return [OPEN_BUILD, ATTACH, submission(folder), ...talk];
  }
}

const KINDS = ["terminal", "stream", "ahead", "build"] as const;

type Spoil = (frames: Buffer[], at: number, random: Random) => Buffer[];

/** Changes some bytes of a frame, payload or header. */
const change: Spoil = (frames, at, random) => {
  const copy = Buffer.from(frames[at] ?? OPEN);
  for (let times = 1 + random() * 4; times > 0; times -= 1)
    copy[pick(copy.length, random)] = pick(256, random);
  return frames.with(at, copy);
};

/** Puts a number of the kind that breaks sums into a payload. */
const unsettle: Spoil = (frames, at, random) => {
  const copy = Buffer.from(frames[at] ?? OPEN);
  const extremes = [0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffe, 0x10000, 0x100001];
  if (copy.length < HEADER_BYTES + 4) return frames;
  copy.writeUInt32LE(
    extremes[pick(extremes.length, random)] ?? 0,
    HEADER_BYTES + pick(copy.length - HEADER_BYTES - 3, random),
  );
  return frames.with(at, copy);
};

/** Shortens or lengthens a payload, with a header that says so. */
const resize: Spoil = (frames, at, random) => {
  const { type, stage, payload } = parts(frames[at] ?? OPEN);
  const noise = Buffer.from(Array.from({ length: pick(20, random) }, () => pick(256, random)));
  const kept = payload.subarray(0, pick(payload.length + 1, random));
  return frames.with(at, frame(type, stage, random() < 0.5 ? kept : Buffer.concat([payload, noise])));
};

/** Says a frame about another stage, or as another type. */
const rename: Spoil = (frames, at, random) => {
  const { type, stage, payload } = parts(frames[at] ?? OPEN);
  const renamed =
    random() < 0.5 ? frame(pick(80, random), stage, payload) : frame(type, pick(4, random), payload);
  return frames.with(at, renamed);
};

const drop: Spoil = (frames, at) => (frames.length > 1 ? frames.toSpliced(at, 1) : frames);

const repeat: Spoil = (frames, at) => frames.toSpliced(at, 0, frames[at] ?? OPEN);

const move: Spoil = (frames, at, random) => {
  const other = pick(frames.length, random);
  return frames.with(at, frames[other] ?? OPEN).with(other, frames[at] ?? OPEN);
};

/** Says something that was never a frame. */
const babble: Spoil = (frames, at, random) => {
  const noise = Buffer.from(Array.from({ length: 1 + pick(200, random) }, () => pick(256, random)));
  return frames.toSpliced(at, 0, noise);
};

const breakOff: Spoil = (frames, at, random) => {
  const last = frames[at] ?? OPEN;
  return [...frames.slice(0, at), last.subarray(0, pick(last.length, random))];
};

const SPOILS: readonly Spoil[] = [change, unsettle, resize, rename, drop, repeat, move, babble, breakOff];

/** One in so many conversations is said as it should be. */
const WHOLE_ONES = 20;

/** What a peer says over one connection. */
export interface Conversation {
  readonly bytes: Buffer;
  /** Nothing is wrong with it: its stage must be reported. */
  readonly whole: boolean;
}

/** A conversation of which mostly one to three things are wrong; `folder` names a submission. */
export function randomConversation(folder: string, random: Random): Conversation {
  const valid = validConversation(KINDS[pick(KINDS.length, random)] ?? "stream", folder);
  if (pick(WHOLE_ONES, random) === 0) return { bytes: Buffer.concat(valid), whole: true };
  let frames = valid.slice(0, 1 + pick(valid.length, random));
  for (let times = 1 + pick(3, random); times > 0; times -= 1) {
    const spoil = SPOILS[pick(SPOILS.length, random)] ?? change;
    frames = spoil(frames, pick(frames.length, random), random);
  }
  return { bytes: Buffer.concat(frames), whole: false };
}

function pick(below: number, random: Random): number {
  return Math.floor(random() * below);
}

/** Of what an earlier spoil left of a frame it may be too little to have parts. */
function parts(piece: Buffer) {
  const valid = piece.length < HEADER_BYTES ? OPEN : piece;
  return { type: valid.readUInt8(6), stage: valid.readUInt16LE(4), payload: valid.subarray(HEADER_BYTES) };
}
