/** Of each pair the first that is found counts: a mirror that breaks off leads to other complaints as well. */
const HINTS: readonly (readonly [RegExp, string])[] = [
  [/No space left on device/, "The disk is full."],
  [
    /BADSIG|EXPKEYSIG|REVKEYSIG|invalid signature|signatures? (were|was) invalid/,
    "The mirror's metadata is not what its suite's keys have signed: it is altered, or out of step. Try again later, or name another mirror.",
  ],
  [
    /NO_PUBKEY|is not signed|not signed by|couldn't be verified|Missing key/,
    "No key of the base's keyring has signed the mirror's metadata: name another mirror, or install a newer debian-archive-keyring and make the base anew.",
  ],
  [
    /Could not resolve|Temporary failure resolving|Could not connect|Unable to connect|[Cc]onnection timed out|Connection refused|Network is unreachable|[Tt]imeout/,
    "The mirror cannot be reached: check the network and the mirror's name, and try again.",
  ],
  [
    /Hash Sum mismatch|File has unexpected size|unexpected size/,
    "What the mirror sent is not what its signed index says: it was thrown away. Try again later, or name another mirror.",
  ],
  [
    /Connection failed|Error reading from server|Undetermined Error|Connection reset|Remote end closed|premature/i,
    "The mirror broke off, or said nothing: try again later, or name another mirror.",
  ],
  [
    /does not have a Release file|404 +Not Found/,
    "The mirror does not have this suite, or not this file any more: try again, or name another mirror.",
  ],
  [
    /Release file .* (is expired|is not valid yet)/,
    "The machine's clock is wrong, or the mirror is out of date: set the clock, or name another mirror.",
  ],
  [/Unable to locate package|has no installation candidate/, "The suite has no package of that name."],
];

/** What to do about a failure of apt or mmdebstrap, as its output lets one guess; empty where it does not. */
export function sourceHint(output: string): string {
  return HINTS.find(([pattern]) => pattern.test(output))?.[1] ?? "";
}
