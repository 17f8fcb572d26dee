import type { ErrorEntry } from "./error-entry.ts";

/** What passes when the caller tries again (503), and what is our fault (500). */
export const serverErrors = {
  busy: {
    fault: "busy",
    status: 503,
    meaning: "The queue of waiting jobs is full.",
    hint: "Try again after the seconds in `Retry-After`.",
  },
  stopping: {
    fault: "busy",
    status: 503,
    meaning:
      "The server is stopping, and the job outlasted the grace that it gives to those it has accepted.",
    hint: "Try again after the seconds in `Retry-After`.",
  },
  jailer_absent: {
    fault: "busy",
    status: 503,
    meaning: "The jailer does not answer on its socket; it may be starting again.",
    hint: "Try again after the seconds in `Retry-After`; if it lasts, look into the log of `crankcase serve`.",
  },
  store_unavailable: {
    fault: "busy",
    status: 503,
    meaning:
      "The store of jobs that nobody waits for cannot be written or read just now; its disk may be full.",
    hint: "Try again after the seconds in `Retry-After`; if it lasts, look into the log of `crankcase serve`.",
  },
  store_away: {
    fault: "busy",
    status: 503,
    meaning:
      "The store that this server shares with others (Redis) does not answer just now; nothing was accepted, and nothing that was is lost.",
    hint: "Try again after the seconds in `Retry-After`; if it lasts, look whether the Redis of `store` runs and can be reached.",
  },
  no_worker: {
    fault: "busy",
    status: 503,
    meaning: "No worker that could run the job is there just now.",
    hint: "Try again after the seconds in `Retry-After`, or send it with `wait: false`; if it lasts, start a worker: `crankcase serve --role worker`.",
  },
  wrong_role: {
    fault: "ours",
    status: 501,
    meaning: "This server does not do that itself: its role is another one.",
    hint: "Packages belong to the machines that run jobs: call the CLI there, `sudo crankcase packages`.",
  },
  interrupted: {
    fault: "ours",
    status: 500,
    meaning:
      "The server stopped or crashed while the job ran, and the job had no `retry` left. Seen in states of jobs only.",
    hint: "Submit the job again, with `retry` if it may run twice.",
  },
  jail_lost: {
    fault: "ours",
    status: 500,
    meaning: "The jailer closed the connection while the job ran; the job is dead.",
    hint: "Send the job again. The log says what happened to the jailer.",
  },
  jailer_failed: {
    fault: "ours",
    status: 500,
    meaning: "The jailer could not make the jail or run the stage.",
    hint: "The log says which step failed, on what path and why.",
  },
  package_unavailable: {
    fault: "ours",
    status: 500,
    meaning: "What a package or a base is made of could not be found or fetched.",
    hint: "The message has the package client's answer: check the machine's network, clock, mirror and keyring.",
  },
  base_missing: {
    fault: "ours",
    status: 500,
    meaning: "The packages of a Debian suite need its base, and that is not made yet.",
    hint: "On the server's machine: `sudo crankcase packages base SUITE`, or install the package by `sudo crankcase packages install`, which makes it.",
  },
  archive_refused: {
    fault: "ours",
    status: 500,
    meaning: "A fetched archive is not the one that its signed index or its definition names.",
    hint: "It was thrown away. Try again; if it stays so, the mirror is out of step or altered.",
  },
  disk_full: {
    fault: "ours",
    status: 500,
    meaning: "The disk had no room for what was to be fetched or built; nothing of it was left behind.",
    hint: "Make room on the disk of the folders that the message names (`data_dir`, `state_dir`), and try again.",
  },
  package_failed: {
    fault: "ours",
    status: 500,
    meaning: "A package or a base could not be built.",
    hint: "The message has the end of the failed step's output.",
  },
  internal: {
    fault: "ours",
    status: 500,
    meaning: "Something failed that should not.",
    hint: "The log has the details under the id of the answer.",
  },
} as const satisfies Record<string, ErrorEntry>;
