import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readWorkflow } from "../../src/cli/workflows/workflow-file.ts";
import { startServing } from "../cli/serving.ts";
import { native } from "../queue/native.ts";
import { ended, outputs, PATIENT } from "./sent-workflow.ts";

const PAGE = join(import.meta.dirname, "../../docs/workflows.md");

interface Example {
  readonly yaml: string;
  /** What the page says that the last step writes. */
  readonly output: string;
}

async function examples(): Promise<Example[]> {
  const page = await readFile(PAGE, "utf8");
  const found = page.matchAll(/```yaml\n(.*?)```.*?```text\n(.*?)```/gs);
  return [...found].map(([, yaml = "", output = ""]) => ({ yaml, output }));
}

test("the examples of docs/workflows.md run, and give what it says", { timeout: 120_000 }, async () => {
  await using serving = await startServing({ slots: 4, limits: PATIENT });
  const folder = await mkdtemp(join(tmpdir(), "crankcase-examples-"));
  const all = await examples();
  expect(all.length).toBeGreaterThanOrEqual(3);
  for (const { yaml, output } of all) {
    const file = join(folder, "example.yaml");
    await writeFile(file, yaml);
    const { status, body } = await native(serving.url, "POST", "/workflows", {
      body: await readWorkflow(file),
    });
    expect(status, JSON.stringify(body)).toBe(202);
    const workflow = await ended(serving.url, body.id);
    expect(workflow.state).toBe("succeeded");
    const texts = await outputs(serving.url, workflow, workflow.steps?.at(-1)?.name ?? "");
    expect(texts.join("").trim()).toBe(output.trim());
  }
  await rm(folder, { recursive: true });
});
