import { expect, test } from "vitest";
import { allChecks } from "../../src/doctor/all-checks.ts";
import { checkIds } from "../../src/doctor/check-ids.ts";

const INTRODUCTION = `# What \`crankcase doctor\` checks

\`\`\`
sudo crankcase doctor
sudo crankcase doctor --only cgroups,overlay
sudo crankcase doctor --skip runtimes,mirrors --json
\`\`\`

It looks at the machine, the installation and the running service, and changes nothing: what it makes to try something out
(a folder, a control group, a mount in a namespace of its own) is gone when it ends. It works while the service is down and
with a configuration that is refused. Each check ends as one of

| | |
| --- | --- |
| ok | as it should be |
| warning | jobs run, and something is worse than it could be |
| failed | jobs do not run, or not safely |
| skipped | it could not be looked at; no verdict |

What is not ok is told with why it matters and the command that mends it. The exit code is 0 when no check failed, 1 when
one did, 2 for a wrong command line. \`--json\` prints one object,
\`{"ok", "checks": [{"id", "title", "status", "detail", "why", "mend"}]}\`; \`why\` and \`mend\` may be null.
Checks that try things out as root are skipped for other users.

| check | about | root | why it matters |
| --- | --- | --- | --- |
`;

test("docs/doctor.md lists every check and no other", async () => {
  const rows = allChecks.map(
    ({ id, title, needsRoot, why }) =>
      `| \`${id}\` | ${title} | ${needsRoot === true ? "yes" : ""} | ${why} |\n`,
  );
  await expect(INTRODUCTION + rows.join("")).toMatchFileSnapshot("../../docs/doctor.md");
});

test("the names that the command line takes are those of the checks", () => {
  expect(allChecks.map(({ id }) => id)).toEqual([...checkIds]);
});
