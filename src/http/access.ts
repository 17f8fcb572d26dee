import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { BlockList, Socket } from "node:net";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { type ApiKey, mayUse } from "../access/api-key.ts";
import { type Caller, OPERATOR } from "../access/caller.ts";
import type { KeyRing } from "../access/key-ring.ts";
import type { Meter } from "../access/meter.ts";
import { networkOf } from "../access/network-of.ts";
import type { Scope } from "../access/scope.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";
import { callerAddress } from "./caller-address.ts";
import { requireKnownHost } from "./known-host.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** What a caller of the route must have: a key of this scope, any key, or nothing. Left out it is `admin`. */
    needs?: Needs;
    /** The key is needed also where the server is open to everybody: the route changes the machine, or tells of everybody. */
    always?: AlwaysNeeded;
  }
  interface FastifyRequest {
    /** Who sent it; there once the server's first hook is through. */
    caller: Caller;
  }
}

/** What a caller must have. */
export type Needs = Scope | "key" | "nothing";

/** Whether a key is needed where the server is open: not, everywhere, or everywhere but on loopback. */
export type AlwaysNeeded = boolean | "elsewhere";

/** The keys that open the server. */
export interface Access {
  readonly keys: KeyRing;
  /** Everybody may run jobs without a key; one that is sent is ignored then. */
  readonly isOpen: boolean;
  /** Whether the server listens on a loopback address. */
  readonly isLocal: boolean;
  /** What is wrong with the keys' file now, as sentences; mostly nothing. */
  readonly faults: readonly string[];
  /** Whether a connection came by the operator's socket, which only who is root here can open. */
  isOperator(socket: Socket): boolean;
}

/** What deciding about a caller takes. */
export interface AccessDeps {
  readonly access: Access;
  readonly meter: Meter;
  /** Whose X-Forwarded-For is heard. */
  readonly trustedProxies: BlockList;
  /** Names besides localhost by which an open server on loopback may be called. */
  readonly allowedHosts: readonly string[];
}

/** What a request asks for. */
export interface Asked {
  readonly needs: Needs;
  /** The key is needed also where the server is open. */
  readonly always?: boolean;
  /** A key that came otherwise than in a header, as within a WebSocket's first message. */
  readonly keyText?: string | undefined;
}

/**
 * Turns away, before a byte of the body is read, who has no key or one that is not for the route, as `authorize` says. To
 * be called before the routes are added; a route that says nothing of its needs is for admins alone.
 */
export function requireKeys(server: FastifyInstance, deps: AccessDeps): void {
  server.decorateRequest("caller");
  server.addHook("onRequest", async (request) => {
    const { always = false } = request.routeOptions.config;
    const isAlways = always === "elsewhere" ? !deps.access.isLocal : always;
    request.caller = await authorize(request.raw, { needs: neededFor(request), always: isAlways }, deps);
  });
}

/**
 * Finds out who sent a request. Rejects with `unauthorized` without a key that is needed, `rate_limited` for one wrong
 * key too many, `forbidden` for a key that is not for this, `wrong_host` where a foreign name leads to an open server on
 * loopback.
 */
export async function authorize(request: IncomingMessage, asked: Asked, deps: AccessDeps): Promise<Caller> {
  const { access } = deps;
  const { needs, always = false, keyText } = asked;
  if (access.isOperator(request.socket)) return OPERATOR;
  const address = `address:${networkOf(callerAddress(request, deps.trustedProxies))}`;
  if (needs === "nothing") return { client: address, key: null };
  if (access.isOpen && !always) {
    if (access.isLocal) requireKnownHost(request.headers, deps.allowedHosts);
    return { client: address, key: null };
  }
  const sent = [...sentKeys(request.headers), ...(keyText === undefined ? [] : [keyText])];
  const key = foundKey(access.keys, sent);
  if (key === null) {
    if (sent.length > 0) await deps.meter.wrongKey(address);
    throw unauthorized(sent.length > 0);
  }
  if (needs !== "key" && !mayUse(key, needs)) throw forbidden(key, needs);
  return { client: `key:${key.name}`, key };
}

/** Who has any key may learn that there is nothing at a path. */
function neededFor({ routeOptions, is404 }: FastifyRequest): Needs {
  return is404 ? "key" : (routeOptions.config.needs ?? "admin");
}

/** Both headers count: a proxy in front may need Authorization for itself. */
function sentKeys(headers: IncomingHttpHeaders): string[] {
  const bearer = headers.authorization?.replace(/^Bearer /i, "");
  return [bearer, headers["x-api-key"]].flatMap((text) => text ?? []).map((text) => text.trim());
}

function foundKey(keys: KeyRing, sent: readonly string[]): ApiKey | null {
  for (const text of sent) {
    const key = keys.find(text);
    if (key !== null) return key;
  }
  return null;
}

function unauthorized(isSent: boolean): CrankcaseError {
  const message = isSent
    ? "this API key is not known here"
    : "an API key is needed: send it in the header Authorization: Bearer KEY";
  return new CrankcaseError("unauthorized", message);
}

function forbidden(key: ApiKey, needs: Scope): CrankcaseError {
  return new CrankcaseError("forbidden", `the API key ${key.name} lacks the scope ${needs}`);
}
