/** How often each fault is had: TEST_FAULT_ROUNDS in the environment, 1 when left out. */
export const FAULT_ROUNDS = Number(process.env.TEST_FAULT_ROUNDS ?? "1");
