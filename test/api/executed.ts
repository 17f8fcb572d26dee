/** What the native API answers to a job, whatever it is. */
export async function executed(job: object, url: string) {
  const response = await fetch(`${url}/api/crankcase/v1/jobs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(job),
  });
  // biome-ignore lint/suspicious/noExplicitAny: whatever the server answers
  return (await response.json()) as any;
}
