import { expect, test } from "vitest";
import { type ConfigKey, configKeys } from "../../src/config/config-key.ts";

const INTRODUCTION = `# Configuration

Every key below may stand in the YAML file (\`/etc/crankcase/config.yaml\`, or the one named by \`--config\` or
\`CRANKCASE_CONFIG\`), where a dot is one level of nesting, and in the environment under the name beside it. Lists are
separated by commas there, maps are JSON. A key or a \`CRANKCASE_\` name that is not in this table is refused,
but for \`CRANKCASE_CONFIG\`, and the CLI's own: \`CRANKCASE_URL\` is the server that it calls, \`CRANKCASE_KEY\` its API key.
Where systemd runs the service, and for \`install.sh\`, the variables stand in \`/etc/crankcase/environment\`, one
\`NAME=value\` a line.

The order, the strongest first: command line, environment, YAML file, Piston's \`PISTON_\` names, default.

Piston's names are honoured where ours is not set: \`PISTON_LOG_LEVEL\`, \`PISTON_BIND_ADDRESS\`, \`PISTON_DATA_DIRECTORY\`,
\`PISTON_RUNNER_UID_MIN\` and \`_MAX\`, \`PISTON_RUNNER_GID_MIN\` and \`_MAX\`, \`PISTON_MAX_PROCESS_COUNT\`,
\`PISTON_MAX_OPEN_FILES\`, \`PISTON_MAX_FILE_SIZE\`, \`PISTON_OUTPUT_MAX_SIZE\`, \`PISTON_COMPILE_TIMEOUT\`,
\`PISTON_RUN_TIMEOUT\`, \`PISTON_COMPILE_CPU_TIME\`, \`PISTON_RUN_CPU_TIME\`, \`PISTON_COMPILE_MEMORY_LIMIT\`,
\`PISTON_RUN_MEMORY_LIMIT\`, \`PISTON_MAX_CONCURRENT_JOBS\` and \`PISTON_LIMIT_OVERRIDES\`. Each limit sets default and
maximum at once; -1 and 0, endless in Piston, become 5 minutes, 2 GiB and the like. \`PISTON_REPO_URL\` is \`repo_url\`.
\`PISTON_DISABLE_NETWORKING=false\` stops the start: jobs never have a network. Others are named in the log and not used.

Limits: a default set above a maximum that nobody set raises it; a maximum set below such a default lowers that. Times
have the same default and maximum, as in Piston; memory, processes, files and output may be asked for up to the maximum.
A language's definition may need more than a maximum and then raises it for itself; \`limit_overrides\` wins over it.

| key | environment | default | meaning |
| --- | --- | --- | --- |
`;

function row({ path, env, defaultValue, description }: ConfigKey): string {
  const value = defaultValue === undefined ? "" : `\`${JSON.stringify(defaultValue).replaceAll('"', "")}\``;
  return `| \`${path}\` | \`${env}\` | ${value} | ${description} |\n`;
}

test("docs/configuration.md lists every key and no other", async () => {
  const text = INTRODUCTION + configKeys().map(row).join("");
  await expect(text).toMatchFileSnapshot("../../docs/configuration.md");
});
