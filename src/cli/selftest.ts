import { languageNames } from "../api/language-names.ts";
import type { Attack } from "../attacks/attack-definition.ts";
import { loadAttacks } from "../attacks/load-attacks.ts";
import { type AttackResult, runAttacks } from "../attacks/run-attacks.ts";
import { sendPatiently } from "../attacks/send-patiently.ts";
import type { SendJob } from "../attacks/victim.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import { errorTable } from "../errors/error-table.ts";
import { didYouMean } from "../schema/closest-name.ts";
import { type ApiClient, createApiClient } from "./api-client.ts";
import type { CliContext } from "./context.ts";
import { attackLines, verdictLine } from "./selftest-report.ts";
import { serverAddress } from "./server-address.ts";

/** Options of `crankcase selftest`. */
export interface SelftestOptions {
  readonly all?: boolean;
  readonly only?: readonly string[];
  readonly url?: string;
  readonly json?: boolean;
}

/**
 * `crankcase selftest`: attacks the server and resolves with the exit code: 0 when all that was tried has held, otherwise 1.
 * Throws `invalid_command` for an attack that there is not, and what the server answers where it does not take jobs.
 */
export async function selftest(options: SelftestOptions, context: CliContext): Promise<number> {
  const attacks = chosen(await loadAttacks(context.projectDir), options);
  const address = await serverAddress(options.url, context.env);
  const api = createApiClient(address, context.stop);
  const languages = new Set(languageNames(await api.runtimes()));
  const width = Math.max(...attacks.map(({ name }) => name.length));
  const started = performance.now();
  const results = await runAttacks(attacks, {
    ...{ projectDir: context.projectDir, url: address.url, languages, stop: context.stop },
    send: sendPatiently(senderOf(api)),
    health: () => api.health(),
    onResult: (result) => options.json || context.stdout.write(attackLines(result, width)),
  });
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  const holds = results.some(wasTried) && results.every(({ outcome }) => outcome !== "broken");
  const end = options.json
    ? `${JSON.stringify({ holds, seconds, attacks: results }, null, 2)}\n`
    : verdictLine(results, seconds);
  context.stdout.write(end);
  return holds ? 0 : 1;
}

function wasTried({ outcome }: AttackResult): boolean {
  return outcome !== "skipped";
}

function chosen(attacks: readonly Attack[], { all, only }: SelftestOptions): readonly Attack[] {
  if (only === undefined) return attacks.filter(({ selftest }) => all === true || selftest === true);
  const names = attacks.map(({ name }) => name);
  const unknown = only.find((name) => !names.includes(name));
  if (unknown === undefined) return attacks.filter(({ name }) => only.includes(name));
  const message = `There is no attack "${unknown}".${didYouMean(unknown, names)} docs/attacks.md lists them.`;
  throw new CrankcaseError("invalid_command", message);
}

/** A refused job is an answer like others here. */
function senderOf(api: ApiClient): SendJob {
  return async (job) => {
    try {
      return { status: 200, body: await api.runJob(job) };
    } catch (error) {
      const status = error instanceof CrankcaseError ? errorTable[error.code].status : null;
      if (status === null) throw error;
      return { status, body: { code: (error as CrankcaseError).code } };
    }
  };
}
