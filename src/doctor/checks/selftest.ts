import { languageNames } from "../../api/language-names.ts";
import type { RuntimeInfo } from "../../api/runtime-info.ts";
import { sendPatiently } from "../../attacks/send-patiently.ts";
import type { SendJob } from "../../attacks/victim.ts";
import type { Check } from "../check.ts";
import { type Finding, failed, ok, skipped } from "../finding.ts";
import type { Host, HttpAnswer } from "../host.ts";
import type { Subject } from "../subject.ts";
import { startCommand } from "../systemd.ts";

/** A job may wait for its turn and take its time. */
const JOB_MS = 60_000;

/** Whether programs that want out of their jails stay in them. */
export const selftest: Check = {
  id: "selftest",
  title: "Attacks on the jails",
  why: "Each is a program that does what hostile jobs do: one that gets anything by it shows that strangers' code is not held on this machine.",
  needsRoot: true,
  timeLimitMs: 5 * 60_000,
  run: async (host, subject) => {
    const answer = await ask(host, subject, "runtimes").catch(() => null);
    if (answer?.status !== 200)
      return skipped(`no jobs can be run at ${subject.url}`, await startCommand(host));
    const runtimes = JSON.parse(answer.text) as RuntimeInfo[];
    const languages = new Set(languageNames(runtimes));
    const results = await host.selftest({
      ...{ projectDir: subject.projectDir, url: subject.url, languages },
      send: sendPatiently(sender(host, subject)),
      health: () => host.request(new URL("/healthz", subject.url).href),
    });
    const broken = results.filter(({ outcome }) => outcome === "broken");
    if (broken.length > 0) return broke(broken.map(({ name, faults }) => `${name}: ${faults.join(", ")}`));
    const held = results.filter(({ outcome }) => outcome === "held").length;
    if (held === 0)
      return skipped("the attacks are written in python, bash and c, and none of them is installed", null);
    return ok(`${held} of ${results.length} attacks were tried, and none got anything`);
  },
};

const MOST_TOLD = 5;

function broke(faults: readonly string[]): Finding {
  const detail = `${faults.length} attacks broke something: ${faults.slice(0, MOST_TOLD).join("; ")}`;
  return failed(detail, "sudo crankcase selftest");
}

function sender(host: Host, subject: Subject): SendJob {
  return async (job) => {
    const { status, text } = await ask(host, subject, "jobs", JSON.stringify(job));
    return { status, body: jsonOrNull(text) };
  };
}

async function ask(host: Host, { url, apiKey }: Subject, path: string, body?: string): Promise<HttpAnswer> {
  const key: Record<string, string> = apiKey === null ? {} : { authorization: `Bearer ${apiKey}` };
  const post = body === undefined ? {} : { method: "POST", body };
  const headers = { ...key, "content-type": "application/json" };
  const address = new URL(`/api/crankcase/v1/${path}`, url).href;
  return await host.request(address, { ...post, headers, timeoutMs: JOB_MS });
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
