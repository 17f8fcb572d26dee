import { Pool } from "undici";
import { NATIVE_PATH } from "../lines/line.ts";

/** The native API of a server, by a client of this process. */
export interface NativeApi {
  /** The answer's JSON. Rejects with what stands in it where it is an error. */
  call(method: "GET" | "POST", path: string, body?: object): Promise<Record<string, unknown>>;
}

/** Opens so many connections at most; what has acquired them closes them. */
export function openNativeApi(url: string, connections: number, acquired: AsyncDisposableStack): NativeApi {
  const pool = new Pool(url, { connections });
  acquired.defer(() => pool.destroy());
  return {
    async call(method, path, body) {
      const headers = body === undefined ? {} : { "content-type": "application/json" };
      const text = body === undefined ? null : JSON.stringify(body);
      const answer = await pool.request({ method, path: `${NATIVE_PATH}${path}`, headers, body: text });
      const value = (await answer.body.json()) as Record<string, unknown>;
      if (answer.statusCode > 299) throw new Error(`${answer.statusCode} ${JSON.stringify(value)}`);
      return value;
    },
  };
}
