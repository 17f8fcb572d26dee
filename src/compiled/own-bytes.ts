/**
 * A copy of bytes that is alone in its memory. What Buffer.from makes of less than 32 KiB lies in a slab that others share, and
 * keeping it keeps the slab: of a program of 16 KiB that stays for long, 64 KiB.
 */
export function ownBytes(bytes: Uint8Array): Buffer {
  const own = Buffer.allocUnsafeSlow(bytes.length);
  own.set(bytes);
  return own;
}
