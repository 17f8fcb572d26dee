/** A key of a keyring file. */
export interface OpenpgpKey {
  /** Its user ids. */
  readonly names: readonly string[];
  /** Milliseconds since 1970; null: it does not end. */
  readonly expiresMs: number | null;
}

/** Tags of packets (RFC 9580, section 5). */
const SIGNATURE = 2;
const PUBLIC_KEY = 6;
const USER_ID = 13;

/** Type of the subpacket that says after how many seconds a key ends (RFC 9580, section 5.2.3.13). */
const KEY_EXPIRATION = 9;

/** Types of signatures of a key upon itself, not those that bind a subkey: of a user id, and of the key (section 5.2.1). */
const SELF_SIGNATURES = new Set([0x10, 0x11, 0x12, 0x13, 0x1f]);

interface Packet {
  readonly tag: number;
  readonly body: Buffer;
}

/**
 * Names and ends of the keys in a file of OpenPGP packets such as those in /usr/share/keyrings. It reads dates and proves
 * nothing: machines with Crankcase have gpgv or sqv, which list no keys, and not always gpg. Packets that are cut off or
 * of another version are passed over.
 */
export function openpgpKeys(file: Uint8Array): OpenpgpKey[] {
  const keys: { names: string[]; createdMs: number; expiresMs: number | null }[] = [];
  for (const { tag, body } of packets(Buffer.from(file))) {
    if (tag === PUBLIC_KEY && body.length > 5) {
      keys.push({ names: [], createdMs: body.readUInt32BE(1) * 1000, expiresMs: null });
    }
    const key = keys.at(-1);
    if (key === undefined) continue;
    if (tag === USER_ID) key.names.push(body.toString("utf8"));
    const lifetimeMs = tag === SIGNATURE ? keyLifetimeMs(body) : null;
    if (lifetimeMs !== null) key.expiresMs = Math.max(key.expiresMs ?? 0, key.createdMs + lifetimeMs);
  }
  return keys.map(({ names, expiresMs }) => ({ names, expiresMs }));
}

function* packets(file: Buffer): Generator<Packet> {
  let at = 0;
  while (at + 2 <= file.length) {
    const header = file[at] ?? 0;
    const isNew = (header & 0x40) !== 0;
    const tag = isNew ? header & 0x3f : (header >> 2) & 0x0f;
    const length = isNew ? newLength(file, at + 1) : oldLength(file, at + 1, header & 3);
    if ((header & 0x80) === 0 || length === null) return;
    const start = at + 1 + length.octets;
    at = start + length.value;
    if (at <= file.length) yield { tag, body: file.subarray(start, at) };
  }
}

interface Length {
  readonly octets: number;
  readonly value: number;
}

/** Section 4.2.1, and the same for subpackets, where no part lengths exist. */
function newLength(file: Buffer, at: number): Length | null {
  const first = file[at] ?? 0;
  if (first < 192) return { octets: 1, value: first };
  if (first < 224) return { octets: 2, value: ((first - 192) << 8) + (file[at + 1] ?? 0) + 192 };
  return first === 255 && at + 5 <= file.length ? { octets: 5, value: file.readUInt32BE(at + 1) } : null;
}

/** Section 4.2.2; type 3, of no length, is for data alone. */
function oldLength(file: Buffer, at: number, type: number): Length | null {
  const octets = 1 << type;
  return type < 3 && at + octets <= file.length ? { octets, value: file.readUIntBE(at, octets) } : null;
}

/** The key's lifetime by the hashed subpackets of a signature of version 4 (section 5.2.3). */
function keyLifetimeMs(body: Buffer): number | null {
  if (body[0] !== 4 || body.length < 6 || !SELF_SIGNATURES.has(body[1] ?? 0)) return null;
  const end = Math.min(6 + body.readUInt16BE(4), body.length);
  let at = 6;
  while (at < end) {
    const length = newLength(body, at);
    if (length === null) return null;
    const start = at + length.octets;
    const type = (body[start] ?? 0) & 0x7f;
    if (type === KEY_EXPIRATION && start + 5 <= end) return body.readUInt32BE(start + 1) * 1000 || null;
    at = start + Math.max(length.value, 1);
  }
  return null;
}
