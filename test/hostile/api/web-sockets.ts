import { setTimeout as sleep } from "node:timers/promises";
import { initialized } from "../../stream/connecting.ts";
import { until } from "../../support/until.ts";
import type { AttackedServer } from "../attacked-server.ts";
import type { ApiAttack } from "./api-attack.ts";
import { HELLO, post } from "./posting.ts";
import { exchange, hears, type RawConnection, rawConnection, settled } from "./raw-connection.ts";

const HANDSHAKE =
  "GET /api/v2/connect HTTP/1.1\r\nhost: localhost\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";

/** A frame of a client's, with a mask of zeros (RFC 6455, section 5.2). */
function frame(first: number, payload: Buffer): Buffer {
  const { length } = payload;
  const size = length < 126 ? [0x80 | length] : [0x80 | 126, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([first, ...size, 0, 0, 0, 0]), payload]);
}

const TEXT = 0x81;
const PING = 0x89;

const message = (value: object) => frame(TEXT, Buffer.from(JSON.stringify(value)));

async function handshaken(url: string, headers = ""): Promise<RawConnection> {
  const connection = await rawConnection(url);
  connection.socket.write(`${HANDSHAKE}${headers}\r\n`);
  await until("the handshake is answered", () => connection.text().includes("\r\n\r\n"));
  return connection;
}

/** Sends frames that break the protocol, each over a WebSocket of its own: it must end, and no job have run. */
async function allCut(
  { serving }: AttackedServer,
  frames: Readonly<Record<string, Buffer>>,
): Promise<string[]> {
  const sent = Object.entries(frames).map(async ([name, bytes]) => {
    using connection = await handshaken(serving.url);
    connection.socket.write(bytes);
    await settled(connection, 3_000);
    return connection.ended() ? [] : [`${name} was taken`];
  });
  return (await Promise.all(sent)).flat();
}

