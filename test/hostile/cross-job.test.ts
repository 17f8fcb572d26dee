import { testFamily } from "./test-family.ts";

// Two slots, of which the honest jobs beside take one: the attacker and who comes after it share the other.
await testFamily("cross-job", { slots: 2 });
