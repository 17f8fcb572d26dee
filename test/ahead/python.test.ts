import { testSameAsCold } from "./same-as-cold.ts";

await testSameAsCold("python", "python");
