import { JobRequestShape } from "../../src/api/job-request.ts";
import { type SchemaNode, schemaNode } from "./shape-walk.ts";

/** Piston's v2 and v1, written down as a shape: their code reads field by field. */
const text = { type: "string" } as const;
const wholeNumber = { type: "integer", minimum: -1 } as const;
const V2_SHAPE: SchemaNode = {
  type: "object",
  required: ["language", "files"],
  properties: {
    language: text,
    version: text,
    files: {
      type: "array",
      minItems: 1,
      items: {
        type: "object",
        required: ["content"],
        properties: { name: text, content: text, encoding: text },
      },
    },
    stdin: text,
    args: { type: "array", items: text },
    ...Object.fromEntries(
      ["memory_limit", "timeout", "cpu_time"].flatMap((name) => [
        [`compile_${name}`, wholeNumber],
        [`run_${name}`, wholeNumber],
      ]),
    ),
  },
};
const V1_SHAPE: SchemaNode = {
  type: "object",
  required: ["language", "source"],
  properties: { language: text, source: text, stdin: text, args: { type: "array", items: text } },
};

/** Where jobs are sent, and what is read there. */
export const TARGETS: readonly (readonly [path: string, shape: SchemaNode])[] = [
  ["/api/crankcase/v1/jobs", schemaNode(JobRequestShape)],
  ["/api/crankcase/v1/jobs", schemaNode(JobRequestShape)],
  ["/api/v2/execute", V2_SHAPE],
  ["/api/v2/piston/execute/", V2_SHAPE],
  ["/execute", V1_SHAPE],
  ["/api/v1/piston/execute", V1_SHAPE],
];
