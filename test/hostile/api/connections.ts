import { setTimeout as sleep } from "node:timers/promises";
import type { ApiAttack } from "./api-attack.ts";
import { EXECUTE, HELLO, JOBS, post } from "./posting.ts";
import { exchange, hears, type RawConnection, rawConnection } from "./raw-connection.ts";

/** Connections of one attack. */
const CROWD = 300;

const HEAD = `POST ${JOBS} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n`;

/** Opens as many connections as a crowd has, lets `act` use them, and whatever comes of it closes them. */
async function withCrowd(url: string, act: (crowd: readonly RawConnection[]) => Promise<readonly string[]>) {
  using opened = new DisposableStack();
  const crowd: RawConnection[] = [];
  for (let count = 0; count < CROWD; count += 1) crowd.push(opened.use(await rawConnection(url)));
  return await act(crowd);
}

/** An honest job has to be answered all the while. */
async function honestJob(url: string): Promise<string[]> {
  const { status, text } = await post(url, HELLO);
  return status === 200 && JSON.parse(text).run.stdout === "hello\n"
    ? []
    : [`an honest job was answered ${status} ${text}`];
}

/** Connections that hold what they can hold. */
export const connections: readonly ApiAttack[] = [
  {
    name: "slow-heads",
    promise: "Hundreds of connections that send their request's head byte by byte keep nobody out.",
    run: ({ serving }) =>
      withCrowd(serving.url, async (crowd) => {
        for (const [index, byte] of [..."GET /healthz HTTP/1.1\r\nx-slow: "].entries()) {
          for (const { socket } of crowd) socket.write(byte);
          if (index % 8 === 0) await sleep(10);
        }
        return await honestJob(serving.url);
      }),
  },
  {
    name: "slow-bodies",
    promise: "Hundreds of bodies that are announced as large and come byte by byte keep nobody out.",
    run: ({ serving }) =>
      withCrowd(serving.url, async (crowd) => {
        for (const { socket } of crowd) socket.write(`${HEAD}content-length: 10485760\r\n\r\n{`);
        for (let byte = 0; byte < 20; byte += 1) {
          for (const { socket } of crowd) socket.write(" ");
          await sleep(10);
        }
        return await honestJob(serving.url);
      }),
  },
  {
    name: "half-open-connections",
    promise:
      "Hundreds of connections whose callers have closed their side, or broken off in the middle, leave nothing behind.",
    run: ({ serving }) =>
      withCrowd(serving.url, async (crowd) => {
        for (const [index, { socket }] of crowd.entries()) {
          if (index % 3 !== 0) socket.write(`${HEAD}content-length: 1000\r\n\r\n{"language"`);
          if (index % 3 === 1) socket.resetAndDestroy();
          else socket.end();
        }
        return await honestJob(serving.url);
      }),
  },
  {
    name: "jobs-abandoned-at-once",
    promise: "Jobs whose callers hang up as soon as they have asked take no slot from others.",
    run: ({ serving }) =>
      withCrowd(serving.url, async (crowd) => {
        const body = JSON.stringify({ language: "bash", files: [{ content: "sleep 2" }] });
        for (const { socket } of crowd.slice(0, 150))
          socket.write(`${HEAD}content-length: ${body.length}\r\n\r\n${body}`);
        await sleep(100);
        for (const { socket } of crowd) socket.resetAndDestroy();
        return await honestJob(serving.url);
      }),
  },
  {
    name: "hundreds-of-requests-in-one-piece",
    promise: "Requests that come in one piece are answered one by one, each once and in their order.",
    run: async ({ serving }) => {
      const asked = Array.from({ length: 300 }, (_, index) =>
        index % 2 === 0 ? "/healthz" : `/none${index}`,
      );
      const requests = asked.map((path) => `GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
      using answered = await exchange(serving.url, `${requests.join("")}GET /healthz HTTP/1.0\r\n\r\n`);
      const expected = [...asked, "/healthz"].map((path) => (path === "/healthz" ? 200 : 404));
      const got = answered.statuses();
      return got.join() === expected.join()
        ? []
        : [`the answers were ${got.length}: ${got.join().slice(0, 200)}`];
    },
  },
  {
    name: "pipelined-jobs",
    promise: "Jobs that come in one piece run, and each answer is its own.",
    run: async ({ serving }) => {
      const bodies = Array.from({ length: 12 }, (_, index) =>
        JSON.stringify({ language: "bash", files: [{ content: `echo number-${index}-` }] }),
      );
      const requests = bodies.map((body) => `${HEAD}content-length: ${body.length}\r\n\r\n${body}`);
      const last = "GET /healthz HTTP/1.0\r\n\r\n";
      using answered = await exchange(serving.url, `${requests.join("")}${last}`, 10_000);
      const numbers = [...answered.text().matchAll(/"stdout":"number-(\d+)-/g)].map(([, number]) => number);
      return numbers.join() === "0,1,2,3,4,5,6,7,8,9,10,11"
        ? []
        : [`the answers were those of ${numbers.join()}`];
    },
  },
  {
    name: "giant-heads",
    promise: "A head of megabytes, or of thousands of fields, is refused before it is kept.",
    run: async ({ serving }) => {
      const heads = {
        field: `GET /healthz HTTP/1.1\r\nhost: localhost\r\nx-long: ${"a".repeat(4_000_000)}\r\n\r\n`,
        name: `GET /healthz HTTP/1.1\r\nhost: localhost\r\n${"a".repeat(1_000_000)}: x\r\n\r\n`,
        fields: `GET /healthz HTTP/1.1\r\nhost: localhost\r\n${"x: y\r\n".repeat(100_000)}\r\n`,
        path: `GET /${"a".repeat(1_000_000)} HTTP/1.1\r\nhost: localhost\r\n\r\n`,
        cookies: `GET /healthz HTTP/1.1\r\nhost: localhost\r\ncookie: ${"a=b; ".repeat(50_000)}\r\n\r\n`,
      };
      const faults: string[] = [];
      for (const [name, head] of Object.entries(heads)) {
        using answered = await exchange(serving.url, head);
        if (!answered.ended() || answered.statuses().some((status) => status < 400))
          faults.push(`a long ${name} was answered ${answered.statuses().join()}`);
      }
      return faults;
    },
  },
  {
    name: "reader-of-nothing",
    promise: "Whoever asks for floods of output and reads none of it holds back the own program only.",
    run: async ({ serving }) => {
      using opened = new DisposableStack();
      const flood = JSON.stringify({
        language: "bash",
        version: "*",
        files: [{ content: "head -c 900000 /dev/zero | tr '\\0' x; sleep 1" }],
        limits: { run: { stdout_bytes: 1_000_000 } },
      });
      for (const accept of ["text/event-stream", "application/x-ndjson", "application/json"]) {
        const connection = opened.use(await rawConnection(serving.url));
        connection.socket.pause();
        connection.socket.write(
          `${HEAD}accept: ${accept}\r\ncontent-length: ${flood.length}\r\n\r\n${flood}`,
        );
      }
      await sleep(300);
      return await honestJob(serving.url);
    },
  },
  {
    name: "expectations",
    promise:
      "Who waits to be told to go on, asks for what there is not, or never sends the body, holds one connection and nothing else.",
    run: async ({ serving }) => {
      using waiting = await rawConnection(serving.url);
      const body = JSON.stringify(HELLO);
      waiting.socket.write(`${HEAD}expect: 100-continue\r\ncontent-length: ${body.length}\r\n\r\n`);
      await hears(waiting, "100 Continue");
      waiting.socket.write(body);
      await hears(waiting, '"hello\\n"');
      using never = await exchange(
        serving.url,
        `${HEAD}expect: 100-continue\r\ncontent-length: 99999999\r\n\r\n`,
        300,
      );
      using other = await exchange(
        serving.url,
        `POST ${EXECUTE} HTTP/1.1\r\nhost: localhost\r\nexpect: the-unexpected\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}`,
      );
      return [
        ...(waiting.statuses().join() === "100,200" ? [] : [`it was answered ${waiting.statuses().join()}`]),
        ...(never.statuses().includes(200) ? ["a body that never came was answered 200"] : []),
        ...(other.statuses().some((status) => status < 400)
          ? [`another expectation was answered ${other.statuses().join()}`]
          : []),
        ...(await honestJob(serving.url)),
      ];
    },
  },
];
