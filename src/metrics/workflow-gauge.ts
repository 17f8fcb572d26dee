import { Gauge, type Registry } from "prom-client";

/** Adds the gauge of the workflows that are under way to a registry. */
export function workflowGauge(registry: Registry, workflows: { readonly running: number }): void {
  new Gauge({
    name: "crankcase_workflows",
    help: "Workflows that are under way.",
    registers: [registry],
    collect() {
      this.set(workflows.running);
    },
  });
}
