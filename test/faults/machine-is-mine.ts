/** Whether tests may do to this machine what everything on it feels: turn its clock, use up its processes and its memory. */
export const MACHINE_IS_MINE = process.env.TEST_MACHINE_IS_MINE === "1";

/** What stands in the name of a test that needs that. */
export const ONLY_MINE = "(only with TEST_MACHINE_IS_MINE=1: it disturbs everything on the machine)";
