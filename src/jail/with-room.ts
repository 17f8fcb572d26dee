import { CrankcaseError } from "../errors/crankcase-error.ts";

/** Opens a jail; where the jailer has no place for it, those that only wait give theirs, and it is asked once more. */
export async function withRoom<Jail>(
  open: () => Promise<Jail>,
  makeRoom: () => Promise<boolean>,
): Promise<Jail> {
  try {
    return await open();
  } catch (error) {
    const isBusy = error instanceof CrankcaseError && error.code === "busy";
    if (!isBusy || !(await makeRoom())) throw error;
  }
  return await open();
}
