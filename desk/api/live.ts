// How the page hears that something changed: by the stream of changes, and by asking again now and then, since ages and
// days also change without any. This is the one place that knows it.

import { type QueryClient, type UseQueryResult, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { get } from './client.ts';

/** How often is asked again while the stream is there, and while it is not. */
const QUIET_MILLIS = 60_000;
const LIVE_MILLIS = 15_000;
/** What the first change is about is asked for so soon; others that come with it may follow until then. */
const FIRST_MILLIS = 100;
/** Changes come in bursts: what they are about is asked for so often at most. */
const BURST_MILLIS = 500;

/** Which addresses show what changed. */
const SHOWN_BY: Readonly<Record<string, RegExp>> = {
  // What ends a case, or changes it, settles its proposals or makes them stale.
  case: /^\/v1\/(cases|proposals|transactions)/,
  proposal: /^\/v1\/(cases|proposals|transactions)/,
  period: /^\/v1\/(periods|statements|late-facts)/,
  statement: /^\/v1\/(statements|late-facts)/,
  alert: /^\/v1\/alerts/,
};

let isStreaming = false;

/** What an address answers, and again whenever it may have changed. Null asks nothing. */
export function useLive<Answer>(url: string | null, keep = false, read = get<Answer>): UseQueryResult<Answer> {
  return useQuery<Answer>({
    queryKey: [url],
    queryFn: ({ signal }) => read(url!, signal),
    enabled: url !== null,
    refetchInterval: () => (isStreaming ? QUIET_MILLIS : LIVE_MILLIS),
    // What was shown stays until the next is there: nothing jumps.
    ...(keep ? { placeholderData: (before: Answer | undefined) => before } : {}),
  } as Parameters<typeof useQuery<Answer>>[0]) as UseQueryResult<Answer>;
}

/** Listens as long as somebody who sees cases is signed in. */
export function useChanges(isAllowed: boolean): void {
  const client = useQueryClient();
  useEffect(() => {
    if (!isAllowed) return undefined;
    const stop = new AbortController();
    listen(client, stop.signal).catch(() => {
      // Without the stream the page asks more often.
    });
    return () => {
      stop.abort();
      isStreaming = false;
    };
  }, [client, isAllowed]);
}

/** The cursor is read first: what is read after it, and what the stream brings, leave no gap. */
async function listen(client: QueryClient, signal: AbortSignal): Promise<void> {
  const { next } = await get<{ readonly next: string }>('/v1/changes', signal);
  if (signal.aborted) return;
  const stream = new EventSource(`/v1/changes?after=${encodeURIComponent(next)}`);
  const told = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = Number.NEGATIVE_INFINITY;
  const refresh = () => {
    asked = performance.now();
    const shown = [...told].flatMap((kind) => SHOWN_BY[kind] ?? []);
    told.clear();
    timer = undefined;
    void client.invalidateQueries({
      predicate: ({ queryKey: [url] }) => typeof url === 'string' && shown.some((one) => one.test(url)),
    });
  };
  for (const kind of Object.keys(SHOWN_BY)) {
    stream.addEventListener(kind, () => {
      told.add(kind);
      timer ??= setTimeout(refresh, Math.max(FIRST_MILLIS, asked + BURST_MILLIS - performance.now()));
    });
  }
  stream.addEventListener('open', () => {
    isStreaming = true;
  });
  stream.addEventListener('error', () => {
    isStreaming = false;
  });
  stream.addEventListener('end', ({ data }: MessageEvent<string>) => {
    isStreaming = false;
    if (!data.includes('signed_out')) return;
    stream.close();
    // The next answer says that the session ended.
    void client.invalidateQueries({ queryKey: ['/v1/desk'] });
  });
  signal.addEventListener('abort', () => {
    stream.close();
    clearTimeout(timer);
  });
}
