import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { execa } from "execa";
import { Webhook } from "standardwebhooks";
import { dir } from "tmp-promise";
import { describe, expect, test, vi } from "vitest";
import { type SendCallbackDeps, sendCallback } from "../../src/callbacks/send-callback.ts";
import { TIME_FACTOR } from "../support/time-factor.ts";
import { until } from "../support/until.ts";
import { startReceiver, status } from "./receiver.ts";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const BODY = '{"id":"job-1","state":"done","output":"ä€"}';

/** The operator has allowed private addresses: receivers of tests are on loopback. */
const ALLOWED: SendCallbackDeps = { allowPrivate: true };
const REFUSING: SendCallbackDeps = { allowPrivate: false };

/** Time for what is to run out of it. */
const SHORT_MS = 300 * TIME_FACTOR;

function deliver(url: string, deps: SendCallbackDeps = ALLOWED, stop?: AbortSignal) {
  return sendCallback({ id: "job-1", url, secret: SECRET, body: BODY }, deps, stop);
}

test("a receiver gets one signed POST that it can verify, over a connection that ends with it", async () => {
  await using receiver = await startReceiver(status(204));
  expect(await deliver(receiver.url)).toEqual({ ok: true, status: 204, message: "accepted" });
  const [got, ...others] = receiver.received;
  expect(others).toEqual([]);
  expect(got).toMatchObject({ method: "POST", path: "/told?job=1", body: BODY });
  expect(got?.headers).toMatchObject({ "content-type": "application/json", "webhook-id": "job-1" });
  expect(got?.headers.connection).toBe("close");
  expect(new Webhook(SECRET).verify(got?.body ?? "", got?.headers ?? {})).toEqual(JSON.parse(BODY));
});

test.each(["localhost", "127.1", "0x7f000001"])(
  "a receiver is found at %s where private addresses are allowed",
  async (host) => {
    await using receiver = await startReceiver(status(200));
    expect(await deliver(`http://${host}:${receiver.port}/`)).toMatchObject({ ok: true });
    expect(receiver.received).toHaveLength(1);
  },
);

test.each([400, 404, 410, 429, 500, 503])("an answer of %i is a failure that says so", async (code) => {
  await using receiver = await startReceiver(status(code));
  const message = `the receiver answered ${code}`;
  expect(await deliver(receiver.url)).toEqual({ ok: false, status: code, message });
});

describe("a redirect", () => {
  test.each([301, 302, 303, 307, 308])(
    "%i to a private or a public place is a failure, and nobody goes there",
    async (code) => {
      await using elsewhere = await startReceiver(status(200));
      for (const location of [elsewhere.url, "http://169.254.169.254/latest", "https://example.org/"]) {
        await using receiver = await startReceiver((response) =>
          response.writeHead(code, { location }).end(),
        );
        const message = `the receiver answered ${code}, and redirects are not followed`;
        expect(await deliver(receiver.url)).toEqual({ ok: false, status: code, message });
        expect(receiver.received).toHaveLength(1);
      }
      expect(elsewhere.connections).toBe(0);
    },
  );
});

