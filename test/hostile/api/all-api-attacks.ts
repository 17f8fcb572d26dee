import type { ApiAttack } from "./api-attack.ts";
import { bodies } from "./bodies.ts";
import { callers } from "./callers.ts";
import { connections } from "./connections.ts";
import { paths } from "./paths.ts";
import { smuggling } from "./smuggling.ts";
import { submissions } from "./submissions.ts";
import { webSockets } from "./web-sockets.ts";

/** Attacks by callers, by topic; docs/attacks.md lists them behind those by programs. */
export const ALL_API_ATTACKS: Readonly<Record<string, readonly ApiAttack[]>> = {
  Bodies: bodies,
  "Files and arguments": submissions,
  Connections: connections,
  "Requests that are two": smuggling,
  WebSockets: webSockets,
  Callers: callers,
  "Paths and patterns": paths,
};
