/** One request and the answer to it, to the letter. */
export interface GoldenCase {
  readonly title: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly status: number;
  /** Compared as text: the order of the keys counts. */
  readonly answer: unknown;
  readonly answerHeaders?: Readonly<Record<string, string>>;
}

const JSON_TYPE = { "content-type": "application/json" };

/** A POST of a value or a text as JSON; `rest` may say otherwise. */
export function post(
  path: string,
  body: unknown,
  status: number,
  answer: unknown,
  rest: Partial<GoldenCase> = {},
): GoldenCase {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const title = rest.title ?? `${rest.method ?? "POST"} ${path} ${text.slice(0, 200)}`;
  return { method: "POST", path, headers: JSON_TYPE, body: text, status, answer, ...rest, title };
}

/** A call without a body. */
export function get(path: string, answer: unknown, status = 200, method = "GET"): GoldenCase {
  return { title: `${method} ${path}`, method, path, headers: {}, status, answer };
}

/** A message, and what a body must hold to get it. */
export type Mistake = readonly [message: string, body: Readonly<Record<string, unknown>>];

/** A body with this mistake and all that come after it: the first is told, whatever else is wrong. */
export function inOrder(mistakes: readonly Mistake[], good: object, path: string): GoldenCase[] {
  return mistakes.map(([message], index) => {
    const wrong = mistakes.slice(index).map(([, body]) => body);
    const body = Object.assign({}, good, ...wrong.reverse());
    return post(
      path,
      body,
      400,
      { message },
      { title: `POST ${path}: "${message}" comes before all behind it` },
    );
  });
}

/** A good body with one mistake, for each. */
export function one(mistakes: readonly Mistake[], good: object, path: string): GoldenCase[] {
  return mistakes.map(([message, wrong]) => post(path, { ...good, ...wrong }, 400, { message }));
}
