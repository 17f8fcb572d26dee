import type { ErrorCode } from "../../errors/error-table.ts";
import type { AlwaysNeeded, Needs } from "../access.ts";
import type { ShapeName } from "./named-shapes.ts";

/** A JSON schema as OpenAPI 3.1 has them. */
export type SchemaObject = Readonly<Record<string, unknown>>;

/** One thing that the server does, as its description names it; how it is written follows from this. */
export interface Operation {
  readonly method: "GET" | "POST" | "DELETE";
  /** Path as the router has it, with `:name` and `*`. */
  readonly route: string;
  readonly id: string;
  readonly tag: Tag;
  readonly summary: string;
  readonly description?: string;
  /** What its caller must have, as at the route itself. */
  readonly needs: Needs;
  /** Whether the key is needed also where the server is open, as at the route. */
  readonly always?: AlwaysNeeded;
  /** What it takes from its caller's limits. */
  readonly counts?: "job" | "change";
  readonly body?: { readonly shape: ShapeName; readonly example: object };
  /** What may stand behind the question mark, by name. */
  readonly query?: Readonly<Record<string, QueryParameter>>;
  readonly answers: readonly Answer[];
  /** Errors of its own; those of its access and its body come by themselves. */
  readonly errors?: readonly ErrorCode[];
  /** How its errors are written. */
  readonly errorShape: "Error" | "PistonError";
}

/** What a part of a query means; none is required. */
export interface QueryParameter {
  readonly description: string;
  readonly schema: SchemaObject;
}

/** One answer that is no error. */
export interface Answer {
  readonly status: number;
  readonly description: string;
  /** Media type to schema; an answer without content has none. */
  readonly content: Readonly<Record<string, SchemaObject>>;
  readonly example?: unknown;
}

/** Groups of operations, and what they are. */
export const tags = {
  jobs: "Running programs, and what they wrote: the native API, strict, with all that Crankcase can do.",
  workflows: "Sequences of jobs, each of which takes what others wrote.",
  packages: "What is installed, and changing it.",
  operation: "Health, metrics and this description: for load balancers, scrapers and people.",
  "piston-v2": "Piston's own API, for its clients; tolerant where Piston is.",
  "piston-v1": "Piston's API of 2021 and 2018, for clients that are older still.",
} as const;

/** Name of a group. */
export type Tag = keyof typeof tags;

/** Refers to a named schema. */
export function one(name: ShapeName): SchemaObject {
  return { $ref: `#/components/schemas/${name}` };
}

/** A list of what a named schema says. */
export function listOf(name: ShapeName): SchemaObject {
  return { type: "array", items: one(name) };
}

/** The usual answer: 200 with JSON. */
export function ok(description: string, schema: SchemaObject, example?: unknown): Answer {
  return { status: 200, description, content: { "application/json": schema }, example };
}

/** JSON with another status than 200. */
export function json(status: number, description: string, schema: SchemaObject, example?: unknown): Answer {
  return { ...ok(description, schema, example), status };
}

/** The same as `ok`, or a stream of events where the caller's `Accept` asks for one. */
export function streamable(description: string, schema: SchemaObject, example?: unknown): Answer {
  return {
    status: 200,
    description,
    content: { "application/json": schema, ...streamed(description).content },
    example,
  };
}

/** A stream of events and nothing else. */
export function streamed(description: string): Answer {
  const events = { type: "string", description: "Events, the last of them `result` or `error`." };
  return {
    status: 200,
    description,
    content: { "text/event-stream": events, "application/x-ndjson": events },
  };
}
