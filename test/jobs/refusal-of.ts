/** How a request was refused: code, field and message; `accepted` where it was not. */
export function refusalOf(resolve: () => unknown): unknown {
  try {
    resolve();
  } catch (error) {
    const { code, field, message } = error as { code?: string; field?: string; message?: string };
    return { code, field, message };
  }
  return "accepted";
}
