import type { ApiAttack } from "./api-attack.ts";

/** What callers send as the body of a request. */
export const bodies: readonly ApiAttack[] = [
  {
    name: "deep-json",
    promise: "A body of a hundred thousand brackets is refused before anything is built of it.",
    run: async ({ serving }) => {
      const response = await fetch(`${serving.url}/api/crankcase/v1/jobs`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: "[".repeat(100_000),
      });
      return response.status === 400 ? [] : [`it was answered ${response.status}`];
    },
  },
];
