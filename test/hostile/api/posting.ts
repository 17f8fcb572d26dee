/** What the server answered to a body. */
export interface Posted {
  readonly status: number;
  /** Its code; empty where it has none. */
  readonly code: string;
  /** Its text. */
  readonly text: string;
}

/** Where jobs are sent. */
export const JOBS = "/api/crankcase/v1/jobs";

/** The same in Piston's shape. */
export const EXECUTE = "/api/v2/execute";

/** The least job. */
export const HELLO = { language: "bash", files: [{ name: "main.sh", content: "echo hello" }] };

/** Sends a body to a path of the server, as JSON unless headers say otherwise. */
export async function post(
  url: string,
  body: string | Buffer | object,
  path = JOBS,
  headers: Readonly<Record<string, string>> = {},
): Promise<Posted> {
  const isRaw = typeof body === "string" || body instanceof Uint8Array;
  const response = await fetch(`${url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: isRaw ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, code: codeIn(text), text };
}

function codeIn(text: string): string {
  try {
    const body = JSON.parse(text);
    return typeof body.code === "string" ? body.code : "";
  } catch {
    return "";
  }
}

/** Says what is wrong with answers that all had to have one status, and one code where one is named. */
export function unlike(posted: Readonly<Record<string, Posted>>, status: number, code?: string): string[] {
  return Object.entries(posted).flatMap(([name, it]) =>
    it.status === status && (code === undefined || it.code === code)
      ? []
      : [`${name} was answered ${it.status} ${it.text.slice(0, 300)}`],
  );
}
