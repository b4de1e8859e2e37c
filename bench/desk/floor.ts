// The floor: the same rows as a plain table that a server renders, without a script or a style. What a page takes
// beyond it, it has to be worth.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { shown, type Tasks } from './tasks.ts';

/** Asks the service for what a page shows. */
export type Ask = (path: string, body?: object) => Promise<Json>;

// biome-ignore lint/suspicious/noExplicitAny: a program of measurements reads what it needs of each answer.
type Json = any;

const COLUMNS = ['key', 'merchant', 'provider', 'reason', 'expected', 'observed', 'difference', 'currency', 'status'];

function escaped(text: unknown): string {
  return String(text ?? '').replaceAll(/[&<>"]/g, (char) => `&#${char.codePointAt(0)};`);
}

function documentOf(body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Floor</title>${body}</html>`;
}

function listOf({ cases }: Json): string {
  const rows = cases.map((row: Json) => {
    const cells = COLUMNS.map((name) => `<td>${escaped(row[name])}</td>`).join('');
    return `<tr><td><a href="/case?id=${row.id}">open</a></td>${cells}</tr>`;
  });
  const find = '<form action="/"><input name="q" autofocus><button>find</button></form>';
  return documentOf(`${find}<table>${rows.join('')}</table>`);
}

function caseOf({ case: row, transaction }: Json, next: string): string {
  const facts = transaction.claims.map((claim: Json) => `<pre>${escaped(JSON.stringify(claim, null, 1))}</pre>`);
  const field = (name: string, value: string) => `<input type="hidden" name="${name}" value="${value}">`;
  const hidden = field('id', row.id) + field('finding', row.finding);
  const form = `<form method="post" action="/case">${hidden}<button id="decide">explain</button></form>`;
  return documentOf(
    `<h1>${escaped(row.key)}</h1><p id="state">${row.status}</p><p>${escaped(row.message.en)}</p>${form}` +
      `<a id="next" href="/case?id=${next}">next</a>${facts.join('')}`,
  );
}

async function answer(ask: Ask, url: URL, body: URLSearchParams | null): Promise<string> {
  if (url.pathname === '/') {
    const q = url.searchParams.get('q') ?? '';
    return listOf(await ask(`/v1/cases?sort=reference&limit=100${q === '' ? '' : `&q=${encodeURIComponent(q)}`}`));
  }
  const id = body?.get('id') ?? url.searchParams.get('id')!;
  if (body !== null) {
    await ask(`/v1/cases/${id}/proposals`, { finding: body.get('finding'), kind: 'explain', cause: 'timing' });
  }
  const { cases } = await ask('/v1/cases?sort=reference&limit=100');
  const at = cases.findIndex((row: Json) => row.id === id);
  return caseOf(await ask(`/v1/cases/${id}`), cases[at + 1]?.id ?? cases[0].id);
}

export interface Floor {
  readonly url: string;
  readonly server: Server;
}

export async function startFloor(ask: Ask): Promise<Floor> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = request.method === 'POST' ? new URLSearchParams(String(Buffer.concat(chunks))) : null;
      answer(ask, new URL(request.url!, 'http://floor'), body).then(
        (text) => response.setHeader('content-type', 'text/html; charset=utf-8').end(text),
        (error: Error) => response.writeHead(500).end(error.message),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

/** The same four tasks on it. Each ends when what was asked for is painted. */
export function floorTasks(page: Page, url: string): Tasks {
  return {
    load: async () => {
      await page.goto(`${url}/`);
      await shown(page, 'tr');
    },
    find: async (key) => {
      await page.fill('input[name=q]', key);
      await page.press('input[name=q]', 'Enter');
      await shown(page, 'tr:only-child');
    },
    open: async () => {
      await page.press('tr a', 'Enter');
      await shown(page, '#decide');
    },
    decide: async () => {
      await page.press('#decide', 'Enter');
      await shown(page, '#state', '/resolved|awaiting/.test(found.textContent)');
    },
    next: async () => {
      const before = await page.textContent('h1');
      await page.press('#next', 'Enter');
      await shown(page, 'h1', `found.textContent !== ${JSON.stringify(before)}`);
    },
  };
}
