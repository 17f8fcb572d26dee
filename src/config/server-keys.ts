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
    description:
      "File of the API keys' hashes; `crankcase keys` writes it, and a server that runs takes changes up by itself.",
  }),
  allowed_origins: Type.Array(
    Type.String({
      pattern: "^[a-z][a-z0-9+.-]*://[^/*\\s]+$",
      patternMessage: "must be an origin such as https://example.org, without a path",
    }),
    {
      default: [],
      description:
        "Origins of web pages that may use the server: they are answered with the headers that let them read, may open WebSockets, and may send JSON without declaring it as such. For example `https://example.org`.",
    },
  ),
  allowed_hosts: Type.Array(Type.String({ pattern: "^[a-z0-9._-]+$" }), {
    default: [],
    description:
      "Names, in small letters and without a port, by which callers may reach a server on loopback that asks for no key, besides `localhost` and addresses.",
  }),
  trusted_proxies: Type.Array(Type.String({ minLength: 1 }), {
    default: [],
    description:
      "Addresses and networks of the proxies in front, for example `127.0.0.1` or `10.0.0.0/8`: their `X-Forwarded-For` tells the caller's address. Nobody else's is heard.",
  }),
  address_rate_per_minute: Type.Integer({
    minimum: 0,
    description:
      "Requests that run jobs or change packages, a minute, from one address that sends no key (IPv6: one /64); 0 is no limit. Default: 600, and 0 where `bind_address` is a loopback address.",
  }),
  key_rate_per_minute: Type.Integer({
    minimum: 0,
    description:
      "The same by one key that has no `rate_per_minute` of its own. Default: 3000, and 0 where `bind_address` is a loopback address.",
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
