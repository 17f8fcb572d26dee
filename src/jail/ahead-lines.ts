import { AheadLine } from "./ahead-line.ts";
import { type AheadPlan, aheadKey } from "./ahead-plan.ts";

/** Keys that are remembered: more than there are languages, each as most callers send it. */
const MOST_LINES = 256;

/** The interpreters that wait, and those that are wanted, by the key of their program. */
export class AheadLines {
  /** The one least recently used first. */
  readonly #lines = new Map<string, AheadLine>();

  /** A job of this program has come: gives back its line; null where it is nobody else's. */
  use(plan: AheadPlan, nowMs: number): AheadLine | null {
    const key = aheadKey(plan);
    if (key === null) return null;
    const line = this.#lines.get(key) ?? new AheadLine(plan);
    this.#lines.delete(key);
    this.#lines.set(key, line);
    line.note(nowMs);
    return line;
  }

  all(): readonly AheadLine[] {
    return [...this.#lines.values()];
  }

  /** Those that have fewer than they want, with how many: the emptiest first, then the one last used. */
  missing(nowMs: number): readonly { readonly line: AheadLine; readonly missing: number }[] {
    return this.all()
      .map((line) => ({ line, missing: line.wanted(nowMs) - line.size }))
      .filter(({ missing }) => missing > 0)
      .sort((a, b) => a.line.size - b.line.size || b.line.lastUse - a.line.lastUse);
  }

  /** Takes out those that this is true of: what is started for them is to be closed. */
  remove(isToGo: (line: AheadLine) => boolean): readonly AheadLine[] {
    const gone = [...this.#lines].filter(([, line]) => isToGo(line));
    for (const [key, line] of gone) {
      line.isDropped = true;
      this.#lines.delete(key);
    }
    return gone.map(([, line]) => line);
  }

  /** Takes out what nobody uses any more, and of more than may be remembered those least recently used. */
  removeForgotten(nowMs: number): readonly AheadLine[] {
    let surplus = this.#lines.size - MOST_LINES;
    return this.remove((line) => {
      surplus -= 1;
      return surplus >= 0 || line.isForgettable(nowMs);
    });
  }

  /** Interpreters that wait or are on their way to their gate, by language. */
  count(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { program, interpreters } of this.#lines.values()) {
      const { language } = program;
      if (interpreters.length > 0) counts.set(language, (counts.get(language) ?? 0) + interpreters.length);
    }
    return counts;
  }

  /** Interpreters and jails that are being opened for them. */
  get held(): number {
    return this.all().reduce((sum, { size }) => sum + size, 0);
  }

  /** Jails that are being opened. */
  get openings(): number {
    return this.all().reduce((sum, { openings }) => sum + openings.size, 0);
  }

  /** Memory of all, in bytes. */
  get memoryBytes(): number {
    return this.all().reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
  }
}
