/** What programs of the corpus look at; each language's file has some of each. */
export const CATEGORIES = [
  /** Command lines. */
  "args",
  /** Standard input: all of it, by the line, none, bytes, where it is seekable. */
  "stdin",
  /** Exit codes, and what is called at the end. */
  "exit",
  /** Uncaught errors with their stacks, and sources that do not parse. */
  "errors",
  /** What says that this file is the main one, and what is loaded besides. */
  "main",
  /** The program's own file: its text, its facts, writing to it. */
  "source",
  /** Threads, fibres, events. */
  "threads",
  /** Other programs, and the same interpreter once more. */
  "subprocesses",
  /** Process numbers, group, session, the list of all. */
  "process",
  /** Signals to itself: handled, ignored, deadly. */
  "signals",
  /** Source, output, names; locale and encodings. */
  "unicode",
  /** Much output, raw bytes, the order of both streams. */
  "output",
  /** Wall and CPU time limits. */
  "time",
  /** Memory limits. */
  "memory",
  /** Variables, working folder, umask. */
  "environment",
  /** Listings, files for a while, file size limits. */
  "folder",
  /** Open descriptors. */
  "descriptors",
  /** Resource limits, and running into them. */
  "limits",
  /** A second file of the job, evaluation, what is not there. */
  "modules",
  /** Main files of odd names. */
  "names",
  /** Empty, without a last line's end, byte order mark, CRLF, `#!`, long lines. */
  "shapes",
] as const;

/** One of them. */
export type Category = (typeof CATEGORIES)[number];
