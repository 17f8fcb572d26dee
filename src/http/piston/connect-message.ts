import { CrankcaseError } from "../../errors/crankcase-error.ts";
import type { TerminalSize } from "../../jail/jail.ts";
import { messageObject } from "../json-body.ts";

/** A message of the client's: its type, and fields that nobody has looked at. */
export type ConnectMessage = Readonly<Record<string, unknown>>;

/** Where the client names no size. */
const USUAL_SIZE: TerminalSize = { rows: 24, columns: 80 };

/** A size has 16 bits in the kernel (TIOCSWINSZ, ioctl_tty(2)). */
const LARGEST = 65_535;

/** Reads a message. Throws `malformed_json` or `invalid_request`. */
export function readMessage(text: string): ConnectMessage {
  return messageObject(text);
}

/** What an init says of a terminal: its size, `true` for the usual one, nothing for none. Throws `invalid_request`. */
export function terminalOf({ terminal }: ConnectMessage): TerminalSize | null {
  if (terminal === undefined || terminal === null || terminal === false) return null;
  if (terminal === true) return USUAL_SIZE;
  if (typeof terminal === "object") return sizeOf(terminal as ConnectMessage, "terminal.");
  throw invalid("terminal must be true or {rows, columns}", "terminal");
}

/** The size in a message. Throws `invalid_request`. */
export function sizeOf({ rows, columns }: ConnectMessage, prefix = ""): TerminalSize {
  return { rows: readLength(rows, `${prefix}rows`), columns: readLength(columns, `${prefix}columns`) };
}

/** The data of a message: text, or any bytes where it says `encoding: "base64"`. Throws `invalid_request`. */
export function dataOf({ data, encoding = "utf8" }: ConnectMessage): Buffer {
  if (typeof data !== "string") throw invalid("data is required as a string", "data");
  if (encoding === "utf8" || encoding === "base64") return Buffer.from(data, encoding);
  throw invalid("encoding must be utf8 or base64", "encoding");
}

function readLength(value: unknown, field: string): number {
  if (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= LARGEST) return Number(value);
  throw invalid(`${field} must be a whole number from 1 to ${LARGEST}`, field);
}

function invalid(message: string, field: string): CrankcaseError {
  return new CrankcaseError("invalid_request", message, { field });
}
