import { Agent, type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";

/** A caller: whether it keeps its connection, and how long it pauses between its jobs, in milliseconds. */
export interface Caller {
  readonly keepAlive: boolean;
  readonly pauseMs: number;
}

/** What callers met so far. */
export interface Load extends AsyncDisposable {
  /** Jobs that were answered 200, each with its own output. */
  readonly answered: number;
  /** Anything else, in words. */
  readonly failures: readonly string[];
}

/** Lets each caller send one job after the other until disposal, which waits for the last answers. */
export function startLoad(url: string, callers: readonly Caller[]): Load {
  const failures: string[] = [];
  let answered = 0;
  let ending = false;
  const loops = callers.map(async ({ keepAlive, pauseMs }, index) => {
    const agent = new Agent(keepAlive ? { keepAlive, maxSockets: 1 } : { keepAlive });
    for (let job = 0; !ending; job += 1) {
      const nonce = `job ${job} of ${keepAlive ? "kept" : "new"} caller ${index}`;
      const answer = await send(url, agent, nonce).catch((error) => `${error.code}: ${error.message}`);
      if (answer.startsWith("200") && answer.includes(`"stdout":"${nonce}\\n"`)) answered += 1;
      else failures.push(`${nonce}: ${answer}`);
      await sleep(pauseMs);
    }
    agent.destroy();
  });
  return {
    get answered() {
      return answered;
    },
    failures,
    async [Symbol.asyncDispose]() {
      ending = true;
      await Promise.all(loops);
    },
  };
}

function send(url: string, agent: Agent, nonce: string): Promise<string> {
  const body = JSON.stringify({ language: "bash", files: [{ content: `sleep 0.1; echo ${nonce}` }] });
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const onAnswer = (answer: IncomingMessage) =>
      text(answer).then((words) => resolve(`${answer.statusCode} ${words}`), reject);
    const sent = request(`${url}/api/v2/execute`, { agent, method: "POST", headers }, onAnswer);
    sent.on("error", reject).end(body);
  });
}
