import type { TSchema } from "typebox";

/** The parts of a schema of ours that tests look at (src/api, src/schema). */
export interface SchemaNode {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
}

/** A schema as tests look at it. */
export function schemaNode(schema: TSchema): SchemaNode {
  return schema as SchemaNode;
}

/** A value somewhere in a shape: where, and what may stand there. */
export interface ShapePlace {
  /** Names, and 0 for the items of an array. */
  readonly path: readonly (string | number)[];
  readonly node: SchemaNode;
}

/** Every place of a shape below its top. */
export function shapePlaces(node: SchemaNode, path: readonly (string | number)[] = []): ShapePlace[] {
  const properties = Object.entries(node.properties ?? {}).map(([name, inner]) => [name, inner] as const);
  const inner = node.items === undefined ? properties : [[0, node.items] as const];
  return inner.flatMap(([step, below]) => [
    { path: [...path, step], node: below },
    ...shapePlaces(below, [...path, step]),
  ]);
}

/** A copy of a value with another one put at a place; what is missing on the way is made. */
export function withValueAt(whole: unknown, path: readonly (string | number)[], value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (typeof step === "number") {
    const list = Array.isArray(whole) ? [...whole] : [];
    list[step] = withValueAt(list[step], rest, value);
    return list;
  }
  const object = typeof whole === "object" && whole !== null ? whole : {};
  return { ...object, [step]: withValueAt((object as Record<string, unknown>)[step], rest, value) };
}
