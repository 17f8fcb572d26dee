const HINTS: readonly (readonly [RegExp, string])[] = [
  [
    /NO_PUBKEY|is not signed|not signed by|couldn't be verified|Missing key/,
    "The machine's keyring lacks this suite's keys: install a newer debian-archive-keyring (apt-get install debian-archive-keyring).",
  ],
  [
    /Could not resolve|Temporary failure resolving|Could not connect|Unable to connect|Connection timed out/,
    "The mirror cannot be reached: check the network, or name another mirror with --mirror.",
  ],
  [
    /does not have a Release file|404 +Not Found/,
    "The mirror does not have this suite, or not this file any more: try again, or name another mirror with --mirror.",
  ],
  [
    /Release file .* (is expired|is not valid yet)/,
    "The machine's clock is wrong, or the mirror is out of date.",
  ],
  [/No space left on device/, "The disk is full."],
  [/Unable to locate package|has no installation candidate/, "The suite has no package of that name."],
];

/** What to do about a failure of apt or mmdebstrap, as its output lets one guess; empty where it does not. */
export function sourceHint(output: string): string {
  return HINTS.find(([pattern]) => pattern.test(output))?.[1] ?? "";
}
