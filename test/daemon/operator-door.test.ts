import { once } from "node:events";
import { readdir, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { dir } from "tmp-promise";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openOperatorDoor } from "../../src/daemon/operator-door.ts";
import { fetchOverSocket } from "../faults/fetch-over-socket.ts";
import { until } from "../support/until.ts";

let place: Awaited<ReturnType<typeof dir>>;
beforeEach(async () => {
  place = await dir({ unsafeCleanup: true });
});
afterEach(() => place.cleanup());

/** A door at a path, by servers that say how many they are; none while the path's folder is missing. */
async function open(path: string) {
  let made = 0;
  const listen = async () => {
    made += 1;
    const status = 200 + made;
    const server = createServer((_request, response) => void response.writeHead(status).end());
    server.listen(path);
    await once(server, "listening");
    return server;
  };
  const door = await openOperatorDoor(path, listen, 20);
  return { door, [Symbol.asyncDispose]: () => door[Symbol.asyncDispose]() };
}

test("a socket that is removed is made anew, and gone when the door is closed", async () => {
  const path = join(place.path, "operator.sock");
  {
    await using _open = await open(path);
    expect(await fetchOverSocket(path, "/")).toBe(201);
    await rm(path);
    await until("it is answered anew", async () => (await fetchOverSocket(path, "/").catch(() => 0)) === 202);
  }
  expect(await readdir(place.path)).toEqual([]);
});