/** Clients of the WebSocket that keep to no rule of it. */
export const webSockets: readonly ApiAttack[] = [
  {
    name: "frames-against-the-protocol",
    promise: "Frames that break the protocol of WebSockets end the connection.",
    run: (server) =>
      allCut(server, {
        "a frame without a mask": Buffer.from([TEXT, 2, 0x7b, 0x7d]),
        "a length of 63 bits": Buffer.from([
          TEXT,
          0xff,
          0x7f,
          0xff,
          0xff,
          0xff,
          0xff,
          0xff,
          0xff,
          0xff,
          0,
          0,
          0,
          0,
        ]),
        "a length with the highest bit": Buffer.from([TEXT, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        "reserved bits": frame(0xf1, Buffer.from("{}")),
        "a kind that there is not": frame(0x83, Buffer.from("{}")),
        "a ping of 126 bytes": frame(PING, Buffer.alloc(126)),
        "a ping in pieces": frame(0x09, Buffer.from("x")),
        "a continuation of nothing": frame(0x80, Buffer.from("{}")),
        "a text in a text": Buffer.concat([frame(0x01, Buffer.from("{")), frame(TEXT, Buffer.from("}"))]),
        "a text that is no UTF-8": frame(TEXT, Buffer.from([0xc0, 0xaf])),
        "a close of one byte": frame(0x88, Buffer.from([3])),
        "a close with a code that is none": frame(0x88, Buffer.from([0, 5])),
        "HTTP where frames must be": Buffer.from("GET /healthz HTTP/1.1\r\n\r\n"),
      }),
  },
  {
    name: "endless-message",
    promise:
      "A message that goes on in piece after piece is given up at the limit of a body, or when nothing has begun within a second.",
    run: async ({ serving }) => {
      using connection = await handshaken(serving.url);
      connection.socket.write(frame(0x01, Buffer.from("{")));
      const piece = frame(0x00, Buffer.alloc(60_000, " "));
      for (let sent = 0; sent < 400 && !connection.ended(); sent += 1) {
        if (!connection.socket.write(piece)) await sleep(1);
      }
      await settled(connection, 3_000);
      return connection.ended() ? [] : ["it was read on"];
    },
  },
  {
    name: "silent-web-sockets",
    promise: "Hundreds of WebSockets that say nothing are given up after a second, and keep nobody out.",
    run: async ({ serving }) => {
      using opened = new DisposableStack();
      const silent: RawConnection[] = [];
      for (let count = 0; count < 200; count += 1) silent.push(opened.use(await handshaken(serving.url)));
      const { status } = await post(serving.url, HELLO);
      const told = await Promise.all(silent.map((connection) => hears(connection, "Initialization Timeout")));
      const open = silent.filter(({ ended }, index) => !ended() && told[index] !== true);
      return [
        ...(status === 200 ? [] : [`an honest job was answered ${status}`]),
        ...(open.length === 0 ? [] : [`${open.length} of them were open still`]),
      ];
    },
  },
  {
    name: "flood-of-pings",
    promise:
      "Whoever sends pings without end and reads no answer ends the own connection, and fills no memory.",
    run: async ({ serving }) => {
      using connection = await handshaken(serving.url);
      connection.socket.write(
        message({ type: "init", language: "bash", version: "*", files: [{ content: "sleep 2" }] }),
      );
      connection.socket.pause();
      const pings = Buffer.concat(Array.from({ length: 500 }, () => frame(PING, Buffer.alloc(125))));
      for (let sent = 0; sent < 400 && !connection.socket.destroyed; sent += 1) {
        if (!connection.socket.write(pings)) await sleep(2);
      }
      connection.socket.destroy();
      return [];
    },
  },
  {
    name: "ten-thousand-messages",
    promise: "Messages before the init, and of kinds that there are not, do nothing, however many.",
    run: async ({ serving }) => {
      using connection = await handshaken(serving.url);
      const nothing = Buffer.concat(
        Array.from({ length: 10_000 }, () => message({ type: "constructor", data: "x" })),
      );
      connection.socket.write(nothing);
      connection.socket.write(message({ type: "data", stream: "stdin", data: "x" }));
      // On a slow machine the second for the init is over before they are read.
      return (await hears(connection, "nitializ")) ? [] : ["it was taken"];
    },
  },
  {
    name: "flood-of-signals",
    promise:
      "Signals and sizes that come faster than the program takes them, from who reads no output, fill no memory.",
    run: async ({ serving }) => {
      const content = "trap : USR1 WINCH CONT; yes";
      using client = await initialized(serving.url, {
        language: "bash",
        files: [{ content }],
        terminal: true,
      });
      await client.hears("stage");
      client.socket.pause();
      for (let sent = 0; sent < 20_000; sent += 1) {
        client.send(
          sent % 2 === 0
            ? { type: "signal", signal: "SIGCONT" }
            : { type: "resize", rows: 1 + (sent % 999), columns: 80 },
        );
        if (client.socket.bufferedAmount > 1_000_000) await sleep(1);
      }
      client.socket.terminate();
      return [];
    },
  },
  {
    name: "compressed-messages",
    promise: "No compression is agreed on, so that no message can be a bomb.",
    run: async ({ serving }) => {
      using connection = await handshaken(
        serving.url,
        "sec-websocket-extensions: permessage-deflate; client_max_window_bits, x-webkit-deflate-frame\r\n",
      );
      const agreed = /^sec-websocket-extensions/im.test(connection.text());
      connection.socket.write(frame(0xc1, Buffer.from([0x01, 0x00])));
      await settled(connection, 3_000);
      return [
        ...(agreed ? ["compression was agreed on"] : []),
        ...(connection.ended() ? [] : ["a compressed message was taken"]),
      ];
    },
  },
  {
    name: "handshakes-that-are-none",
    promise: "A handshake of another kind, version or path, or with a wrong key, opens no WebSocket.",
    run: async ({ serving }) => {
      const shakes = {
        "another path": HANDSHAKE.replace("/api/v2/connect", "/api/v2/execute"),
        "a path behind": HANDSHAKE.replace("/api/v2/connect", "/x/../api/v2/connect"),
        "another protocol": HANDSHAKE.replace("upgrade: websocket", "upgrade: h2c"),
        "another version": HANDSHAKE.replace("version: 13", "version: 99"),
        "no key": HANDSHAKE.replace(/sec-websocket-key.*\r\n/, ""),
        "a short key": HANDSHAKE.replace("AAAAAAAAAAAAAAAAAAAAAA==", "AAAA"),
        "another method": HANDSHAKE.replace("GET", "POST"),
        "a foreign page": `${HANDSHAKE}origin: https://evil.example\r\n`,
        "a page of no origin": `${HANDSHAKE}origin: null\r\n`,
      };
      const sent = Object.entries(shakes).map(async ([name, head]) => {
        using answered = await exchange(serving.url, `${head}\r\n`, 500);
        return answered.statuses().includes(101) ? [`${name} opened one`] : [];
      });
      return (await Promise.all(sent)).flat();
    },
  },
];
