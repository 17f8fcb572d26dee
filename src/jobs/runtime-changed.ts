/** A job's runtime is no longer what it was resolved to: it was replaced or removed meanwhile. */
export class RuntimeChanged extends Error {
  override readonly name = "RuntimeChanged";

  constructor() {
    super("its runtime was replaced or removed meanwhile");
  }
}
