import { Argument, type Command } from "commander";
import { SHELLS, type Shell } from "./completion/completion-script.ts";
import type { CliContext } from "./context.ts";

const HELP = `
install.sh puts the scripts where the shells look for them. Languages and packages are asked of the server, for half a second.

Examples:
  source <(crankcase completion bash)
  crankcase completion zsh > ~/.zfunc/_crankcase
  crankcase completion fish > ~/.config/fish/completions/crankcase.fish`;

/** Adds `completion`, and the hidden `complete` that its scripts call at each Tab. */
export function addCompletion(
  program: Command,
  context: CliContext,
  finish: (exitCode: number) => void,
): void {
  program
    .command("completion")
    .description("print a script that makes a shell complete commands, options and languages")
    .addArgument(new Argument("<shell>").choices(SHELLS))
    .addHelpText("after", HELP)
    .action(async (shell: Shell) => {
      const { completionScript } = await import("./completion/completion-script.ts");
      context.stdout.write(completionScript(shell));
      finish(0);
    });
  program
    .command("complete", { hidden: true })
    .argument("[words...]")
    .passThroughOptions()
    .allowUnknownOption()
    .action(async (words: string[]) => {
      const { complete } = await import("./completion/complete.ts");
      context.stdout.write(await complete(words, program, context));
      finish(0);
    });
}
