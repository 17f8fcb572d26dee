import { testSameAsCold } from "./same-as-cold.ts";

await testSameAsCold("javascript", "node");
