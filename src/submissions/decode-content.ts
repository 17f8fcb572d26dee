/** How bytes stand in a JSON string. */
export type Encoding = "utf8" | "base64" | "hex";

/** The bytes of a text, or null when it is not of that encoding. base64 may be wrapped, unpadded or URL-safe. */
export function decodeContent(text: string, encoding: Encoding): Buffer | null {
  if (encoding === "utf8") return Buffer.from(text);
  const compact = text.replace(/\s+/g, "");
  const isValid = encoding === "hex" ? isHex(compact) : isBase64(compact);
  return isValid ? Buffer.from(compact, encoding) : null;
}

function isHex(text: string): boolean {
  return text.length % 2 === 0 && /^[0-9a-fA-F]*$/.test(text);
}

/** RFC 4648: a last group of one character holds no byte. */
function isBase64(text: string): boolean {
  return /^[A-Za-z0-9+/_-]*={0,2}$/.test(text) && text.replace(/=+$/, "").length % 4 !== 1;
}
