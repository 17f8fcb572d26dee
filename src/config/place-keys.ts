import Type from "typebox";

/** Keys of where this installation lives and who it is. */
export const placeKeys = {
  instance: Type.String({
    pattern: "^[a-z0-9][a-z0-9-]{0,30}$",
    default: "default",
    description: "Id of this installation: sockets, cgroups and locks carry it.",
  }),
  user: Type.String({
    minLength: 1,
    default: "crankcase",
    description: "User of the daemon where `serve` starts as root: a name, `UID` or `UID:GID`.",
  }),
  data_dir: Type.String({
    pattern: "^/",
    default: "/var/lib/crankcase",
    description: "Folder of bases and packages.",
  }),
  run_dir: Type.String({
    pattern: "^/",
    description: "Folder of the jailer's socket; default `/run/crankcase/<instance>`.",
  }),
  state_dir: Type.String({
    pattern: "^/",
    description: "Folder of what the daemon itself keeps: downloads and builds; default `<data_dir>/daemon`.",
  }),
  executioners_dir: Type.String({ pattern: "^/", description: "Default: the project's `executioners`." }),
  runtimes_dir: Type.String({ pattern: "^/", description: "Default: the project's `runtimes`." }),
  packages_index_dir: Type.String({ pattern: "^/", description: "Default: the project's `packages-index`." }),
  repo_url: Type.Optional(
    Type.String({
      pattern: "^(https?|file)://[^\\s]+$",
      patternMessage: "must be an http, https or file url",
      description:
        "Index of packages in Piston's format, lines `language,version,sha256,url` at an http, https or file url; what it offers can be installed beside what is in packages-index.",
    }),
  ),
  definitions_dir: Type.String({
    pattern: "^/",
    default: "/etc/crankcase/languages",
    description:
      "Folder of the operator's own languages, with `packages-index`, `runtimes` and `executioners` in it; it may be missing. What has a name that is built in replaces that (docs/adding-a-language.md).",
  }),
  suites_dir: Type.String({ pattern: "^/", description: "Default: the project's `suites`." }),
  jailer_path: Type.String({ pattern: "^/", description: "Default: the project's `jailer/build/jailer`." }),
  cgroup_root: Type.Optional(
    Type.String({
      pattern: "^/",
      description: "Where the jailer makes its cgroups; it finds a place when left out.",
    }),
  ),
};
