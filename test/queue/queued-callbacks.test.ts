import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Serving, startServing } from "../cli/serving.ts";
import { until } from "../support/until.ts";
import { native, over, script, submitted } from "./native.ts";

const SLOW = { timeout: 120_000 };

const SECRET = `whsec_${Buffer.from("a secret of the receiver's").toString("base64")}`;

let serving: Serving;
let closed: Serving;

beforeAll(async () => {
  serving = await startServing({ queued_jobs: { private_callbacks: true } });
  closed = await startServing();
}, 120_000);

afterAll(async () => {
  await serving[Symbol.asyncDispose]();
  await closed[Symbol.asyncDispose]();
});

interface Delivery {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly answered: number;
}

/** A receiver that answers with these statuses in turn, the last one from then on. */
async function startReceiver(statuses: readonly number[]) {
  const deliveries: Delivery[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const answered = statuses[Math.min(deliveries.length, statuses.length - 1)] ?? 200;
    deliveries.push({ headers: request.headers, body: Buffer.concat(chunks).toString(), answered });
    response.writeHead(answered).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    server.close();
    await once(server, "close");
  };
  return { deliveries, url: `http://127.0.0.1:${port}/done`, [Symbol.asyncDispose]: close };
}

test("a receiver that fails twice and then accepts gets one delivery that it can verify", SLOW, async () => {
  await using receiver = await startReceiver([503, 500, 204]);
  const callback = { url: receiver.url, secret: SECRET };
  const { id } = await submitted(serving.url, { ...script("echo told"), callback });
  const standing = async () => (await native(serving.url, "GET", `/jobs/${id}`)).body.callback;
  await until("it is delivered", async () => (await standing()).state === "delivered", 60_000);
  expect(await standing()).toEqual({ state: "delivered", tries: 3, message: null });
  expect(receiver.deliveries.map(({ answered }) => answered)).toEqual([503, 500, 204]);
  const ids = new Set(receiver.deliveries.map(({ headers }) => headers["webhook-id"]));
  expect([...ids]).toEqual([id]);
  const { headers, body } = receiver.deliveries.at(-1) ?? expect.unreachable();
  const told = new Webhook(SECRET).verify(body, headers as Record<string, string>);
  expect(told).toMatchObject({ id, state: "done", result: { run: { stdout: "told\n" } } });
  expect(() => new Webhook(SECRET).verify(`${body} `, headers as Record<string, string>)).toThrow();
});

test(
  "a cancelled job's callback comes as well, and an unlucky one does not hold up another's",
  SLOW,
  async () => {
    await using unlucky = await startReceiver([500]);
    await using receiver = await startReceiver([200]);
    const callback = (url: string) => ({ callback: { url, secret: SECRET } });
    const first = await submitted(serving.url, { ...script("echo x"), ...callback(unlucky.url) });
    await over(serving.url, first.id);
    const { id } = await submitted(serving.url, { ...script("sleep 60"), ...callback(receiver.url) });
    await native(serving.url, "DELETE", `/jobs/${id}`);
    await until("it is told", () => receiver.deliveries.length > 0, 30_000);
    expect(JSON.parse(receiver.deliveries[0]?.body ?? "")).toMatchObject({ id, state: "cancelled" });
  },
);

test("what is due is delivered after a kill of the daemon", SLOW, async () => {
  await using receiver = await startReceiver([503, 200]);
  const callback = { url: receiver.url, secret: SECRET };
  const { id } = await submitted(serving.url, { ...script("echo x"), callback });
  await until("it was tried once", () => receiver.deliveries.length === 1, 30_000);
  const daemon = serving.child("daemon");
  process.kill(daemon, "SIGKILL");
  await until("another daemon delivers it", () => receiver.deliveries.length >= 2, 60_000);
  expect(receiver.deliveries.at(-1)?.headers["webhook-id"]).toBe(id);
});

test.each([
  "http://169.254.169.254/latest/meta-data/",
  "http://127.0.0.1:2000/",
  "http://[::ffff:169.254.169.254]/",
  "http://2852039166/",
  "http://localhost/",
  "ftp://example.org/",
  "http://user:password@example.org/",
])(
  "where private addresses are closed, a callback to %s is refused before anything is kept",
  SLOW,
  async (url) => {
    const body = { ...script("true"), wait: false, callback: { url, secret: SECRET } };
    const answer = await native(closed.url, "POST", "/jobs", { body });
    expect(answer).toMatchObject({ status: 400, body: { field: "callback.url" } });
  },
);

test("a secret that cannot be one is refused", SLOW, async () => {
  const callback = { url: "https://example.org/", secret: "whsec_no base64 at all!" };
  const body = { ...script("true"), wait: false, callback };
  const answer = await native(closed.url, "POST", "/jobs", { body });
  expect(answer).toMatchObject({ status: 400, body: { field: "callback.secret" } });
});
