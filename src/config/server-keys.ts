import Type from "typebox";

/** Keys of what the daemon is to its clients and to its operator. */
export const serverKeys = {
  bind_address: Type.String({ minLength: 1, default: "127.0.0.1", description: "Address to listen on." }),
  port: Type.Integer({
    minimum: 0,
    maximum: 65_535,
    default: 2_000,
    description: "TCP port; 0 takes a free one.",
  }),
  require_key: Type.Boolean({
    description:
      "Whether callers must send an API key; default: yes, unless `bind_address` is a loopback address.",
  }),
  keys_file: Type.String({
    pattern: "^/",
    default: "/etc/crankcase/keys.json",
    description: "File of the API keys' hashes; `crankcase keys create` writes it.",
  }),
  allowed_origins: Type.Array(Type.String({ minLength: 1 }), {
    default: [],
    description:
      "Origins of web pages that may send JSON without declaring it as such, for example `https://example.org`.",
  }),
  body_limit_bytes: Type.Integer({
    minimum: 1_024,
    default: 10 * 1024 * 1024,
    description: "Largest body of a request, in bytes.",
  }),
  log_level: Type.Enum(["silent", "fatal", "error", "warn", "info", "debug", "trace"], {
    default: "info",
    description: "Least level that is logged.",
  }),
  shutdown_grace_ms: Type.Integer({
    minimum: 0,
    default: 20_000,
    description:
      "How long accepted requests and their jobs may go on after SIGTERM, in milliseconds; then jobs are killed. The default is enough for the longest default job.",
  }),
};
