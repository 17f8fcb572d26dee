import { testFamily } from "./test-family.ts";

/** Nothing here is about time: where machines are slow, attackers try as much in more of it. */
const times = { wall_time_ms: 20_000, cpu_time_ms: 20_000 };

await testFamily("escape", { limits: { run: { default: times, maximum: times } } });
