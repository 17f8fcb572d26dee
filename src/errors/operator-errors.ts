import type { ErrorEntry } from "./error-entry.ts";

/** What stops a start or a command, with nobody to answer over HTTP. */
export const operatorErrors = {
  invalid_config: {
    fault: "operator",
    status: null,
    meaning: "The configuration is refused: a key is unknown, or a value is not valid.",
    hint: "docs/configuration.md lists every key.",
  },
  invalid_definition: {
    fault: "operator",
    status: null,
    meaning: "A definition of a runtime or a package, or a package's manifest, is refused.",
    hint: "src/runtimes/runtime-definition.ts, src/packages/package-definition.ts and src/runtimes/package-manifest.ts say what may stand there.",
  },
  start_failed: {
    fault: "operator",
    status: null,
    meaning: "The daemon, the jailer or the CLI could not start.",
    hint: "The message says which step failed and what mends it.",
  },
  invalid_command: {
    fault: "operator",
    status: null,
    meaning: "The command line names a file, a language or an option that does not fit.",
    hint: "`crankcase --help`, and `--help` after a command, show examples.",
  },
  server_unreachable: {
    fault: "operator",
    status: null,
    meaning: "The CLI got no answer from the server.",
    hint: "Start one with `crankcase serve`, or name another with --url.",
  },
} as const satisfies Record<string, ErrorEntry>;
