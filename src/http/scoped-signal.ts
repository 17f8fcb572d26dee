/** A signal that aborts with any of these, and at the end of the scope that holds it: who listens to it goes with the scope. */
export function scopedSignal(
  ...signals: readonly AbortSignal[]
): Disposable & { readonly signal: AbortSignal } {
  const over = new AbortController();
  return {
    signal: AbortSignal.any([...signals, over.signal]),
    [Symbol.dispose]: () => over.abort(),
  };
}
