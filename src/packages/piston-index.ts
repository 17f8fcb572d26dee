import semver from "semver";
import { PISTON_LIBRARIES } from "./piston-libraries.ts";

/** One package in Piston's format, as its index names it. */
export interface PistonEntry {
  readonly name: string;
  /** Semver. */
  readonly version: string;
  /** Of its archive, hexadecimal. */
  readonly sha256: string;
  /** Absolute: http, https, or file. */
  readonly url: string;
}

/** What an index holds. */
export interface PistonIndex {
  /** Of two entries for one package in one version the first. */
  readonly entries: readonly PistonEntry[];
  /** What is wrong with each line that was left out, by its number. */
  readonly faults: readonly string[];
}

/** A name becomes a folder's name: what the jailer takes (docs/jailer-protocol.md, "Folders"), in reasonable length. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9.+_~-]{0,63}$/;

/** Piston's own index has some 150 lines. */
const MOST_ENTRIES = 10_000;

/** Reads the lines `name,version,sha256,url` of an index; `base` is where it was found, for urls relative to it. */
export function parsePistonIndex(text: string, base: string): PistonIndex {
  const entries = new Map<string, PistonEntry>();
  const faults: string[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const entry = parseLine(line.trim(), base);
    if (typeof entry === "string") faults.push(`line ${index + 1}: ${entry}`);
    else if (entries.size < MOST_ENTRIES) {
      const id = `${entry.name}/${entry.version}`;
      entries.set(id, entries.get(id) ?? entry);
    }
  }
  return { entries: [...entries.values()], faults };
}

/** The entry, or what is wrong with the line; never words of the line itself, which goes to the log. */
function parseLine(line: string, base: string): PistonEntry | string {
  const [name = "", version = "", digest = "", ...rest] = line.split(",").map((field) => field.trim());
  const sha256 = digest.toLowerCase();
  if (!NAME.test(name)) return "the name cannot be a folder's";
  if (name === PISTON_LIBRARIES) return `the name ${name} is taken`;
  if (semver.valid(version) !== version || !NAME.test(version)) return "the version is not semver";
  if (!/^[0-9a-f]{64}$/.test(sha256)) return "the digest is not a SHA-256";
  const url = absoluteUrl(rest.join(","), base);
  return url === null ? "the url is none that may be fetched" : { name, version, sha256, url };
}

/** Null for other schemes; an index from the network does not lead to this machine's files. */
function absoluteUrl(text: string, base: string): string | null {
  if (text === "" || !URL.canParse(text, base)) return null;
  const { protocol, href } = new URL(text, base);
  if (protocol === "http:" || protocol === "https:") return href;
  return protocol === "file:" && base.startsWith("file:") ? href : null;
}
