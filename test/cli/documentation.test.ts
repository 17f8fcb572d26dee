import { PassThrough } from "node:stream";
import type { Command } from "commander";
import { expect, test } from "vitest";
import type { CliContext } from "../../src/cli/context.ts";
import { buildProgram } from "../../src/cli/program.ts";

const WIDTH = 120;

const INTRODUCTION = `# The command line

What \`crankcase COMMAND --help\` prints, for every command. Written by \`vitest run test/cli/documentation.test.ts -u\`.
`;

/** A page's text, as --help prints it. */
function helpOf(command: Command): string {
  let text = "";
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
    getOutHelpWidth: () => WIDTH,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return text.trim();
}

function sections(command: Command, name: string): string[] {
  const below = command
    .createHelp()
    .visibleCommands(command)
    .filter((it) => it.name() !== "help");
  const own = `\n## ${name}\n\n\`\`\`text\n${helpOf(command)}\n\`\`\`\n`;
  return [own, ...below.flatMap((it) => sections(it, `${name} ${it.name()}`))];
}

function program(): Command {
  const context: Partial<CliContext> = {
    env: {},
    uid: 0,
    stdin: new PassThrough(),
    stdout: new PassThrough(),
    stderr: new PassThrough(),
    stop: new AbortController().signal,
    projectDir: "/",
    version: "0.0.0",
    release: null,
    commandLine: [],
  };
  return buildProgram(context as CliContext, () => undefined);
}

test("docs/cli.md is what --help prints of every command", async () => {
  const text = INTRODUCTION + sections(program(), "crankcase").join("");
  await expect(text).toMatchFileSnapshot("../../docs/cli.md");
});

test("every command's help has examples", () => {
  const without = sections(program(), "crankcase").filter((it) => !/Examples?:/.test(it));
  expect(without.map((it) => /## (.*)/.exec(it)?.[1])).toEqual([]);
});
