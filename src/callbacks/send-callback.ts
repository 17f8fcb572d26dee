import type { LookupAddress } from "node:dns";
import type { LookupFunction } from "node:net";
import { isIP } from "node:net";
import { CallbackRefused, wordsOf } from "./callback-failure.ts";
import { type CallbackReach, callbackUrlFault, hostOf } from "./callback-url.ts";
import { isPublicAddress } from "./public-address.ts";
import { askMachine, askNameServers, type ResolveHost } from "./resolve-host.ts";
import { signDelivery, signingKey } from "./sign-delivery.ts";

/** A try of a delivery takes no longer than this, all in all. */
const TRY_MS = 10_000;

/** Bytes of an answer's body that are read, and thrown away: most receivers say less, and see their answer taken. */
const ANSWER_BYTES = 4_096;

/** What is delivered to whom. */
export interface CallbackDelivery {
  /** The same at each try. */
  readonly id: string;
  readonly url: string;
  readonly secret: string;
  /** JSON text. */
  readonly body: string;
}

/** What came of a try. */
export interface CallbackOutcome {
  /** A receiver has accepted it: its answer's status is 2xx. */
  readonly ok: boolean;
  /** Of its answer, where there was one. */
  readonly status?: number;
  /** In words for who asked for the callback; nothing of URL, secret and body, and no address. */
  readonly message: string;
}

/** What sending takes. */
export interface SendCallbackDeps extends CallbackReach {
  /** The machine's own when left out. */
  readonly resolve?: ResolveHost;
  /** For a try, in milliseconds; 10,000 when left out. */
  readonly timeoutMs?: number;
  readonly now?: () => Date;
}

/**
 * Tries a delivery once: a signed POST to an address that was looked at, and to no other; redirects are not followed. An abort
 * ends the try. Never rejects.
 */
export async function sendCallback(
  delivery: CallbackDelivery,
  deps: SendCallbackDeps,
  stop?: AbortSignal,
): Promise<CallbackOutcome> {
  const { timeoutMs = TRY_MS } = deps;
  const late = AbortSignal.timeout(timeoutMs);
  const signal = stop === undefined ? late : AbortSignal.any([late, stop]);
  try {
    return outcomeOf(await post(delivery, deps, signal));
  } catch (error) {
    if (late.aborted) return { ok: false, message: `no answer within ${timeoutMs} ms` };
    return { ok: false, message: wordsOf(error) };
  }
}

/** Resolves with the answer's status. */
async function post(
  delivery: CallbackDelivery,
  deps: SendCallbackDeps,
  signal: AbortSignal,
): Promise<number> {
  const fault = callbackUrlFault(delivery.url, deps);
  if (fault !== null) throw new CallbackRefused(`the URL ${fault}`);
  const key = signingKey(delivery.secret);
  if (key === null) throw new CallbackRefused("the secret begins with whsec_ and is no base64");
  const url = new URL(delivery.url);
  const addresses = await addressesOf(hostOf(url), deps, signal);
  const { Agent, request } = await import("undici");
  // Of its own, and without a connection that is kept: nobody else's request travels over an address that was looked at for this one.
  const agent = new Agent({
    pipelining: 0,
    allowH2: false,
    connect: { lookup: onlyThese(addresses), timeout: TRY_MS, rejectUnauthorized: true },
  });
  try {
    const at = deps.now?.() ?? new Date();
    const headers = {
      ...{ "content-type": "application/json", "user-agent": "crankcase" },
      ...signDelivery({ id: delivery.id, at, body: delivery.body }, key),
    };
    const { statusCode, body } = await request(url, {
      ...{ method: "POST", headers, body: delivery.body, dispatcher: agent, signal },
    });
    // Its status is the answer: what else it says, or does not say to its end, changes nothing.
    await body.dump({ limit: ANSWER_BYTES, signal }).catch(() => undefined);
    return statusCode;
  } finally {
    await agent.destroy();
  }
}

/** All of a host's addresses. Throws CallbackRefused where one of them is not public, as a name server of the attacker's may have it. */
async function addressesOf(
  host: string,
  { allowPrivate, resolve }: SendCallbackDeps,
  signal: AbortSignal,
): Promise<readonly LookupAddress[]> {
  const ask = resolve ?? (allowPrivate ? askMachine : askNameServers);
  const family = isIP(host);
  const addresses =
    family !== 0 ? [{ address: host, family }] : await unlessAborted(ask(host, signal), signal);
  const isFit = ({ address }: LookupAddress) =>
    isIP(address) !== 0 && (allowPrivate || isPublicAddress(address));
  if (addresses.length === 0) throw new CallbackRefused("the host's name has no address");
  if (!addresses.every(isFit))
    throw new CallbackRefused("the host's name leads to an address that is not public");
  return addresses;
}

/** What cannot be cancelled is not waited for. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** In the place of another look-up, which may say something else (DNS rebinding). */
function onlyThese(addresses: readonly LookupAddress[]): LookupFunction {
  return (_host, { all }, callback) => {
    const [first] = addresses;
    if (all === true) callback(null, [...addresses]);
    else callback(null, first?.address ?? "", first?.family);
  };
}

function outcomeOf(status: number): CallbackOutcome {
  if (status >= 200 && status < 300) return { ok: true, status, message: "accepted" };
  const isRedirect = status >= 300 && status < 400;
  const message = isRedirect
    ? `the receiver answered ${status}, and redirects are not followed`
    : `the receiver answered ${status}`;
  return { ok: false, status, message };
}
