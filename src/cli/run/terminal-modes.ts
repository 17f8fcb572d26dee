/** Modes that a program switches on and leaves on when it is killed: DECSET of xterm's control sequences; on at first: 25. */
const LEFT_ON = new Set([
  "1",
  "9",
  "47",
  "1000",
  "1002",
  "1003",
  "1004",
  "1005",
  "1006",
  "1015",
  "1047",
  "1049",
  "2004",
]);
const CURSOR = "25";

const ESCAPE = "\u001b";
const OPENING = `${ESCAPE}[?`;

/** No sequence that sets modes is longer. */
const LONGEST_SEQUENCE = 64;

/** Remembers what a program did to the terminal, as far as a killed one would leave it unusable. */
export class TerminalModes {
  readonly #changed = new Set<string>();
  #rest = "";

  /** Reads output of the program's. */
  read(output: Buffer): void {
    const text = this.#rest + output.toString("latin1");
    for (const sequence of text.split(OPENING).slice(1)) {
      const [, numbers = "", final] = /^([\d;]{1,40})([hl])/.exec(sequence) ?? [];
      for (const mode of numbers.split(";")) this.#set(mode, final === "h");
    }
    // The beginning of a sequence waits for its end; a whole one that is read again changes nothing.
    const start = text.lastIndexOf(ESCAPE);
    this.#rest = start >= 0 && text.length - start < LONGEST_SEQUENCE ? text.slice(start) : "";
  }

  /** What brings the terminal back; empty where it is as it was. */
  undo(): string {
    const codes = [...this.#changed].map((mode) => `\u001b[?${mode}${mode === CURSOR ? "h" : "l"}`);
    return codes.join("");
  }

  #set(mode: string, isOn: boolean): void {
    if (mode !== CURSOR && !LEFT_ON.has(mode)) return;
    if (isOn === (mode === CURSOR)) this.#changed.delete(mode);
    else this.#changed.add(mode);
  }
}
