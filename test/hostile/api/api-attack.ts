import type { AttackedServer } from "../attacked-server.ts";

/** An attack by a caller of the API rather than by a program. */
export interface ApiAttack {
  /** Unlike all others, programs' included. */
  readonly name: string;
  /** What it tries to break, as a sentence. */
  readonly promise: string;
  /** Attacks, and resolves with what it broke, each as a sentence. It gives up by itself. */
  run(server: AttackedServer): Promise<readonly string[]>;
}
