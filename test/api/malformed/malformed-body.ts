/** A body that no API should take, and what the answer has to name. */
export interface MalformedBody {
  readonly title: string;
  readonly body: string | Buffer;
  /** The field at fault; null where the answer tells line and column, or the byte. */
  readonly field: string | RegExp | null;
}

/** A body that is right. */
export const GOOD = { language: "python", files: [{ name: "main.py", content: "print(1)" }] };

/** The same as text. */
export const GOOD_TEXT = JSON.stringify(GOOD);
