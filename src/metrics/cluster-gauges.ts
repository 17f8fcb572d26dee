import { Gauge, type Registry } from "prom-client";

/** A class of workers as the gauges read it. */
export interface ClassCounts {
  readonly digest: string;
  /** Jobs that its workers that live may run at one time. */
  readonly slots: number;
  readonly waiting: number;
}

/** What the gauges of servers that share a store read when somebody asks. */
export interface ClusterSources {
  readonly classes: { readonly seen: readonly ClassCounts[] };
  readonly members: { readonly alive: readonly { readonly role: string }[] };
  readonly store: { readonly fault: string | null };
}

/** Adds the gauges of a shared store to a registry: each server tells the same of all, as of its last look, two seconds ago at most. */
export function clusterGauges(registry: Registry, { classes, members, store }: ClusterSources): void {
  const byClass = (name: string, help: string, read: (one: ClassCounts) => number) =>
    new Gauge({
      ...{ name: `crankcase_cluster_${name}`, help, labelNames: ["class"], registers: [registry] },
      collect() {
        this.reset();
        for (const one of classes.seen) this.set({ class: one.digest }, read(one));
      },
    });
  byClass(
    "jobs_waiting",
    "Jobs in the shared store that wait for a worker, by class of workers.",
    (one) => one.waiting,
  );
  byClass(
    "slots",
    "Jobs that the workers that live may run at one time, by class of workers.",
    (one) => one.slots,
  );
  new Gauge({
    ...{
      name: "crankcase_cluster_members",
      help: "Servers that share the store and live, by role.",
      labelNames: ["role"],
    },
    registers: [registry],
    collect() {
      this.reset();
      for (const { role } of members.alive) this.inc({ role });
    },
  });
  new Gauge({
    ...{
      name: "crankcase_store_away",
      help: "1 while the shared store does not answer this server, else 0.",
    },
    registers: [registry],
    collect() {
      this.set(store.fault === null ? 0 : 1);
    },
  });
}
