import { BUSY, common } from "./common-cases.ts";
import { type GoldenCase, get, inOrder, type Mistake, one, post } from "./golden-case.ts";

const V1 = { language: "python3", source: "hi", args: ["1"], stdin: "x" };

/** Every message of v1's execute, in the order in which they are checked. */
const V1_MISTAKES: readonly Mistake[] = [
  ["No language supplied", { language: undefined }],
  ["Supplied language is not a string", { language: 5 }],
  ["Supplied language is not supported by Piston", { language: "nope" }],
  ["No source supplied", { source: undefined }],
  ["Supplied source is not a string", { source: ["hi"] }],
  ["Supplied args is not an array", { args: "1" }],
  ["Supplied stdin is not a string", { stdin: 5 }],
];

function v1Answer(ran: boolean, stdout: string, stderr: string, output: string, language = "python3") {
  return { ran, language, version: language === "c" ? "14.2.0" : "3.13.5", stdout, stderr, output };
}

/** Every case of v1, below one of its prefixes. */
export function v1Cases(prefix: string): GoldenCase[] {
  const execute = `${prefix}/execute`;
  const told = v1Answer(true, "hi\n", "", "hi\n");
  const versions = [
    { name: "python3", aliases: ["py", "py3", "python"], version: "3.13.5" },
    { name: "c", aliases: [], version: "14.2.0" },
    { name: "file", aliases: [], version: "5.2.37" },
  ];
  const ends = (source: string, answer: object, language = "python") =>
    post(execute, { language, source }, 200, answer);
  return [
    get(`${prefix}/versions`, versions),
    get(`${prefix}/versions/`, versions),
    ...common(execute, V1, told),
    post(`${execute}/`, V1, 200, told),
    ...one(V1_MISTAKES, V1, execute),
    ...inOrder(V1_MISTAKES, V1, execute),
    post(execute, "", 400, { message: "No language supplied" }, { title: `POST ${execute} with nothing` }),
    ...["python", "py", "py3", "python3"].map((language) => post(execute, { ...V1, language }, 200, told)),
    ...[null, "", []].map((args) => post(execute, { ...V1, args }, 200, told)),
    post(execute, { language: "py", source: "hi", stdin: null, log: 0 }, 200, told),
    ends("fails", v1Answer(false, "hi\n", "", "hi\n")),
    ends("sleeps", v1Answer(false, "", "", "")),
    ends("compiles", v1Answer(true, "hi\n", "warning\n", "warning\nhi\n", "c"), "c"),
    ends("broken", v1Answer(false, "", "error\n", "error\n", "c"), "c"),
    ends("long", v1Answer(true, "é".repeat(65_534), "e".repeat(65_535), " x ".repeat(21_845))),
    post(execute, { ...V1, source: "busy" }, 503, BUSY, { answerHeaders: { "retry-after": "7" } }),
  ];
}
