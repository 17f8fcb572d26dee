import { gzipSync } from "node:zlib";
import type { ApiAttack } from "./api-attack.ts";
import { EXECUTE, HELLO, JOBS, type Posted, post, unlike } from "./posting.ts";

/** Sends bodies, each by its name, to a route. */
async function postAll(url: string, bodies: Readonly<Record<string, string | Buffer>>, path = JOBS) {
  const sent = Object.entries(bodies).map(
    async ([name, body]) => [name, await post(url, body, path)] as const,
  );
  return Object.fromEntries(await Promise.all(sent)) as Record<string, Posted>;
}

const hello = JSON.stringify(HELLO).slice(1);

/** What callers send as the body of a request. */
export const bodies: readonly ApiAttack[] = [
  {
    name: "deep-json",
    promise: "A body of a hundred thousand brackets is refused before anything is built of it.",
    run: async ({ serving }) => {
      const deep = {
        brackets: "[".repeat(100_000),
        objects: '{"a":'.repeat(100_000),
        closed: `${"[".repeat(100_000)}${"]".repeat(100_000)}`,
        inside: `{"limits":${'{"run":'.repeat(90_000)}1${"}".repeat(90_001)}`,
      };
      return [
        ...unlike(await postAll(serving.url, deep), 400),
        ...unlike(await postAll(serving.url, deep, EXECUTE), 400),
      ];
    },
  },
  {
    name: "many-names-in-json",
    promise:
      "A body of a million names is refused before an object is built of it, however its names collide.",
    run: async ({ serving }) => {
      const names = Array.from({ length: 450_000 }, (_, index) => `"${index * 4_294_967_296}":0`).join();
      const many = { names: `{${names}}`, list: `{"args":[${"0,".repeat(2_000_000)}0]}` };
      return [
        ...unlike(await postAll(serving.url, many), 400),
        ...unlike(await postAll(serving.url, many, EXECUTE), 400),
      ];
    },
  },
  {
    name: "inherited-names-in-json",
    promise:
      "Names that objects have by themselves change nothing in the server, for this job or a later one.",
    run: async ({ serving }) => {
      const polluting = {
        proto: `{"__proto__":{"artifacts":["**"],"limits":{}},${hello}`,
        constructed: `{"constructor":{"prototype":{"args":["owned"]}},${hello}`,
        nested: `{"limits":{"run":{"__proto__":{"memory_bytes":1}}},${hello}`,
        variables: `{"environment":{"__proto__":"x"},"files":[{"__proto__":{},"content":""}],"language":"bash"}`,
      };
      const refused = unlike(await postAll(serving.url, polluting), 400);
      // Piston passes over what it does not know.
      const lenient = await postAll(serving.url, polluting, EXECUTE);
      const failed = Object.entries(lenient).filter(([, { status }]) => status >= 500);
      const after = await post(serving.url, { language: "bash", files: [{ content: "echo $#" }] });
      const { run, artifacts } = JSON.parse(after.text);
      return [
        ...refused,
        ...failed.map(([name, { status }]) => `Piston's route answered ${name} with ${status}`),
        ...(run?.stdout === "0\n" && artifacts === undefined
          ? []
          : [`the next job was answered ${after.text}`]),
      ];
    },
  },
  {
    name: "bytes-that-are-no-text",
    promise:
      "A body that is no UTF-8, holds half a character, or begins with a mark, is refused and never mended.",
    run: async ({ serving }) => {
      const broken = {
        overlong: Buffer.concat([
          Buffer.from('{"language":"'),
          Buffer.from([0xc0, 0xaf, 0xe0, 0x80, 0xaf]),
          Buffer.from('"}'),
        ]),
        cut: Buffer.concat([Buffer.from('{"language":"bash'), Buffer.from([0xe2, 0x82]), Buffer.from('"}')]),
        surrogate: Buffer.concat([
          Buffer.from('{"language":"'),
          Buffer.from([0xed, 0xa0, 0x80]),
          Buffer.from('"}'),
        ]),
        half: `{"stdin":"\\ud800",${hello}`,
        "half in a name": '{"language":"bash","files":[{"name":"\\udfff","content":""}]}',
        mark: `\uFEFF{${hello}`,
        wide: Buffer.from(`{${hello}`, "utf16le"),
        nul: `\0{${hello}`,
      };
      return unlike(await postAll(serving.url, broken), 400);
    },
  },
  {
    name: "names-twice-in-json",
    promise:
      "A name that stands there twice is refused: whoever checked the first one saw another job than ran.",
    run: async ({ serving }) => {
      const twice = {
        language: `{"language":"python",${hello}`,
        escaped: `{"l\\u0061nguage":"python",${hello}`,
        limits: `{"limits":{"run":{"memory_bytes":1,"memory_bytes":999999999}},${hello}`,
      };
      return unlike(await postAll(serving.url, twice), 400);
    },
  },
  {
    name: "numbers-beyond-limits",
    promise: "No number, however it is written, takes a limit away.",
    run: async ({ serving }) => {
      const numbers = [
        "1e308",
        "1e999",
        "-0",
        "-1",
        "0",
        "0.5",
        "1.5e300",
        "9007199254740993",
        "1e22",
        '"1"',
        "null",
        "true",
        "[1]",
        "{}",
      ];
      const native = numbers.map(
        (number) => [number, `{"limits":{"run":{"wall_time_ms":${number}}},${hello}`] as const,
      );
      const piston = numbers.map(
        (number) =>
          [number, `{"version":"*","run_timeout":${number},"run_memory_limit":${number},${hello}`] as const,
      );
      const lenient = await postAll(serving.url, Object.fromEntries(piston), EXECUTE);
      // Piston's looseness: what is no limit stands for the default.
      const plain = await postAll(serving.url, { plain: `{"version":"*",${hello}` }, EXECUTE);
      const usual = JSON.parse(plain.plain?.text ?? "").limits.run.wall_time_ms;
      return [
        ...unlike(await postAll(serving.url, Object.fromEntries(native)), 400),
        ...Object.entries(lenient).flatMap(([number, { status, text }]) =>
          status === 400 || (status === 200 && JSON.parse(text).limits.run.wall_time_ms <= usual)
            ? []
            : [`Piston's route answered ${number} with ${status} ${text}`],
        ),
      ];
    },
  },
  {
    name: "one-string-of-ten-megabytes",
    promise: "A body up to the limit that is one long string is refused at once, wherever the string stands.",
    run: async ({ serving }) => {
      const long = "a".repeat(9_500_000);
      const strings = {
        language: JSON.stringify({ ...HELLO, language: long }),
        version: JSON.stringify({ ...HELLO, version: long }),
        name: JSON.stringify({ language: "bash", files: [{ name: long, content: "" }] }),
        unknown: JSON.stringify({ ...HELLO, [long]: 1 }),
        spaces: `{${" ".repeat(9_500_000)}`,
        escapes: `{"language":"${"\\".repeat(9_500_000)}`,
      };
      const posted: Record<string, Posted> = {};
      for (const [name, body] of Object.entries(strings)) posted[name] = await post(serving.url, body);
      const tooLong = Object.entries(posted).filter(([, { text }]) => text.length > 10_000);
      return [
        ...unlike(posted, 400),
        ...tooLong.map(([name]) => `the answer to ${name} repeats what was sent`),
      ];
    },
  },
  {
    name: "compressed-body",
    promise: "A body that is compressed is not unpacked, so that it can hold no bomb.",
    run: async ({ serving }) => {
      const bomb = gzipSync(Buffer.alloc(200_000_000, " "));
      const packed: Record<string, Posted> = {};
      for (const encoding of ["gzip", "deflate", "br", "gzip, gzip"]) {
        packed[encoding] = await post(serving.url, bomb, JOBS, { "content-encoding": encoding });
      }
      return unlike(packed, 400);
    },
  },
  {
    name: "other-types-of-bodies",
    promise: "A body that a web page may send without asking is not taken for a job.",
    run: async ({ serving }) => {
      const posted: Record<string, Posted> = {};
      const types = [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain; application/json",
        "application/jsonp",
        "*/*",
      ];
      for (const type of types) posted[type] = await post(serving.url, HELLO, JOBS, { "content-type": type });
      return unlike(posted, 415);
    },
  },
];
