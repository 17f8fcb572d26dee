import { expect, test } from "vitest";
import { TerminalModes } from "../../src/cli/run/terminal-modes.ts";

const ESC = "\u001b";

test.each([
  ["nothing was changed", ["hello", `${ESC}[1;31mred`], ""],
  [
    "the screen and the mouse were left on",
    [`${ESC}[?1049h${ESC}[?1000;1006h`],
    `${ESC}[?1049l${ESC}[?1000l${ESC}[?1006l`,
  ],
  ["the cursor was hidden", [`${ESC}[?25l`], `${ESC}[?25h`],
  ["a program cleaned up itself", [`${ESC}[?1049h`, `x${ESC}[?25l`, `${ESC}[?25h${ESC}[?1049l`], ""],
  ["a sequence came in parts", [`x${ESC}`, "[?10", "49h"], `${ESC}[?1049l`],
  ["modes that do no harm", [`${ESC}[?7h${ESC}[?12l`], ""],
])("%s", (_title, outputs, undo) => {
  const modes = new TerminalModes();
  for (const output of outputs) modes.read(Buffer.from(output));
  expect(modes.undo()).toBe(undo);
});
