import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { fetchBounded } from "../../src/packages/fetch-bounded.ts";

/** A mirror that answers in its own time; resolves to what a fetch of it gives, or how it ends. */
async function fetchFrom(answer: (response: ServerResponse) => void, leastBytesPerSecond: number) {
  await using server = createServer((_request, response) => answer(response)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/archive`;
  const bounds = {
    maxBytes: 1_000_000,
    silenceMs: 400,
    leastBytesPerSecond,
    signal: AbortSignal.timeout(20_000),
  };
  try {
    const { chunks } = await fetchBounded(url, bounds);
    return Buffer.concat(await Array.fromAsync(chunks)).length;
  } catch (error) {
    return (error as Error).message.replace(/^.*archive: /, "");
  } finally {
    server.closeAllConnections();
  }
}

/** Sends pieces of so many bytes with 20 ms between them. */
function pieces(bytes: number, count: number) {
  return (response: ServerResponse) => {
    let left = count;
    const timer = setInterval(() => {
      response.write("x".repeat(bytes));
      left -= 1;
      if (left === 0) response.end();
    }, 20);
    response.on("close", () => clearInterval(timer));
  };
}

test("a mirror that sends a byte now and then is given up, though it is never silent", async () => {
  expect(await fetchFrom(pieces(1, 1_000), 100_000)).toBe("it comes too slowly");
});

test("a mirror that is slow, but not slower than may be, is heard to the end", async () => {
  expect(await fetchFrom(pieces(1_000, 50), 10)).toBe(50_000);
});

test("a mirror that says nothing, at first or from some byte on, is given up", async () => {
  expect(await fetchFrom(() => undefined, 1)).toBe("it does not answer");
  const stopping = (response: ServerResponse) =>
    void response.writeHead(200, { "content-length": "9" }).write("x");
  expect(await fetchFrom(stopping, 1)).toBe("it does not answer");
});
