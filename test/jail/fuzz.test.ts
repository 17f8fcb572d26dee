import { setTimeout as sleep } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { ANSWER } from "../../src/jail/frame.ts";
import { seededRandom } from "../jail-client/seeded-random.ts";
import { jailerOfFile } from "../support/jailer-of-file.ts";
import { runProgram, shell } from "../support/program.ts";
import { SANITIZED } from "../support/start-jailer.ts";
import { writeSubmission } from "../support/submission.ts";
import { openTestJail } from "../support/test-jail.ts";
import { TIME_FACTOR } from "../support/time-factor.ts";
import { randomConversation } from "./random-conversation.ts";
import { connectRaw, errorAtEnd } from "./raw-connection.ts";

const jailer = jailerOfFile({ slots: 4 }, SANITIZED);

const CONVERSATIONS = 400;
const AT_ONCE = 3;
const PATIENCE_MS = 60_000 * TIME_FACTOR;

vi.setConfig({ testTimeout: PATIENCE_MS });

/** Another seed is another run; a failure names its own. */
const SEED = Number(process.env.TEST_CRANKCASE_SEED ?? 20_261_121);

/** Says one conversation and waits until the jailer has closed. Returns the code of its error, if there was one. */
async function speak(folder: string, seed: number) {
  const { bytes, whole } = randomConversation(folder, seededRandom(seed));
  await using connection = connectRaw(jailer().socketPath);
  connection.send(bytes);
  if (whole) await connection.receives(ANSWER.report);
  // Time for a stage to start, where what is wrong comes late.
  else await Promise.race([connection.closed, sleep(20 * TIME_FACTOR)]);
  connection.end();
  return { whole, error: errorAtEnd(await connection.closed)?.code };
}

test(`${CONVERSATIONS} conversations that are wrong somewhere close their own connections, and nothing else happens`, async () => {
  await using submission = await writeSubmission(jailer().place, { files: { file: "x" } });
  await using bystander = await openTestJail(jailer());
  const counting = bystander.start(
    shell("exec cat", { input: "stream", limits: { wallTimeMs: PATIENCE_MS } }),
  );
  const answers = new Set<unknown>();
  let stages = 0;
  let next = 0;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (next < CONVERSATIONS) {
        const seed = SEED + next;
        next += 1;
        const { error, whole } = await speak(submission.name, seed);
        answers.add(error);
        if (whole) stages += 1;
        // Busy would mean that a slot was lost on the way.
        expect(error, `seed ${seed}`).not.toBe(2);
        if (seed % 50 === 0) await counting.stage.write(Buffer.from("."));
      }
    }),
  );
  counting.stage.endInput();
  expect(await counting.ran).toMatchObject({ exitCode: 0, stdout: ".".repeat(CONVERSATIONS / 50) });
  // Nothing, a breach of the protocol, something refused: each way must have been gone.
  expect([...answers]).toEqual(expect.arrayContaining([undefined, 1, 3]));
  expect(stages).toBeGreaterThan(0);
  expect((await runProgram(jailer(), shell("echo works"))).stdout).toBe("works\n");
});
