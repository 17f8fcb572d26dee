import type { QueuedJob } from "../api/queued-job.ts";
import type { Condition } from "../api/workflow-condition.ts";
import type { Reference } from "../api/workflow-reference.ts";
import type { ArtifactStore } from "../artifacts/artifact-store.ts";
import { type Carried, carriedJson, toBytes, unusable } from "./carried.ts";
import type { DefinedStep, Definition } from "./definition.ts";
import { pointedAt } from "./json-pointer.ts";
import { keptArtifact } from "./kept-artifact.ts";
import type { ItemProgress, Progress } from "./progress.ts";
import { takenOf } from "./taken.ts";

/** What reading the values of a workflow takes. */
export interface ValueDeps {
  /** A job that is over, with its result; null where there is none any more. */
  readonly findJob: (id: string) => Promise<QueuedJob | null>;
  readonly artifacts: Pick<ArtifactStore, "find">;
  /** Of one value. */
  readonly mostBytes: number;
}

/** An item of a fan-out. */
export interface FannedItem {
  readonly item: unknown;
  readonly index: number;
}

/** The values of one workflow, as its steps stand. What was read is kept while it is little, for those that take the same. */
export class StepValues {
  readonly #deps: ValueDeps;
  readonly #definition: Definition;
  readonly #progress: Progress;
  readonly #read = new Map<string, Promise<Carried | null>>();
  /** About what has been read is kept of. */
  #bytes = 0;

  constructor(deps: ValueDeps, definition: Definition, progress: Progress) {
    this.#deps = deps;
    this.#definition = definition;
    this.#progress = progress;
  }

  /** What a reference stands for; null where there is none. Rejects with `value_unusable`. */
  async of(reference: Reference, fanned: FannedItem | null): Promise<Carried | null> {
    const { from, item, index } = reference;
    if (from !== undefined) return await this.#taken(from, reference);
    if (index !== undefined) return { kind: "json", value: fanned?.index ?? 0 };
    const value = typeof item === "string" ? pointedAt(fanned?.item, item) : fanned?.item;
    return value === undefined ? null : { kind: "json", value };
  }

  /** What a condition's test is about; null where there is none. */
  async tested(test: Condition): Promise<Carried | null> {
    return test.step === undefined ? null : await this.#taken(test.step, test);
  }

  #taken(name: string, what: Pick<Reference, "take" | "artifact" | "json">): Promise<Carried | null> {
    const { take = null, artifact = null, json = null } = what;
    const key = JSON.stringify([name, take, artifact, json]);
    const known = this.#read.get(key) ?? this.#kept(this.#readStep(name, what));
    this.#read.set(key, known);
    return known;
  }

  async #kept(reading: Promise<Carried | null>): Promise<Carried | null> {
    const carried = await reading;
    this.#bytes += carried === null ? 0 : toBytes(carried).length;
    if (this.#bytes <= this.#deps.mostBytes) return carried;
    this.#read.clear();
    this.#bytes = 0;
    return carried;
  }

  async #readStep(
    name: string,
    what: Pick<Reference, "take" | "artifact" | "json">,
  ): Promise<Carried | null> {
    const place = this.#definition.steps.findIndex((step) => step.name === name);
    const step = this.#definition.steps[place];
    const standing = this.#progress.steps[place];
    if (step === undefined || standing === undefined) return null;
    if (!standing.isFannedOut) return await this.#readItem(step, standing.items[0], what, name);
    if (standing.state === "skipped") return null;
    const values: (Carried | null)[] = [];
    let bytes = 0;
    for (const [index, item] of standing.items.entries()) {
      const value = await this.#readItem(step, item, what, `${name}[${index}]`);
      bytes += value === null ? 0 : toBytes(value).length;
      this.#requireFew(bytes, name);
      values.push(value);
    }
    return { kind: "list", values };
  }

  async #readItem(
    { job }: DefinedStep,
    item: ItemProgress | undefined,
    what: Pick<Reference, "take" | "artifact" | "json">,
    name: string,
  ): Promise<Carried | null> {
    const found = item?.job == null ? null : await this.#deps.findJob(item.job);
    if (found?.result === undefined) return null;
    const taken = takenOf(found.result, what, job.output_encoding ?? "utf8");
    const value = taken?.kind === "kept" ? await this.#readKept(taken.file, name) : taken;
    if (value === null) return null;
    const told = `${what.artifact ?? what.take ?? "stdout"} of ${name}`;
    if (value.kind === "bytes") this.#requireFew(value.bytes.length, name);
    if (what.json === undefined) return value;
    return carriedJson(toBytes(value), what.json, told);
  }

  async #readKept(file: Parameters<typeof keptArtifact>[0], name: string): Promise<Carried> {
    const { artifacts, mostBytes } = this.#deps;
    const bytes = await keptArtifact(file, artifacts, mostBytes);
    if (bytes === null)
      unusable(`the file ${file.name} of ${name} has expired; files that are delivered inline stay`);
    if (bytes === "large") this.#requireFew(Number.POSITIVE_INFINITY, name);
    return { kind: "bytes", bytes: bytes as Buffer };
  }

  #requireFew(bytes: number, name: string): void {
    const { mostBytes } = this.#deps;
    if (bytes > mostBytes)
      unusable(`what ${name} gives is more than the ${mostBytes} bytes that may be carried`);
  }
}
