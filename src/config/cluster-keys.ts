import Type from "typebox";

/** Keys of a server that shares its jobs with others (docs/scaling.md). */
export const clusterKeys = {
  role: Type.Enum(["all", "api", "worker"], {
    default: "all",
    description:
      "What this server does where `store` is shared: `api` answers callers and runs nothing, `worker` runs jobs and answers nobody but probes, `all` does both.",
  }),
  store: Type.String({
    pattern: "^(embedded|rediss?://[^\\s]+)$",
    patternMessage: "must be embedded, or a redis or rediss url",
    default: "embedded",
    description:
      "Where jobs are kept and handed out: `embedded` is a file of this server's own; `redis://HOST:PORT/DB` or `rediss://...` is a Redis or Valkey that several servers share, and with it their jobs, keys and rates. A password may stand in it (`redis://USER:PASSWORD@HOST`), or in `store_password_file`.",
  }),
  store_password_file: Type.Optional(
    Type.String({
      pattern: "^/",
      description:
        "File whose first line is the password of `store`; the daemon's user must be able to read it.",
    }),
  ),
  labels: Type.Array(
    Type.String({
      pattern: "^[a-z0-9][a-z0-9._-]{0,31}$",
      patternMessage: "must be 1 to 32 small letters, digits, dots, dashes or underscores",
    }),
    {
      default: [],
      description:
        "What this worker has and others may lack, for example `gpu`: jobs that ask for a label run only where it is. The processor's architecture (`x64`, `arm64`) is one by itself.",
    },
  ),
};
