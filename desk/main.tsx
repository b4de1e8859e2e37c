// Where the page starts.

import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { Problem } from './api/client.ts';
import { App } from './app.tsx';

/** What the service refuses is not asked for again by itself; what it did not answer is. */
function mayRetry(tries: number, error: Error): boolean {
  return tries < 2 && error instanceof Problem && (error.body.status === 0 || error.body.status >= 500);
}

const client = new QueryClient({
  defaultOptions: { queries: { retry: mayRetry, staleTime: 5_000, refetchOnWindowFocus: true } },
});

createRoot(document.getElementById('desk')!).render(
  <QueryClientProvider client={client}>
    <App />
  </QueryClientProvider>,
);
