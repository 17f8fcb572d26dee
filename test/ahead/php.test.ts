import { testSameAsCold } from "./same-as-cold.ts";

await testSameAsCold("php", "php");
