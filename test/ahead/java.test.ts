import { testSameAsCold } from "./same-as-cold.ts";

await testSameAsCold("java", "openjdk");
