import { TARGETS } from "./request-shapes.ts";
import { type SchemaNode, shapePlaces, withValueAt } from "./shape-walk.ts";

/** Numbers from 0 up to 1. */
type Random = () => number;

/** A request made up from the shapes of the API. */
export interface RandomRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** What stands in the fields that only few values fit; else hardly a job would ever run. */
const FITTING: Readonly<Record<string, readonly unknown[]>> = {
  language: ["bash", "bash", "sh", "sh", "python", "c", "file", "nope"],
  version: ["*", "*", "*", ">=1", "5.x", "99", "not a range"],
  content: [
    ":",
    "echo hi",
    "cat",
    "exit 3",
    "kill -9 $$",
    "print(1)",
    "int main(void) { return 0; }",
    "",
    "é".repeat(5_000),
    "while :; do :; done",
  ],
  source: ["echo hi", "exit 1", "", "head -c 100000 /dev/zero"],
  name: ["main.sh", "a/b.txt", "a", "src/main", "d/e/f", "args.args", "", "../x", "é".repeat(200)],
  stdin: ["", "read me\n", "x".repeat(10_000)],
  encoding: ["utf8", "utf8", "utf8", "base64", "hex", "latin1"],
  args: [[], ["one", "two words"], ["--help"], ["é", "*"], null],
};

const JUNK: readonly unknown[] = [
  ...[
    null,
    true,
    false,
    0,
    -1,
    0.5,
    1e308,
    2 ** 53,
    "",
    "a",
    "\0",
    "\ud800",
    "__proto__",
    [],
    {},
    [[]],
    [null],
  ],
  ...[{ __proto__: null, a: 1 }, "x".repeat(3_000), Array(300).fill("a")],
];

/** Other paths, to which any body may come. */
const PATHS: readonly string[] = [
  ...[
    "/",
    "/nope",
    "/healthz",
    "/versions",
    "/api/v2/runtimes",
    "/api/v2/packages",
    "/api/v2/nope",
    "/%zz",
    "//",
    "/api/v2/execute/x",
  ],
  ...[
    "/api/crankcase/v1/status",
    "/api/crankcase/v1/packages",
    "/api/crankcase/v1/jobs/1",
    "/api/crankcase/v1/runtimes?x=%00",
  ],
];

const METHODS: readonly string[] = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"];

const TYPES: readonly string[] = [
  "application/json",
  "text/plain",
  "",
  "text/html",
  "application/json; charset=latin1",
  ";;;",
  "application/",
];

/** Makes one request: most are valid as far as the shape says, a third have one fault, the others are noise. */
export function randomRequest(random: Random): RandomRequest {
  const [path, shape] = pick(random, TARGETS);
  const kind = random();
  const isOdd = random() < 0.15;
  const value = randomValue(shape, random);
  const body =
    kind < 0.55
      ? JSON.stringify(value)
      : kind < 0.85
        ? withOneFault(value, shape, random)
        : noise(value, random);
  return {
    method: isOdd ? pick(random, METHODS) : "POST",
    path: isOdd ? pick(random, [path, ...PATHS]) : path,
    headers: { "content-type": random() < 0.9 ? "application/json" : pick(random, TYPES) },
    body,
  };
}

function pick<Item>(random: Random, items: readonly Item[]): Item {
  return items[Math.floor(random() * items.length)] as Item;
}

function randomValue(node: SchemaNode, random: Random, name = ""): unknown {
  const fitting = FITTING[name];
  if (fitting !== undefined && random() < 0.95) return pick(random, fitting);
  if (node.enum !== undefined) return pick(random, node.enum);
  if (node.type === "integer") return wholeNumberOf(node, random);
  if (node.type === "boolean") return random() < 0.5;
  if (node.type === "array") return listOf(node, random, name);
  if (node.properties !== undefined) return objectOf(node, random);
  if (node.type === "object")
    return pick(random, [{}, { A: "b" }, { "": "" }, { "A=": "b" }, { LD_X: "\0" }]);
  return pick(random, ["", "a", "two words", "é", "*.txt", "out/**", "3"]);
}

/** Mostly what lies within ordinary limits, sometimes the bounds themselves. */
function wholeNumberOf(
  { minimum = 0, maximum = Number.MAX_SAFE_INTEGER }: SchemaNode,
  random: Random,
): number {
  return pick(random, [
    minimum,
    minimum + 1,
    100,
    200,
    300,
    900,
    5_000,
    70_000,
    2_000_000,
    64_000_000,
    maximum,
  ]);
}

function listOf({ items = {}, minItems = 0 }: SchemaNode, random: Random, name: string): unknown[] {
  const length = minItems + Math.floor(random() * 3);
  return Array.from({ length }, () => randomValue(items, random, name === "files" ? "" : `${name}[]`));
}

function objectOf({ properties = {}, required = [] }: SchemaNode, random: Random): object {
  const chosen = Object.entries(properties).filter(([name]) => required.includes(name) || random() < 0.2);
  return Object.fromEntries(chosen.map(([name, node]) => [name, randomValue(node, random, name)]));
}

function withOneFault(value: unknown, shape: SchemaNode, random: Random): string {
  const { path } = pick(random, shapePlaces(shape));
  const place = random() < 0.8 ? path : [...path.slice(0, -1), "surplus"];
  return JSON.stringify(withValueAt(value, place, pick(random, JUNK)));
}

/** A body whose bytes were cut, turned or doubled somewhere. */
function noise(value: unknown, random: Random): string | Buffer {
  const body = Buffer.from(JSON.stringify(value));
  const at = Math.floor(random() * body.length);
  return pick(random, [
    () => body.subarray(0, at),
    () => Buffer.concat([body.subarray(0, at), Buffer.of(Math.floor(random() * 256)), body.subarray(at + 1)]),
    () => Buffer.concat([body, body]),
    () => JSON.stringify(pick(random, JUNK)),
    () => "[".repeat(5_000),
  ])();
}
