// Waits for work that should end soon, up to a limit.

/** Resolves when the work ends or after this many milliseconds of real time; rejects only if the work rejects. */
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
