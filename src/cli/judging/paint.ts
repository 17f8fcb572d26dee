import { styleText } from "node:util";

/** Colours a text where that is wanted. */
export type Paint = (style: "green" | "red" | "yellow" | "dim", text: string) => string;

/** Leaves everything as it is. */
export const plain: Paint = (_style, text) => text;

/** Colours for a terminal; plain where the stream is none, or NO_COLOR is set (no-color.org). */
export function paintFor(
  stream: NodeJS.WritableStream,
  env: Readonly<Record<string, string | undefined>>,
): Paint {
  if ((stream as { readonly isTTY?: boolean }).isTTY !== true || env.NO_COLOR) return plain;
  return (style, text) => styleText(style, text, { validateStream: false });
}
