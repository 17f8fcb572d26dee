import { Registry } from "prom-client";
import { type JobMetrics, jobMetrics } from "./job-metrics.ts";
import { type AnsweredRequest, requestMetrics } from "./request-metrics.ts";
import { type GaugeSources, serverGauges } from "./server-gauges.ts";

/** Everything that one server counts and measures. */
export interface Metrics {
  readonly jobs: JobMetrics;
  readonly answered: (request: AnsweredRequest) => void;
  /** All of it in Prometheus' text format, version 0.0.4. */
  text(): Promise<string>;
  /** Media type of the text. */
  readonly contentType: string;
  readonly registry: Registry;
}

/** Makes the metrics of one server. */
export function createMetrics(sources: GaugeSources): Metrics {
  const registry = new Registry();
  serverGauges(registry, sources);
  return {
    jobs: jobMetrics(registry),
    answered: requestMetrics(registry),
    text: () => registry.metrics(),
    contentType: registry.contentType,
    registry,
  };
}
