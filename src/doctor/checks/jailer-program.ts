import type { Check } from "../check.ts";
import { failed, ok } from "../finding.ts";

/** Whether the jailer is built and its libraries are there. */
export const jailerProgram: Check = {
  id: "jailer-program",
  title: "The jailer's program",
  why: "The jailer makes the jails: without it no job runs.",
  run: async (host, { config, projectDir }) => {
    const mend = `make -C ${projectDir}/jailer`;
    if ((await host.stat(config.jailerPath)) === null)
      return failed(`there is none at ${config.jailerPath}`, mend);
    const { exitCode, stdout, stderr } = await host.run([config.jailerPath, "--help"]);
    if (`${stdout}${stderr}`.includes("usage: jailer")) return ok(`${config.jailerPath} runs`);
    const said = stderr.trim().split("\n").at(0) ?? "";
    return failed(
      `${config.jailerPath} --help ended with ${exitCode}: ${said}`,
      `apt-get install --yes libseccomp2 && ${mend}`,
    );
  },
};
