// Requests to the API from the page: with what the service asks of its own page, and errors as it tells them.

export interface ProblemBody {
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly status: number;
  readonly where?: string;
  readonly expected?: string;
  readonly found?: string;
}

export interface Versioned {
  /** The ETag of the answer. */
  readonly version: string;
}

/** What the service refused, or that it did not answer: then its status is 0. */
export class Problem extends Error {
  readonly body: ProblemBody;

  constructor(body: ProblemBody) {
    super(body.detail);
    this.body = body;
  }
}

const NO_ANSWER: ProblemBody = { code: 'NO_ANSWER', title: '', detail: '', status: 0 };

/** Called when the service no longer knows who asks. */
let onSignedOut = () => {};

export function whenSignedOut(call: () => void): void {
  onSignedOut = call;
}

export async function get<Answer>(url: string, signal?: AbortSignal): Promise<Answer> {
  return ask<Answer>(url, { method: 'GET', ...(signal === undefined ? {} : { signal }) });
}

/** The answer with the version of what it tells. */
export async function getVersion<Answer>(url: string, signal?: AbortSignal): Promise<Answer & Versioned> {
  const answer = await answerOf(url, { method: 'GET', ...(signal === undefined ? {} : { signal }) });
  return { ...((await answer.json()) as Answer), version: answer.headers.get('etag') ?? '' };
}

/**
 * What changes something is done once, however often it is sent. With the version of what was read it is refused where
 * that has another one by now.
 */
export async function post<Answer>(url: string, body: object, version = ''): Promise<Answer> {
  const headers = { 'content-type': 'application/json', 'idempotency-key': newKey() };
  const read = version === '' ? {} : { 'if-match': version };
  return ask<Answer>(url, { method: 'POST', headers: { ...headers, ...read }, body: JSON.stringify(body) });
}

/** Sends a file as it is: what it is, the service tells by its bytes. */
export async function upload<Answer>(url: string, file: Blob): Promise<Answer> {
  const headers = { 'content-type': 'application/octet-stream' };
  return ask<Answer>(url, { method: 'POST', headers, body: file });
}

export async function remove<Answer>(url: string): Promise<Answer> {
  return ask<Answer>(url, { method: 'DELETE' });
}

function newKey(): string {
  const bytes = [...crypto.getRandomValues(new Uint8Array(16))];
  return `desk-${bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

async function ask<Answer>(url: string, request: RequestInit): Promise<Answer> {
  return (await answerOf(url, request)).json() as Promise<Answer>;
}

async function answerOf(url: string, request: RequestInit): Promise<Response> {
  const headers = { ...(request.headers as Record<string, string> | undefined), 'x-hesabu-request': '1' };
  let answer: Response;
  try {
    answer = await fetch(url, { ...request, headers, credentials: 'same-origin', cache: 'no-store' });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Problem(NO_ANSWER);
  }
  // 300 names several of which one may be meant.
  if (answer.ok || answer.status === 300) return answer;
  const body = (await answer.json().catch(() => ({ ...NO_ANSWER, status: answer.status }))) as ProblemBody;
  if (body.code === 'HESABU_UNAUTHORISED') onSignedOut();
  throw new Problem(body);
}
