/** The same action, which whoever asks for it while it goes on waits for too. */
export function joined(action: () => Promise<void>): () => Promise<void> {
  let going: Promise<void> | undefined;
  return () => {
    going ??= action().finally(() => {
      going = undefined;
    });
    return going;
  };
}
