import { expect, test } from "vitest";
import { errorTable } from "../../src/errors/error-table.ts";

const INTRODUCTION = `# Errors

The native API answers an error with \`{"code", "message", "hint"}\`, and \`field\` where one is at fault; Piston's routes
with \`{"message"}\`. Codes are stable, messages are not. 503 carries \`Retry-After\`. Of errors that are the server's own
fault (500) the answer tells an id, and the log tells the rest.

| code | status | meaning | what to do |
| --- | --- | --- | --- |
`;

test("docs/errors.md lists every code and no other", async () => {
  const rows = Object.entries(errorTable).map(
    ([code, { status, meaning, hint }]) => `| \`${code}\` | ${status ?? ""} | ${meaning} | ${hint} |\n`,
  );
  await expect(INTRODUCTION + rows.join("")).toMatchFileSnapshot("../../docs/errors.md");
});
