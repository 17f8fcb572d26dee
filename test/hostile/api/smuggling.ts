import type { ApiAttack } from "./api-attack.ts";
import { JOBS } from "./posting.ts";
import { exchange } from "./raw-connection.ts";

const HEAD = `POST ${JOBS} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n`;

/** What a smuggler hides in a body: answered by itself, it would be a second answer of 200. */
const HIDDEN = "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";

/** Sends what a proxy could read otherwise than the server: one refusal at most, the end of the connection, and nothing run. */
async function refusedWhole(url: string, requests: Readonly<Record<string, string>>): Promise<string[]> {
  const sent = Object.entries(requests).map(async ([name, request]) => {
    using answered = await exchange(url, request);
    const statuses = answered.statuses();
    const isRefused = answered.ended() && statuses.length <= 1 && statuses.every((status) => status >= 400);
    return isRefused
      ? []
      : [`${name} was answered ${statuses.join()}${answered.ended() ? "" : ", and the connection went on"}`];
  });
  return (await Promise.all(sent)).flat();
}

/** Requests that two readers may take for different ones. */
export const smuggling: readonly ApiAttack[] = [
  {
    name: "two-lengths",
    promise: "A request that says in two ways how long it is is refused, and nothing behind it is read.",
    run: ({ serving }) =>
      refusedWhole(serving.url, {
        "length and chunks": `${HEAD}content-length: 6\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
        "chunks and length": `${HEAD}transfer-encoding: chunked\r\ncontent-length: ${5 + HIDDEN.length}\r\n\r\n0\r\n\r\n${HIDDEN}`,
        "two lengths": `${HEAD}content-length: 0\r\ncontent-length: ${HIDDEN.length}\r\n\r\n${HIDDEN}`,
        "a list of lengths": `${HEAD}content-length: 0, ${HIDDEN.length}\r\n\r\n${HIDDEN}`,
        "a length with a sign": `${HEAD}content-length: +2\r\n\r\n{}${HIDDEN}`,
        "a negative length": `${HEAD}content-length: -2\r\n\r\n{}${HIDDEN}`,
        "a length in hex": `${HEAD}content-length: 0x2\r\n\r\n{}${HIDDEN}`,
        "a length beyond numbers": `${HEAD}content-length: 99999999999999999999999\r\n\r\n{}${HIDDEN}`,
        "a length with a blank": `${HEAD}content-length: 2 2\r\n\r\n{}${HIDDEN}`,
      }),
  },
  {
    name: "disguised-chunks",
    promise: "A transfer coding that is written so that some readers overlook it is refused.",
    run: ({ serving }) =>
      refusedWhole(serving.url, {
        "a blank before the colon": `${HEAD}transfer-encoding : chunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
        "another coding": `${HEAD}transfer-encoding: xchunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
        "a coding behind chunks": `${HEAD}transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n${HIDDEN}`,
        "a vertical tab": `${HEAD}transfer-encoding: \x0bchunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
        "a NUL": `${HEAD}transfer-encoding: chunked\0\r\n\r\n0\r\n\r\n${HIDDEN}`,
        "a folded line": `${HEAD}transfer-encoding:\r\n chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n${HIDDEN}`,
        "a field without a name": `${HEAD}: chunked\r\n\r\n${HIDDEN}`,
        "two codings": `${HEAD}transfer-encoding: chunked\r\ntransfer-encoding: cow\r\n\r\n0\r\n\r\n${HIDDEN}`,
      }),
  },
  {
    name: "broken-chunks",
    promise: "Chunks whose sizes overflow, are no numbers, or do not hold what they say end the connection.",
    run: ({ serving }) => {
      const chunked = `${HEAD}transfer-encoding: chunked\r\n\r\n`;
      return refusedWhole(serving.url, {
        "a size beyond numbers": `${chunked}FFFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n${HIDDEN}`,
        "a size that wraps around": `${chunked}10000000000000002\r\n{}\r\n0\r\n\r\n${HIDDEN}`,
        "a negative size": `${chunked}-2\r\n{}\r\n0\r\n\r\n${HIDDEN}`,
        "a size in another base": `${chunked}0x2\r\n{}\r\n0\r\n\r\n${HIDDEN}`,
        "no size": `${chunked}\r\n{}\r\n0\r\n\r\n${HIDDEN}`,
        "more than the size": `${chunked}2\r\n{}x\r\n0\r\n\r\n${HIDDEN}`,
        "an extension without an end": `${chunked}2;${"a".repeat(100_000)}\r\n{}\r\n0\r\n\r\n${HIDDEN}`,
        "trailers without an end": `${chunked}2\r\n{}\r\n0\r\n${"x: y\r\n".repeat(50_000)}\r\n${HIDDEN}`,
      });
    },
  },
  {
    name: "broken-heads",
    promise: "Line ends of one byte, NUL and other controls in a head never make one request two.",
    run: ({ serving }) =>
      refusedWhole(serving.url, {
        "a lone carriage return": `GET /healthz HTTP/1.1\r\nhost: localhost\rx: y\r\n\r\n`,
        "a NUL in a field": `GET /healthz HTTP/1.1\r\nhost: localhost\r\nx: a\0b\r\n\r\n`,
        "a blank in the path": `GET /healthz /etc/passwd HTTP/1.1\r\nhost: localhost\r\n\r\n`,
        "another version": `GET /healthz HTTP/9.9\r\nhost: localhost\r\n\r\n`,
        "no host": `GET /healthz HTTP/1.1\r\n\r\n`,
        "a method in lower case": `get /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n`,
        "HTTP/2's first words": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "TLS's first bytes": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".padEnd(600, "\x00"),
        nonsense: "\xff\xfe\xfd\0\0\0\r\n\r\n",
      }),
  },
  {
    name: "answers-split",
    promise: "Nothing that a caller writes comes back as a header of its own.",
    run: async ({ serving }) => {
      const paths = [
        "/%0d%0aset-cookie:%20owned=1",
        "/api/crankcase/v1/artifacts/x/%0d%0aset-cookie:owned=1",
        "/healthz?x=%0d%0aset-cookie:owned=1",
      ];
      const requests = paths.map(
        (path) =>
          `GET ${path} HTTP/1.1\r\nhost: localhost\r\nx-request-id: a%0d%0aset-cookie: owned=1\r\norigin: https://x%0d%0aset-cookie: owned\r\n\r\n`,
      );
      using answered = await exchange(serving.url, `${requests.join("")}GET /healthz HTTP/1.0\r\n\r\n`);
      return /^set-cookie/im.test(answered.text()) ? ["a header came back"] : [];
    },
  },
];
