import { Agent, request } from "node:http";

/** What callers got while they called without a pause. */
export interface Answers {
  /** How many got the output that was theirs. */
  readonly right: number;
  /** Each other answer, and each error of a connection. */
  readonly wrong: readonly string[];
}

/** Jobs sent without a pause until they are told to end: by two callers over new connections, by two over kept ones. */
export function steadyLoad(port: number): { end(): Promise<Answers> } {
  let ended = false;
  let right = 0;
  const wrong: string[] = [];
  const kept = new Agent({ keepAlive: true });
  const caller = async (agent: Agent | false) => {
    while (!ended) {
      const nonce = `nonce ${Math.random()}`;
      const answer = await echo(port, nonce, agent);
      if (answer === `${nonce}\n`) right += 1;
      else wrong.push(answer);
    }
  };
  const callers = [false as const, false as const, kept, kept].map(caller);
  return {
    async end() {
      ended = true;
      await Promise.all(callers);
      kept.destroy();
      return { right, wrong };
    },
  };
}

/** What a Bash program that echoes the nonce wrote to stdout; other answers and errors as they are. */
function echo(port: number, nonce: string, agent: Agent | false): Promise<string> {
  const body = JSON.stringify({ language: "bash", version: "*", files: [{ content: `echo ${nonce}` }] });
  const headers = { "content-type": "application/json" };
  return new Promise((resolve) => {
    const call = request(
      { host: "127.0.0.1", port, path: "/api/v2/execute", method: "POST", headers, agent },
      (answer) => {
        let text = "";
        answer.on("data", (part) => {
          text += part;
        });
        answer.on("end", () =>
          resolve(
            answer.statusCode === 200 ? String(JSON.parse(text).run.stdout) : `${answer.statusCode} ${text}`,
          ),
        );
        answer.on("error", (error) => resolve(`answer: ${error.message}`));
      },
    );
    call.on("error", (error) => resolve(`connection: ${error.message}`));
    call.end(body);
  });
}
