import { once } from "node:events";
import { WebSocket } from "ws";

/** What one request was answered with, in words: `right`, `error CODE`, `broken` or `wrong: ...`. */
export type Answer = string;

/** How one kind of caller asks for a word to be printed, and reads what it is told. It never rejects. */
export type Ask = (url: string, word: string) => Promise<Answer>;

const NATIVE = "/api/crankcase/v1/jobs";

/** Every kind of request that a job can come by. */
export const KINDS: Readonly<Record<string, Ask>> = {
  cold: (url, word) => askPlain(url, bash(word)),
  ahead: (url, word) => askPlain(url, { language: "python", files: [{ content: `print("${word}")` }] }),
  compiled: (url, word) => askPlain(url, { ...C_PROGRAM, stdin: word }),
  compiling: (url, word) => askPlain(url, { ...C_PROGRAM, stdin: word, files: [withComment(word)] }),
  streamed: (url, word) => orBroken(askStream(url, bash(word))).then((told) => ofStream(told, word)),
  socket: (url, word) => orBroken(askSocket(url, bash(word))).then((told) => ofSocket(told, word)),
};

/** Its source is always the same: it is compiled once. */
const SOURCE =
  "#include <stdio.h>\nint main(void) { char w[99]; if (fgets(w, 99, stdin)) puts(w); return 0; }\n";
const C_PROGRAM = { language: "c", files: [{ name: "main.c", content: SOURCE }] };

function withComment(word: string) {
  return { name: "main.c", content: `${SOURCE}// ${word}\n` };
}

/** It takes long enough to be in the middle of something. */
function bash(word: string) {
  return { language: "bash", files: [{ content: `sleep 0.05; echo ${word}` }], stdin: word };
}

async function askPlain(url: string, job: object): Promise<Answer> {
  const told = await orBroken(post(url, job, "application/json"));
  if (told === null) return "broken";
  const body = JSON.parse(told.text);
  if (told.status !== 200) return errorOf(body);
  const { stdout, exit_code } = body.run ?? {};
  const isRight = exit_code === 0 && JSON.stringify(job).includes(stdout.trim()) && stdout.trim() !== "";
  return isRight ? "right" : `wrong: ${told.text}`;
}

interface Told {
  readonly status: number;
  readonly text: string;
}

async function post(url: string, job: object, accept: string): Promise<Told> {
  // A connection of its own: what another one's end does to those that are kept is the client's affair.
  const headers = { "content-type": "application/json", accept, connection: "close" };
  const response = await fetch(url + NATIVE, { method: "POST", headers, body: JSON.stringify(job) });
  return { status: response.status, text: await response.text() };
}

function askStream(url: string, job: object): Promise<Told> {
  return post(url, job, "application/x-ndjson");
}

/** Events must be those of one job: its output once, and one end. */
function ofStream(told: Told | null, word: string): Answer {
  if (told === null) return "broken";
  if (told.status !== 200) return errorOf(JSON.parse(told.text));
  return ofEvents(
    told.text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line)),
    "event",
    "output",
    word,
  );
}

async function askSocket(url: string, job: object): Promise<{ messages: Message[]; code: number }> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/api/v2/connect`);
  const messages: Message[] = [];
  socket.on("message", (data) => messages.push(JSON.parse(String(data))));
  const closed = once(socket, "close");
  await once(socket, "open");
  socket.on("error", () => undefined);
  socket.send(JSON.stringify({ type: "init", job }));
  const [code] = await closed;
  return { messages, code };
}

function ofSocket(told: { messages: Message[]; code: number } | null, word: string): Answer {
  // 1006: the connection broke (RFC 6455, section 7.1.5).
  if (told === null || told.code === 1006 || told.code === 1005) return "broken";
  if (told.code !== 4999 && told.code !== 4002) return `wrong: closed with ${told.code}`;
  return ofEvents(told.messages, "type", "data", word);
}

// biome-ignore lint/suspicious/noExplicitAny: whatever the server says
type Message = any;

function ofEvents(events: readonly Message[], kind: string, output: string, word: string): Answer {
  const ends = events.filter((event) => ["result", "error"].includes(event[kind]));
  if (ends.length === 0) return "broken";
  if (ends.length > 1 || events.at(-1) !== ends[0]) return `wrong: ${JSON.stringify(events)}`;
  if (ends[0][kind] === "error") return errorOf(ends[0]);
  const printed = events.filter((event) => event[kind] === output).map(({ data }) => data);
  return printed.join("") === `${word}\n` ? "right" : `wrong: ${JSON.stringify(events)}`;
}

function errorOf({ code, message }: { readonly code?: string; readonly message?: string }): Answer {
  return code === undefined ? `wrong: ${message}` : `error ${code}`;
}

/** Null where the connection was refused or broke. */
async function orBroken<Value>(asking: Promise<Value>): Promise<Value | null> {
  try {
    return await asking;
  } catch {
    return null;
  }
}
