/** What a pointer leads to (RFC 6901, section 4); undefined where there is nothing. Pure. */
export function pointedAt(value: unknown, pointer: string): unknown {
  let at = value;
  for (const part of pointer.split("/").slice(1)) {
    at = within(at, part.replaceAll("~1", "/").replaceAll("~0", "~"));
    if (at === undefined) return undefined;
  }
  return at;
}

/** Of an object its own values alone: `constructor` is nobody's. */
function within(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  if (Array.isArray(value)) return /^(0|[1-9]\d{0,9})$/.test(name) ? value[Number(name)] : undefined;
  return Object.hasOwn(value, name) ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}
