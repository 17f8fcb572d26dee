import { request } from "node:http";
import type { ApiAttack } from "./api-attack.ts";
import { HELLO, JOBS, post } from "./posting.ts";
import { exchange } from "./raw-connection.ts";

interface Asked {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Asks as an address of this machine's of its own, so that what is counted of it is counted of nobody else. */
async function ask(
  url: string,
  { path, method = "GET", headers = {}, body }: Asked,
): Promise<{ status: number; headers: NodeJS.Dict<unknown>; text: string }> {
  const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
  const all = { ...length, ...headers };
  const sent = request(new URL(url), { path, method, agent: false, localAddress: "127.0.0.9", headers: all });
  sent.end(body);
  const { promise, resolve, reject } = Promise.withResolvers<import("node:http").IncomingMessage>();
  sent.on("response", resolve).on("error", reject);
  const response = await promise;
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    text: Buffer.concat(await response.toArray()).toString(),
  };
}

const JSON_TYPE = { "content-type": "application/json" };

/** Routes that change the machine or the server: they need a key even where jobs need none. */
const OPERATORS: readonly Asked[] = [
  { path: "/api/crankcase/v1/packages", method: "POST", headers: JSON_TYPE, body: '{"name":"lua"}' },
  { path: "/api/crankcase/v1/packages", method: "DELETE", headers: JSON_TYPE, body: '{"name":"lua"}' },
  {
    path: "/api/crankcase/v1/packages",
    method: "POST",
    headers: JSON_TYPE,
    body: '{"name":"lua","from":"/etc"}',
  },
  { path: "/api/v2/packages", method: "POST", headers: JSON_TYPE, body: '{"language":"lua","version":"*"}' },
  {
    path: "/api/v2/piston/packages",
    method: "DELETE",
    headers: JSON_TYPE,
    body: '{"language":"lua","version":"*"}',
  },
  { path: "/api/crankcase/v1/reload", method: "POST" },
];

