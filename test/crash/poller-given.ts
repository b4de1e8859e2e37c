// Shared by the processes that poll and the test that kills them.

export const CRASH_FROM = Date.parse('2026-06-01T12:00:00Z');
/** A slot comes every 300 ms of real time. */
export const CRASH_SPEED = 600;
export const CRASH_POLLING = { schedule: [180_000], jitter: 0.5, budget: 1_000 };