describe("a receiver that", () => {
  test("says nothing is given up in time", async () => {
    await using receiver = await startReceiver(() => undefined);
    expect(await deliver(receiver.url, { ...ALLOWED, timeoutMs: SHORT_MS })).toEqual({
      ...{ ok: false, message: `no answer within ${SHORT_MS} ms` },
    });
    expect(receiver.received).toHaveLength(1);
  });

  test("sends a body without end, or none of what it announces, has accepted by its status, and is left", async () => {
    let left = 0;
    let sent = 0;
    await using endless = await startReceiver((response) => {
      response.on("close", () => {
        left += 1;
      });
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536))) sent += 65_536;
      };
      response.on("drain", more);
      more();
    });
    await using silent = await startReceiver((response) => {
      response.on("close", () => {
        left += 1;
      });
      response.writeHead(200, { "content-length": "1000000" }).flushHeaders();
    });
    expect(await deliver(endless.url, { ...ALLOWED, timeoutMs: 5_000 * TIME_FACTOR })).toMatchObject({
      ok: true,
      status: 200,
    });
    expect(await deliver(silent.url, { ...ALLOWED, timeoutMs: SHORT_MS })).toMatchObject({
      ok: true,
      status: 200,
    });
    await until("both were left", () => left === 2);
    expect(sent).toBeLessThan(50_000_000);
  });

  test("sends a drop at a time is given up in time", async () => {
    await using receiver = await startReceiver((_response, _before, request) => {
      request.socket.write("HTTP/1.1 200 OK\r\n");
      const timer = setInterval(() => request.socket.write("x-drop: 1\r\n"), 20);
      request.socket.on("close", () => clearInterval(timer));
    });
    expect(await deliver(receiver.url, { ...ALLOWED, timeoutMs: SHORT_MS })).toMatchObject({
      message: `no answer within ${SHORT_MS} ms`,
    });
  });

  test("has headers without end, speaks no HTTP, breaks off or is not there fails in words", async () => {
    const raw = (bytes: string) => startReceiver((_response, _before, { socket }) => socket.end(bytes));
    await using long = await raw(`HTTP/1.1 200 OK\r\nx: ${"x".repeat(100_000)}\r\n\r\n`);
    await using foreign = await raw("220 mail.example ESMTP\r\n");
    await using broken = await startReceiver((_response, _before, { socket }) => socket.destroy());
    const gone = await startReceiver(status(200));
    await gone[Symbol.asyncDispose]();
    const said = [];
    for (const { url } of [long, foreign, broken, gone]) said.push((await deliver(url)).message);
    expect(said).toEqual([
      "the receiver's answer has too long headers",
      "the receiver's answer is no HTTP",
      "the receiver broke the connection off",
      "the receiver refused the connection",
    ]);
  });

  test("has a certificate that nobody vouches for, or one of another name, hears nothing", async () => {
    const folder = await dir({ prefix: "crankcase-test", unsafeCleanup: true });
    const [key, cert] = [join(folder.path, "key"), join(folder.path, "cert")];
    const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
    const made = [
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:P-256",
      "-nodes",
      "-keyout",
      key,
      "-out",
      cert,
    ];
    await execa("openssl", ["req", "-x509", ...made, ...subject]);
    const tls = { key: await readFile(key, "utf8"), cert: await readFile(cert, "utf8") };
    await folder.cleanup();
    await using receiver = await startReceiver(status(200), { tls });
    const url = `https://localhost:${receiver.port}/`;
    vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
    const failed = { ok: false, message: expect.stringContaining("certificate") };
    expect(await deliver(url)).toMatchObject(failed);
    vi.unstubAllEnvs();
    const trusted = getCACertificates();
    setDefaultCACertificates([...trusted, tls.cert]);
    const resolve = async () => [{ address: "127.0.0.1", family: 4 }];
    expect(await deliver(url.replace("localhost", "another.example"), { ...ALLOWED, resolve })).toMatchObject(
      failed,
    );
    expect(receiver.received).toEqual([]);
    expect(await deliver(url, { ...ALLOWED, resolve })).toMatchObject({ ok: true });
    setDefaultCACertificates(trusted);
  });
});

test("an abort ends a try at once", async () => {
  await using receiver = await startReceiver(() => undefined);
  const stop = new AbortController();
  const outcome = deliver(receiver.url, ALLOWED, stop.signal);
  await until("it has come", () => receiver.received.length === 1);
  stop.abort();
  expect(await outcome).toMatchObject({ ok: false });
});

