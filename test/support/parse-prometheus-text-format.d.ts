/** Reads Prometheus' text format; the package has no types of its own. */
declare module "parse-prometheus-text-format" {
  /** One metric with its samples; numbers stay texts. */
  interface MetricFamily {
    readonly name: string;
    readonly help: string;
    readonly type: string;
    readonly metrics: readonly Record<string, unknown>[];
  }
  // biome-ignore lint/style/noDefaultExport: it is what the library has.
  export default function parse(text: string): MetricFamily[];
}
