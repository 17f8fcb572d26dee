/** A delivery that was not tried, because it must not be; the message says why, for who asked for it. */
export class CallbackRefused extends Error {}

/** What Node, undici and OpenSSL say by their codes, in words that tell nothing of the network. */
const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the receiver refused the connection",
  ECONNRESET: "the receiver broke the connection off",
  EHOSTUNREACH: "the receiver cannot be reached",
  ENETUNREACH: "the receiver cannot be reached",
  ENODATA: "the host's name has no address",
  ENOTFOUND: "the host's name is not known",
  EPROTO: "the receiver's certificate or encryption is not good",
  EPIPE: "the receiver broke the connection off",
  ESERVFAIL: "the name servers failed",
  ETIMEDOUT: "the receiver cannot be reached",
  ETIMEOUT: "the name servers do not answer",
  UND_ERR_CONNECT_TIMEOUT: "the receiver cannot be reached",
  UND_ERR_HEADERS_OVERFLOW: "the receiver's answer has too long headers",
  UND_ERR_SOCKET: "the receiver broke the connection off",
};

const TLS = /CERT|SSL|TLS|SIGNATURE|ISSUER/;

/** Why a try failed, for who asked for the callback. */
export function wordsOf(error: unknown): string {
  if (error instanceof CallbackRefused) return error.message;
  const code = codeOf(error);
  const words = WORDS[code];
  if (words !== undefined) return words;
  if ((error as Error).name === "HTTPParserError") return "the receiver's answer is no HTTP";
  return TLS.test(code)
    ? `the receiver's certificate or encryption is not good (${code})`
    : "the delivery failed";
}

/** Where several addresses were tried, the first one's. */
function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === "string" ? code : "";
}
