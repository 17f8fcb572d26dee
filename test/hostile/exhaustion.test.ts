import { testFamily } from "./test-family.ts";

await testFamily("exhaustion");