/** Who callers say that they are. */
export const callers: readonly ApiAttack[] = [
  {
    name: "operators-routes",
    promise: "Nobody changes packages or reloads the server without a key, also where jobs need none.",
    run: async ({ serving }) => {
      const disguises = [
        {},
        { "x-forwarded-for": "127.0.0.1" },
        { "x-http-method-override": "DELETE" },
        { forwarded: "for=127.0.0.1" },
        { cookie: "key=admin" },
      ];
      const faults: string[] = [];
      for (const route of OPERATORS) {
        for (const disguise of disguises) {
          const { status } = await ask(serving.url, { ...route, headers: { ...route.headers, ...disguise } });
          if (status !== 401) faults.push(`${route.method} ${route.path} was answered ${status}`);
        }
      }
      const runtimes = await ask(serving.url, { path: "/api/v2/runtimes" });
      return [...faults, ...(runtimes.text.includes('"lua"') ? [] : ["lua is gone"])];
    },
  },
  {
    name: "guessed-keys",
    promise:
      "Guesses of keys are bounded by address, and none of them opens anything, however they are written.",
    run: async ({ serving }) => {
      const texts = [
        "",
        " ",
        "admin",
        "ck_",
        "null",
        "undefined",
        "__proto__",
        "constructor",
        "toString",
        `ck_${"A".repeat(43)}`,
        "a".repeat(8_000),
        "*",
        "' OR 1=1 --",
        "../keys.json",
      ];
      const guesses = [...texts, ...Array.from({ length: 40 }, (_, index) => `ck_${index}`)];
      const statuses: number[] = [];
      for (const guess of guesses) {
        const [packages] = OPERATORS;
        if (packages === undefined) continue;
        const key: Record<string, string> =
          statuses.length % 2 === 0 ? { authorization: `Bearer ${guess}` } : { "x-api-key": guess };
        statuses.push(
          (await ask(serving.url, { ...packages, headers: { ...packages.headers, ...key } })).status,
        );
      }
      const others = statuses.filter((status) => status !== 401 && status !== 429);
      return [
        ...(others.length === 0 ? [] : [`guesses were answered ${others.join()}`]),
        ...(statuses.at(-1) === 429 ? [] : ["guesses were never slowed down"]),
      ];
    },
  },
  {
    name: "foreign-hosts",
    promise: "A page whose own name was made to lead to the server's address reads nothing and runs nothing.",
    run: async ({ serving }) => {
      const hosts = [
        "evil.example",
        "evil.example:2000",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "localhost@evil.example",
        "evil.example#localhost",
        "xn--localhost",
        "LOCALHOST.evil.example",
      ];
      const faults: string[] = [];
      for (const host of hosts) {
        const job = await ask(serving.url, {
          path: JOBS,
          method: "POST",
          headers: { ...JSON_TYPE, host },
          body: JSON.stringify(HELLO),
        });
        const runtimes = await ask(serving.url, { path: "/api/v2/runtimes", headers: { host } });
        for (const { status } of [job, runtimes])
          if (status !== 421 && status !== 400) faults.push(`the name ${host} was answered ${status}`);
      }
      return faults;
    },
  },
  {
    name: "foreign-pages",
    promise: "A page of another origin is given no leave to read an answer, nor to send a job.",
    run: async ({ serving }) => {
      const faults: string[] = [];
      for (const origin of [
        "https://evil.example",
        "null",
        "http://localhost.evil.example",
        "file://",
        "*",
      ]) {
        const asks = {
          origin,
          "access-control-request-method": "POST",
          "access-control-request-headers": "content-type",
        };
        const preflight = await ask(serving.url, { path: JOBS, method: "OPTIONS", headers: asks });
        const read = await ask(serving.url, { path: "/api/v2/runtimes", headers: { origin } });
        for (const { headers } of [preflight, read]) {
          if (headers["access-control-allow-origin"] !== undefined) faults.push(`${origin} may read`);
        }
      }
      return faults;
    },
  },
  {
    name: "odd-methods-and-targets",
    promise: "Methods and targets that are for proxies lead nowhere, and what was sent does not come back.",
    run: async ({ serving }) => {
      const end = "host: localhost\r\nx-secret: mirrored\r\nconnection: close\r\n\r\n";
      const requests = {
        TRACE: `TRACE /healthz HTTP/1.1\r\n${end}`,
        CONNECT: `CONNECT 127.0.0.1:22 HTTP/1.1\r\n${end}`,
        "a foreign target": `GET http://169.254.169.254/latest/meta-data HTTP/1.1\r\n${end}`,
        everything: `OPTIONS * HTTP/1.1\r\n${end}`,
        PURGE: `PURGE /healthz HTTP/1.1\r\n${end}`,
        "a method of nobody's": `QUERY_ALL /healthz HTTP/1.1\r\n${end}`,
      };
      const sent = Object.entries(requests).map(async ([name, text]) => {
        using answered = await exchange(serving.url, text);
        const isWrong =
          answered.text().includes("mirrored") ||
          answered.statuses().some((status) => status < 300 && name !== "everything");
        return isWrong || !answered.ended() ? [`${name} was answered ${answered.text().slice(0, 200)}`] : [];
      });
      return (await Promise.all(sent)).flat();
    },
  },
  {
    name: "lines-in-request-ids",
    promise:
      "A caller's id of a request comes into the log and the answer only where it is clean, and is never a job's id.",
    run: async ({ serving }) => {
      const before = serving.log.length;
      for (const id of [
        '","level":60,"msg":"owned',
        "../../x",
        "a".repeat(65),
        "\u00e9",
        "%0a",
        "owned owned",
      ]) {
        await post(serving.url, HELLO, JOBS, { "x-request-id": encodeURI(id) === id ? id : "ow ned" });
      }
      return serving.log.slice(before).some((line) => /owned|ow ned|\.\.\/x/.test(line))
        ? ["it stands in the log"]
        : [];
    },
  },
];
