import { type AptClient, openAptClient } from "./apt-client.ts";
import { baseFiles } from "./base-files.ts";
import type { BaseManifest } from "./base-manifest.ts";
import type { Progress } from "./progress.ts";
import type { RunAs } from "./run-command.ts";
import { requireSuite, type SuiteDefinition } from "./suite-definition.ts";
import { openWorkspace } from "./workspace.ts";

/** What apt clients are made with. */
export interface AptClientsDeps {
  readonly dataDir: string;
  readonly cacheDir: string;
  readonly suites: ReadonlyMap<string, SuiteDefinition>;
  readonly runAs: RunAs;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** One apt client a suite, made when it is first asked for; all of them are gone after disposal. */
export interface AptClients extends AsyncDisposable {
  open(base: BaseManifest): Promise<AptClient>;
}

/** No client yet. */
export function aptClients(deps: AptClientsDeps): AptClients {
  const opened = new Map<string, Promise<AptClient>>();
  const acquired = new AsyncDisposableStack();
  async function openNew(base: BaseManifest): Promise<AptClient> {
    const folder = acquired.use(await openWorkspace(deps.cacheDir, deps.runAs)).path;
    const files = baseFiles(deps.dataDir, base.suite);
    const suite = requireSuite(deps.suites, base.suite);
    return await deps.progress.step(`lists of ${base.suite}: fetch them`, () =>
      openAptClient({ ...deps, base, suite, baseFiles: files, folder }),
    );
  }
  return {
    open(base) {
      const client = opened.get(base.suite) ?? openNew(base);
      opened.set(base.suite, client);
      client.catch(() => opened.delete(base.suite));
      return client;
    },
    [Symbol.asyncDispose]: () => acquired.disposeAsync(),
  };
}
