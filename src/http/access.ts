import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { type ApiKey, mayUse } from "../access/api-key.ts";
import type { KeyRing } from "../access/key-ring.ts";
import type { Scope } from "../access/scope.ts";
import { CrankcaseError } from "../errors/crankcase-error.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** What a caller of the route must have: a key of this scope, any key, or nothing. Left out it is `admin`. */
    needs?: Needs;
    /** The key is needed also where the server is open to everybody: the route changes the machine. */
    always?: boolean;
  }
}

/** What a caller must have. */
export type Needs = Scope | "key" | "nothing";

/** What a request asks for. */
export interface Asked {
  readonly needs: Needs;
  /** The key is needed also where the server is open. */
  readonly always?: boolean;
  /** A key that came otherwise than in a header, as within a WebSocket's first message. */
  readonly keyText?: string | undefined;
}

/** The keys that open the server. */
export interface Access {
  readonly keys: KeyRing;
  /** Everybody may run jobs without a key; one that is sent is ignored then. */
  readonly isOpen: boolean;
  /** Whether a connection came by the operator's socket, which only who is root here can open. */
  isOperator(socket: Socket): boolean;
}

/**
 * Turns away, before a byte of the body is read, who has no key (`unauthorized`) or one that is not for the route
 * (`forbidden`). To be called before the routes are added; a route that says nothing of its needs is for admins alone.
 */
export function requireKeys(server: FastifyInstance, access: Access): void {
  server.addHook("onRequest", (request, _reply, done) => {
    const always = request.routeOptions.config.always === true;
    authorize(request.raw, { needs: neededFor(request), always }, access);
    done();
  });
}

/** Throws `unauthorized` without a key that is needed, `forbidden` for a key that is not for this. */
export function authorize(request: IncomingMessage, asked: Asked, access: Access): void {
  const { needs, always = false, keyText } = asked;
  const isOpen = access.isOpen && !always;
  if (isOpen || needs === "nothing" || access.isOperator(request.socket)) return;
  const sent = [...sentKeys(request.headers), ...(keyText === undefined ? [] : [keyText])];
  const key = foundKey(access.keys, sent);
  if (key === null) throw unauthorized(sent.length > 0);
  if (needs !== "key" && !mayUse(key, needs)) throw forbidden(key, needs);
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
