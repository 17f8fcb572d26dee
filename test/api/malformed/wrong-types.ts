import { JobRequestShape } from "../../../src/api/job-request.ts";
import { pathText } from "../../../src/schema/path-text.ts";
import { type SchemaNode, schemaNode, shapePlaces, withValueAt } from "../shape-walk.ts";
import { GOOD, type MalformedBody } from "./malformed-body.ts";

/** Stands for a number that JSON.stringify cannot write. */
const RAW = /"@raw:([^"]*)"/g;

const WRONG: Readonly<Record<string, readonly unknown[]>> = {
  string: [5, null, true, ["a"], { a: "a" }],
  boolean: ["true", 1, null, []],
  array: ["a", 5, null, { 0: "a" }],
  object: ["a", 5, null, ["a"]],
  integer: ["5", null, 1.5, -1, 0, "@raw:1e999", "@raw:-1e999", "@raw:9007199254740993", "@raw:1e-999"],
};

/** With all that cannot stand alone: what is missing in it would be named first. */
const WHOLE = {
  ...GOOD,
  testcases: [{ files: [{ name: "a", content: "" }] }],
  comparison: { mode: "exact" },
  checker: GOOD,
  interactor: GOOD,
  callback: { url: "https://example.org/", secret: "sixteen letters and more" },
};

function wrongValues(node: SchemaNode): readonly unknown[] {
  if (node.enum !== undefined) return ["UTF-8", "", 5, null, [node.enum[0]]];
  return WRONG[node.type ?? ""] ?? [];
}

/** Every field of the shape with every wrong type, and numbers beyond their bounds. */
export function wrongTypes(): MalformedBody[] {
  return shapePlaces(schemaNode(JobRequestShape)).flatMap(({ path, node }) =>
    wrongValues(node).map((value) => {
      const body = JSON.stringify(withValueAt(WHOLE, path, value)).replace(RAW, "$1");
      const field = pathText(path.map(String));
      return { title: `${field} is ${JSON.stringify(value)}`, body, field };
    }),
  );
}