describe("to an address that is not public", () => {
  const NAMED = { ok: false, message: "the host's name leads to an address that is not public" };

  test.each(["127.0.0.1", "127.1", "2130706433", "[::1]", "[::ffff:127.0.0.1]", "localhost", "localhost."])(
    "%s nothing is sent",
    async (host) => {
      await using receiver = await startReceiver(status(200), host.startsWith("[::1") ? { host: "::1" } : {});
      const outcome = await deliver(`http://${host}:${receiver.port}/`, REFUSING);
      expect(outcome).toEqual({ ok: false, message: "the URL leads to an address that is not public" });
      expect(receiver.connections).toBe(0);
    },
  );

  test.each([
    ["a private address", ["127.0.0.1"]],
    ["a metadata service", ["169.254.169.254"]],
    ["a public address and a private one", ["93.184.216.34", "127.0.0.1"]],
    ["a public address and a private one of IPv6", ["93.184.216.34", "::1"]],
    ["what is no address", ["93.184.216.34", "localhost"]],
  ])("a name that resolves to %s is refused, and nobody is connected to", async (_, addresses) => {
    await using receiver = await startReceiver(status(200));
    const resolve = async () =>
      addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
    const outcome = await deliver(`http://receiver.example:${receiver.port}/`, { ...REFUSING, resolve });
    expect(outcome).toEqual(NAMED);
    expect(receiver.connections).toBe(0);
  });

  test("a name that resolves to nothing, or to nothing in time, is refused", async () => {
    const none = await deliver("http://receiver.example/", { ...REFUSING, resolve: async () => [] });
    expect(none).toEqual({ ok: false, message: "the host's name has no address" });
    const never = { ...REFUSING, timeoutMs: SHORT_MS, resolve: () => new Promise<never>(() => undefined) };
    expect(await deliver("http://receiver.example/", never)).toMatchObject({
      message: `no answer within ${SHORT_MS} ms`,
    });
  });

  test("a name is asked for once, and what was checked is connected to: a second answer would change nothing", async () => {
    await using receiver = await startReceiver(status(200));
    const resolve = vi
      .fn<() => Promise<{ address: string; family: number }[]>>()
      .mockResolvedValueOnce([{ address: "127.0.0.1", family: 4 }])
      .mockResolvedValue([{ address: "203.0.113.1", family: 4 }]);
    const url = `http://receiver.example:${receiver.port}/`;
    expect(await deliver(url, { ...ALLOWED, resolve })).toMatchObject({ ok: true });
    expect(resolve).toHaveBeenCalledTimes(1);
    expect(receiver.received[0]?.headers.host).toBe(`receiver.example:${receiver.port}`);
  });
});

test("a proxy of the environment is not used", async () => {
  await using proxy = await startReceiver(status(200));
  await using receiver = await startReceiver(status(200));
  for (const name of ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
    vi.stubEnv(name, `http://127.0.0.1:${proxy.port}`);
  vi.stubEnv("NODE_USE_ENV_PROXY", "1");
  expect(await deliver(receiver.url)).toMatchObject({ ok: true });
  vi.unstubAllEnvs();
  expect([proxy.connections, receiver.received.length]).toEqual([0, 1]);
});

test("no message tells of secret, body or address", async () => {
  await using receiver = await startReceiver(status(500));
  const urls = [
    receiver.url,
    "http://127.0.0.1:1024/",
    "http://10.0.0.1/?token=hidden",
    "https://127.0.0.1:9/",
    "nonsense",
  ];
  for (const url of urls)
    for (const deps of [{ ...ALLOWED, timeoutMs: SHORT_MS }, REFUSING]) {
      const { message } = await deliver(url, deps);
      for (const hidden of [SECRET, SECRET.slice(6), "done", "127.0.0.1", "10.0.0.1", "hidden"])
        expect(message).not.toContain(hidden);
    }
  const bad = await sendCallback(
    { id: "1", url: receiver.url, secret: "whsec_not base64!", body: "" },
    ALLOWED,
  );
  expect(bad).toEqual({ ok: false, message: "the secret begins with whsec_ and is no base64" });
});
