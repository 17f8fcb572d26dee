import type { WebSocket } from "ws";
import type { JobRequest } from "../../api/job-request.ts";
import type { CliContext } from "../context.ts";
import type { JobEvent } from "../job/job-event.ts";
import { type ShowDeps, type Shown, showEvents } from "../job/show-events.ts";
import type { ServerAddress } from "../server-address.ts";
import { type LocalTerminal, localTerminal } from "./local-terminal.ts";
import { talkEvents } from "./talk-events.ts";
import { sendInput } from "./talk-input.ts";
import { openTalk } from "./talk-socket.ts";
import { TerminalModes } from "./terminal-modes.ts";

/**
 * Runs a job and lets the user talk to it: on a terminal of its own where there is one here, through pipes otherwise.
 * However it ends, our terminal is as it was. Throws what the server answers, or `server_unreachable`.
 */
export async function talk(
  address: Pick<ServerAddress, "url" | "socket" | "key">,
  job: JobRequest,
  context: CliContext,
  onStatus: ShowDeps["onStatus"],
): Promise<Shown> {
  const { stdin, stdout, stop } = context;
  await using held = new AsyncDisposableStack();
  const socket = await openTalk(address, stop);
  held.defer(() => socket.terminate());
  const over = new AbortController();
  held.defer(() => over.abort());
  const terminal = localTerminal(context);
  const modes = new TerminalModes();
  tell(socket, { type: "init", job, ...(terminal === null ? {} : { terminal: terminal.size() }) });
  // Until it runs Ctrl-C is ours, and ends the command.
  const onRun = () => {
    if (terminal !== null) takeOver(terminal, socket, held);
    void sendInput(stdin, socket, over.signal).catch(() => undefined);
  };
  held.defer(() => {
    if (terminal !== null) stdout.write(modes.undo());
  });
  const events = talkEvents(socket, address.url, stop);
  return await showEvents(watched(events, onRun, modes), { ...context, onStatus });
}

/** Given back before anything else is released. */
function takeOver(terminal: LocalTerminal, socket: WebSocket, held: AsyncDisposableStack): void {
  held.use(terminal.takeOver((size) => tell(socket, { type: "resize", ...size })));
  // It may have changed since the job was sent.
  tell(socket, { type: "resize", ...terminal.size() });
}

function tell(socket: WebSocket, message: object): void {
  if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
}

async function* watched(
  events: AsyncIterable<JobEvent>,
  onRun: () => void,
  modes: TerminalModes,
): AsyncGenerator<JobEvent> {
  for await (const event of events) {
    if (event.event === "stage" && event.stage === "run") onRun();
    if (event.event === "output") modes.read(Buffer.from(event.data, "base64"));
    yield event;
  }
}
