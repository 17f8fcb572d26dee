const collator = new Intl.Collator("en", { numeric: true });

/** Orders names as people do: 2 before 10, and a folder's names together; pure. */
export function naturalOrder(a: string, b: string): number {
  const [left, right] = [a.split("/"), b.split("/")];
  for (const [index, part] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    const order = collator.compare(part, other);
    if (order !== 0) return order;
  }
  // What the collator takes for the same still has one order.
  return left.length - right.length || (a < b ? -1 : Number(a > b));
}
