// Ends of work on a cluster that may be away: they are tried, and not waited for longer than this.

const END_MILLIS_MAX = 3_000;

/** Resolves when the work has ended, well or not, or after three seconds; it then ends by itself. */
export async function within(work: Promise<unknown> | undefined): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, END_MILLIS_MAX);
  await Promise.race([work?.catch(() => {}), late.promise]);
  clearTimeout(timer);
}
