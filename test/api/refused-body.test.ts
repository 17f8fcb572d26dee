import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { keyRing } from "../../src/access/key-ring.ts";
import { sampleServer } from "./sample-server.ts";

const MEGABYTE = 1024 * 1024;

let sample: ReturnType<typeof sampleServer>;
let port: number;
let socket: Socket;

async function listening(isOpen: boolean): Promise<void> {
  const access = { keys: keyRing([]), isOpen, isLocal: true, faults: [], isOperator: () => false };
  sample = sampleServer({ access });
  port = Number(new URL(await sample.server.listen({ host: "127.0.0.1", port: 0 })).port);
  socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
}

beforeEach(() => listening(false));

afterEach(async () => {
  socket.destroy();
  await sample.server.close();
});

/** Head of a request whose body is announced. */
function head(length: number): string {
  return `POST /api/v2/execute HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;
}

test("a refused caller whose body does not come is answered at once, and its connection ends soon after", async () => {
  socket.write(`${head(5_000)}{`);
  const [first] = await once(socket, "data");
  expect(String(first)).toMatch(/^HTTP\/1\.1 401 .*\r\n/);
  expect(String(first)).toMatch(/\r\nconnection: close\r\n/i);
  await once(socket, "close");
}, 10_000);

test("a refused caller that goes on sending reads the whole answer", async () => {
  const answer = text(socket);
  socket.write(head(4 * MEGABYTE));
  for (let sent = 0; sent < 4 * MEGABYTE; sent += MEGABYTE) socket.write(Buffer.alloc(MEGABYTE, "x"));
  expect(await answer).toMatch(/^HTTP\/1\.1 401 [\s\S]*an API key is needed[^}]*}$/);
});

test("a body over the limit is answered, and the connection ends", async () => {
  socket.destroy();
  await sample.server.close();
  await listening(true);
  const answer = text(socket);
  socket.write(head(50_000));
  socket.write("x".repeat(50_000));
  expect(await answer).toMatch(/^HTTP\/1\.1 413 [\s\S]*The body is larger than 10000 bytes[^}]*}$/);
});

test("a refused caller whose body has come keeps its connection", async () => {
  socket.write(`${head(2)}{}`);
  const [first] = await once(socket, "data");
  expect(String(first)).toMatch(/^HTTP\/1\.1 401 /);
  expect(String(first)).not.toMatch(/connection: close/i);
  socket.write("GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n");
  const [second] = await once(socket, "data");
  expect(String(second)).toMatch(/^HTTP\/1\.1 200 /);
});

test.each([
  ["breaks off", (to: Socket) => to.resetAndDestroy()],
  ["goes on in no HTTP", (to: Socket) => to.write("no size of a chunk\r\n")],
])("a caller that %s in its body is none of our errors", async (_, breakOff) => {
  socket.destroy();
  await sample.server.close();
  await listening(true);
  socket.write(head(1).replace("content-length: 1", "expect: 100-continue\r\ntransfer-encoding: chunked"));
  expect(String((await once(socket, "data"))[0])).toMatch(/^HTTP\/1\.1 100 /);
  const closed = once(socket, "close");
  socket.resume().write("1\r\n{\r\n", () => breakOff(socket));
  await closed;
  // The answer to a second caller comes after what became of the first.
  await fetch(`http://127.0.0.1:${port}/healthz`);
  expect(sample.log.filter((line) => JSON.parse(line).level >= 50)).toEqual([]);
});
