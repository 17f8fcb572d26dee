/** Name under which the jailer notes a start of a job: one for each. */
export function startName(id: string, start: number): string {
  return `${id}/${start}`;
}
