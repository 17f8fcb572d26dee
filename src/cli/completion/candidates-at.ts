import type { Command, Option } from "commander";
import type { ServerNames } from "./server-names.ts";

/** Something that could be typed. */
export interface Candidate {
  readonly name: string;
  readonly description: string;
}

/** What could stand at a place of a command line. */
export interface Place {
  readonly candidates: readonly Candidate[];
  /** What the server knows more of; null where nothing. */
  readonly asks: ServerNames | null;
  readonly takesFiles: boolean;
}

/** Operands that the server knows, by command. */
const ASKED: Readonly<Record<string, ServerNames>> = {
  run: "languages",
  submit: "languages",
  test: "languages",
  runtimes: "languages",
  logs: "jobs",
  cancel: "jobs",
  jobs: "jobs",
  "workflow show": "workflows",
  "workflow cancel": "workflows",
  "packages install": "packages",
  "packages uninstall": "packages",
  "packages upgrade": "packages",
  "packages info": "packages",
  "packages test": "languages",
};

/** Commands of which operands may be files besides; of all but the last what comes after the first belongs to the program. */
const TAKE_FILES = ["run", "submit", "test"];

const NOTHING: Place = { candidates: [], asks: null, takesFiles: false };

/** What could stand in place of the last word, by the tree of commands; pure. */
export function candidatesAt(words: readonly string[], program: Command): Place {
  const prefix = words.at(-1) ?? "";
  const { command, operands, awaited } = walk(words.slice(0, -1), program);
  if (awaited !== undefined) {
    const candidates = (awaited.argChoices ?? []).map((name) => ({ name, description: "" }));
    return { ...NOTHING, candidates, takesFiles: candidates.length === 0 };
  }
  const name = pathOf(command);
  // What comes after FILE is the program's.
  if (name !== "test" && TAKE_FILES.includes(name) && operands > 0) return { ...NOTHING, takesFiles: true };
  if (prefix.startsWith("-")) return { ...NOTHING, candidates: optionsOf(command) };
  if (command.commands.length > 0) return { ...NOTHING, candidates: commandsOf(command) };
  const choices = command.registeredArguments[operands]?.argChoices ?? [];
  const candidates = choices.map((name) => ({ name, description: "" }));
  const asks = name === "test" && operands > 0 ? null : (ASKED[name] ?? null);
  const takesFiles = TAKE_FILES.includes(name) || (asks === null && candidates.length === 0);
  return { candidates, asks, takesFiles };
}

/** A command's name below the program, with the names above it. */
function pathOf(command: Command): string {
  const above = command.parent?.parent ? `${pathOf(command.parent)} ` : "";
  return above + command.name();
}

interface Walked {
  readonly command: Command;
  readonly operands: number;
  /** The option whose value comes next. */
  readonly awaited: Option | undefined;
}

/** Goes down the tree along the words. */
function walk(words: readonly string[], program: Command): Walked {
  let at: Walked = { command: program, operands: 0, awaited: undefined };
  for (const word of words) at = step(at, word);
  return at;
}

function step({ command, operands, awaited }: Walked, word: string): Walked {
  if (awaited !== undefined) return { command, operands, awaited: undefined };
  if (word.startsWith("-")) {
    const option = command.options.find((it) => it.long === word || it.short === word);
    return { command, operands, awaited: option?.required === true ? option : undefined };
  }
  const below = command.commands.find((it) => it.name() === word || it.aliases().includes(word));
  return { command: below ?? command, operands: below === undefined ? operands + 1 : 0, awaited: undefined };
}

function optionsOf(command: Command): Candidate[] {
  const options = command.createHelp().visibleOptions(command);
  return options.map(({ long, short, description }) => ({ name: long ?? short ?? "", description }));
}

function commandsOf(command: Command): Candidate[] {
  const commands = command.createHelp().visibleCommands(command);
  return commands.map((it) => ({ name: it.name(), description: it.description() }));
}
