import { ANSWER, type Frame, PROTOCOL_VERSION } from "./frame.ts";
import { protocolBroken } from "./jail-errors.ts";
import { PayloadReader } from "./payload-reader.ts";

/** An answer that a request waits for. */
interface Awaited extends PromiseWithResolvers<void> {
  readonly type: number;
}

/** The answers that requests about a jail as a whole wait for; they come in the order of the requests. */
export class AskedAnswers {
  readonly #awaited: Awaited[] = [];

  /** Resolves with the next answer of this type; rejects when the jail is lost. */
  expect(type: number): Promise<void> {
    const awaited = { type, ...Promise.withResolvers<void>() };
    this.#awaited.push(awaited);
    return awaited.promise;
  }

  /** Takes an answer. Throws `jailer_failed` when nobody asked for it. */
  take(frame: Frame): void {
    const awaited = this.#awaited[0];
    if (awaited?.type !== frame.type) throw protocolBroken(`nobody asked for a frame of type ${frame.type}`);
    if (frame.type === ANSWER.ready) checkReady(frame.payload);
    this.#awaited.shift();
    awaited.resolve();
  }

  /** The jail is lost. */
  fail(error: Error): void {
    for (const awaited of this.#awaited.splice(0)) awaited.reject(error);
  }
}

/** READY also names the slot and its uid, which only the jailer needs. */
function checkReady(payload: Buffer): void {
  const reader = new PayloadReader(payload);
  const version = reader.u32();
  reader.u32();
  reader.u32();
  reader.end();
  if (version !== PROTOCOL_VERSION) throw protocolBroken(`it speaks version ${version}`);
}
