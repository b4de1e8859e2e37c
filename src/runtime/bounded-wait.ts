// Waits for work that should end soon, and no longer than it may.

/** Resolves when the work has ended, or after so many milliseconds of real time; rejects only where the work does. */
export async function resolvesWithin(work: Promise<unknown>, millis: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise((resolve) => {
    timer = setTimeout(resolve, millis);
  });
  try {
    await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
